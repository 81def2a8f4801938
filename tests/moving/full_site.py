"""A small site with a row in each table that an export has."""

from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from articles.models import (
    Article,
    AuthorLink,
    Contribution,
    Correction,
    ExpertLink,
    FrontPage,
    ReadCount,
    Reference,
    Remark,
    ScheduledStep,
    SignOff,
)
from comments.models import DiscussionSettings, MutedAddress, Report, Restriction
from comments.models.learned import LearnedWord
from comments.models.log import Edit, Note
from comments.models.moderator_mail import ModeratorMail
from config.moving.models import ImportedItem, Redirect
from config.people.models import Profile
from config.web.models import MailChoice
from newsletter.models import ArticleMail, MailEvent
from newsletter.models.suppression import Suppression
from tests import factories

WORDS = "Tea & “cake” ]]> <b> — naïve 睡眠\u2028end"


def full_site() -> None:
    boss = _people()
    topic = factories.topic(name="Sleep", description=WORDS)
    naps = factories.topic(name="Naps & rest", parent=topic)
    portrait = factories.image(caption=WORDS)
    ada = factories.author(name="Ada Leaf", bio=WORDS, portrait=portrait, user=boss)
    ben = factories.author(name="Ben Twig")
    AuthorLink.objects.create(author=ada, label="Home", url="https://ada.example/")
    article = _articles(boss, naps, [ada, ben], portrait)
    _sign_off(article, boss, ada)
    _discussion(article, boss)
    _newsletter(article, boss, naps, portrait)
    Redirect.objects.create(path="/2019/03/sleep/", article=article, note="old")
    Redirect.objects.create(path="/gone/", status=410)
    ImportedItem.objects.create(site="old.example", kind="article", foreign_id="7", row=article.pk)


def _people() -> User:
    boss = factories.user("boss", group="Editor", is_superuser=True, first_name="Bo")
    moderator = factories.user("mo", group="Moderator")
    role = Group.objects.create(name="Fact checker")
    role.permissions.set(
        Permission.objects.filter(codename__in=["view_article", "edit_any_article"])
    )
    moderator.groups.add(role)
    Group.objects.filter(name="Author").delete()
    Profile.objects.create(user=boss, language="de")
    MailChoice.objects.create(user=boss, kind="submitted", wanted=False)
    ModeratorMail.of(boss)
    return boss


def _articles(boss, topic, people, picture) -> Article:
    body = (
        f'<h2>Why [1]</h2><p>One <em>two</em> [word] x_y*z.</p><figure><img src="{picture.file.url}"'
        ' alt="A leaf"><figcaption>Leaf</figcaption></figure><ul><li>a<ul><li>b</li></ul></li></ul>'
    )
    article = factories.published_article(
        title=f"Sleep well {WORDS}", slug="sleep-first", body=body, topic=topic, hero=picture
    )
    article.slug, article.standfirst = "sleep", WORDS
    article.save()
    for position, person in enumerate(people):
        Contribution.objects.create(article=article, author=person, position=position)
    Contribution.objects.create(article=article, author=people[1], part="reviewer")
    Reference.objects.create(
        article=article, number=1, text="A & B", url="https://source.example/?a=1&b"
    )
    Reference.objects.create(article=article, number=2, text="No link")
    article.save()
    Correction.objects.create(article=article, text="It was wrong.")
    changed = factories.working_copy(article, title="Sleep better")
    in_a_week = timezone.now() + timedelta(days=7)
    ScheduledStep.objects.create(article=changed, kind="changes", at=in_a_week, revision=changed.working_copy)  # fmt: skip
    ReadCount.objects.create(article=article, day=date(2001, 2, 3), number=5)
    second = factories.draft(by=people[1], title="A draft")
    factories.scheduled_article(title="To come")
    gone = factories.published_article(by=people[0], title="Withdrawn")
    gone.withdraw(by=boss, reason="old", notice="It was old.")
    factories.series(article, second, title="Nights")
    front = FrontPage.current()
    front.lead = article
    front.save()
    return article


def _sign_off(article, boss, author) -> None:
    expires = timezone.now() + timedelta(days=3)
    link = ExpertLink.make(article, by=boss, kind="review", name="Dr Oak", email="oak@example.org", expires_at=expires)  # fmt: skip
    Remark.objects.create(link=link, text="Is this so?")
    SignOff.objects.create(
        link=link, name="Dr Oak", credentials="MD", interests="None", author=author
    )


def _discussion(article, boss) -> None:
    settings = DiscussionSettings.current()
    settings.rules = "Be kind."
    settings.save()
    first = factories.approved_comment(article, name="Ina & Bo", email="ina@example.org", body="I <3 sleep & tea\n\nBye")  # fmt: skip
    answer = factories.approved_comment(article, parent=first, body="So do I")
    waits = factories.comment(article, parent=answer, body="waits", network="192.0.2.0/24")
    spam = factories.comment(article, body="buy")
    spam.mark_as_spam(by=boss)
    Edit.objects.create(comment=first, was="I < sleep")
    Note.objects.create(comment=waits, text="Look twice", by=boss)
    Report.objects.create(comment=answer, reason="other", text="hm", network="192.0.2.0/24")
    Restriction.objects.create(kind="writer", value="x@example.org", effect="hold", by=boss)
    MutedAddress.objects.create(hash="0" * 64)
    LearnedWord.objects.create(word="tea", good=3, spam=1)


def _newsletter(article, boss, topic, picture) -> None:
    reader = factories.subscriber(email="reader@example.org", consent_wording=WORDS)
    reader.choose(frequency="weekly", topics=[topic], paused_until=None)
    factories.subscriber()
    factories.subscriber("pending")
    factories.subscriber().suppress(Suppression.Reason.ASKED)
    issue = factories.issue(subject="First")
    issue.topics.add(topic)
    issue.blocks.create(kind="article", article=article)
    issue.blocks.create(kind="picture", image=picture, position=1)
    sent = factories.started_issue(subject="Second", created_by=boss)
    delivery = sent.deliveries.first()
    at = datetime(2001, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
    MailEvent.objects.create(key="k", delivery=delivery, issue=sent, kind="soft", at=at)
    ArticleMail.objects.create(article=article, issue=sent)
