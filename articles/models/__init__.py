from articles.models.article import Article
from articles.models.author import Author, AuthorLink
from articles.models.contribution import Contribution
from articles.models.correction import Correction
from articles.models.expert_link import ExpertLink
from articles.models.former_slug import FormerSlug
from articles.models.front_page import FrontPage
from articles.models.image import Image
from articles.models.kept_upload import KeptUpload
from articles.models.link import Link, LinkReading, LinkUse
from articles.models.month_count import MonthCount
from articles.models.notice import Notice
from articles.models.page import Page
from articles.models.read_count import ReadCount
from articles.models.reference import Reference
from articles.models.related_list import RelatedList
from articles.models.remark import Remark
from articles.models.revision import Revision
from articles.models.scheduled_step import ScheduledStep
from articles.models.search_entry import SearchEntry, SearchWord, UnpublishedEntry
from articles.models.series import Series, SeriesEntry
from articles.models.sign_off import SignOff
from articles.models.topic import Topic

__all__ = [
    "Article",
    "Author",
    "AuthorLink",
    "Contribution",
    "Correction",
    "ExpertLink",
    "FormerSlug",
    "FrontPage",
    "Image",
    "KeptUpload",
    "Link",
    "LinkReading",
    "LinkUse",
    "MonthCount",
    "Notice",
    "Page",
    "ReadCount",
    "Reference",
    "RelatedList",
    "Remark",
    "Revision",
    "ScheduledStep",
    "SearchEntry",
    "SearchWord",
    "Series",
    "SeriesEntry",
    "SignOff",
    "Topic",
    "UnpublishedEntry",
]
