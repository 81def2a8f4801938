"""An issue of each new article, for subscribers who want each article at once."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article
from config.web.mail.hold import mail_may_leave
from newsletter.composing.digest import issue_from
from newsletter.models import ArticleMail, Issue
from newsletter.models.issue import late_after


def make_issues_of_new_articles() -> None:
    """Make the issue of each article that was published lately, once on all machines.

    What was published or changed within the quiet time waits: it may be called off. What is older
    than `late_after` gets none, such as imported articles and those of a restored database.
    """
    if settings.NEWSLETTER_EACH_ARTICLE == "off" or not mail_may_leave():
        return
    now = timezone.now()
    quiet_since = now - timedelta(minutes=settings.NEWSLETTER_ARTICLE_QUIET)
    is_made = ArticleMail.objects.filter(article=OuterRef("pk"))
    new = Article.objects.published().filter(
        Q(updated_at=None) | Q(updated_at__lte=quiet_since),
        ~Exists(is_made),
        published_at__gt=now - late_after(),
        published_at__lte=quiet_since,
    )
    for article in new.select_related("topic").order_by("published_at", "pk"):
        make_issue_of(article)


@transaction.atomic
def make_issue_of(article: Article) -> None:
    """Make the issue of one article, unless it has had one."""
    # Another worker that inserts the same row waits for this transaction.
    made, is_new = ArticleMail.objects.get_or_create(article=article)
    issue = issue_from([article], by=None, kind=Issue.Kind.ARTICLE) if is_new else None
    if issue is None:
        return
    made.issue = issue
    made.save(update_fields=["issue"])
    if settings.NEWSLETTER_EACH_ARTICLE == "held":
        issue.alarm(_("The email about a new article is ready. Check it, then send it."))
    else:
        issue.schedule(by=None, at=timezone.now())


def has_lost_its_article(issue: Issue) -> bool:
    """Whether the article of such an issue was withdrawn before it was sent."""
    if issue.kind != Issue.Kind.ARTICLE:
        return False
    return not issue.blocks.filter(article__in=Article.objects.published()).exists()
