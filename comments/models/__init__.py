"""Comments, and what moderators and readers say about them."""

from comments.models.comment import BODY_LENGTH, NAME_LENGTH, Comment
from comments.models.comment_verbs import AlreadyDecided, NotAllowed
from comments.models.discussion import DiscussionSettings, RejectionReason, Thread
from comments.models.learned import LearnedWord
from comments.models.log import Decision, Edit, Note
from comments.models.moderator_mail import ModeratorMail
from comments.models.most_discussed import MostDiscussed
from comments.models.notice import Notice
from comments.models.report import Report
from comments.models.waiting_mail import WaitingMail
from comments.models.writer import MutedAddress, Restriction, Writer

__all__ = [
    "BODY_LENGTH",
    "NAME_LENGTH",
    "AlreadyDecided",
    "Comment",
    "Decision",
    "DiscussionSettings",
    "Edit",
    "LearnedWord",
    "ModeratorMail",
    "MostDiscussed",
    "MutedAddress",
    "NotAllowed",
    "Note",
    "Notice",
    "RejectionReason",
    "Report",
    "Restriction",
    "Thread",
    "WaitingMail",
    "Writer",
]
