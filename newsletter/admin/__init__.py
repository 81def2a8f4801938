from newsletter.admin.issue import IssueAdmin
from newsletter.admin.subscriber import SubscriberAdmin

__all__ = ["IssueAdmin", "SubscriberAdmin"]
