"""Subscribers, the issues that they get, and what became of each mail."""

from newsletter.models.article_mail import ArticleMail
from newsletter.models.block import Block
from newsletter.models.consent_event import ConsentEvent
from newsletter.models.delivery import Delivery
from newsletter.models.issue import Issue, WrongStatus
from newsletter.models.issue_step import IssueStep
from newsletter.models.list_figures import ListFigures
from newsletter.models.mail_event import MailEvent
from newsletter.models.subscriber import Subscriber
from newsletter.models.suppression import Suppression

__all__ = [
    "ArticleMail",
    "Block",
    "ConsentEvent",
    "Delivery",
    "Issue",
    "IssueStep",
    "ListFigures",
    "MailEvent",
    "Subscriber",
    "Suppression",
    "WrongStatus",
]
