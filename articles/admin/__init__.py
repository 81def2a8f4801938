"""The admin of articles: one module for each kind of row."""

from articles.admin.article import ArticleAdmin
from articles.admin.author import AuthorAdmin
from articles.admin.front_page import FrontPageAdmin
from articles.admin.image import ImageAdmin
from articles.admin.link import LinkAdmin
from articles.admin.page import PageAdmin
from articles.admin.series import SeriesAdmin
from articles.admin.topic import TopicAdmin

__all__ = [
    "ArticleAdmin",
    "AuthorAdmin",
    "FrontPageAdmin",
    "ImageAdmin",
    "LinkAdmin",
    "PageAdmin",
    "SeriesAdmin",
    "TopicAdmin",
]
