"""The demonstration magazine, loaded once for all these tests."""

import json
import re
import stat
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from articles.models import Article, Author, Image, Page, Revision, Topic
from comments.models import Comment, Decision
from newsletter.models import Subscriber

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def load_demo() -> list[str]:
    output = StringIO()
    call_command("load_demo", stdout=output)
    return output.getvalue().splitlines()


def passwords(lines: list[str]) -> dict[str, str]:
    return dict(line.split()[1:] for line in lines if line.startswith("login "))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    var = tmp_path_factory.mktemp("var")
    return {"VAR_DIR": var, "MEDIA_ROOT": var / "media"}


@pytest.fixture(scope="module")
def first_run(django_db_setup, django_db_blocker, folders):
    """What the first run printed; all it wrote is gone after the last test here."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(**folders):
            lines = load_demo()
        yield lines
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def loaded(first_run, folders, settings_of_the_test, settings):
    for name, value in folders.items():
        setattr(settings, name, value)


def published() -> list[Article]:
    return list(Article.objects.published().prefetch_related("references", "contributions__author"))


def test_twelve_articles_or_more_are_published():
    assert len(published()) >= 12


def test_published_articles_have_three_topics_and_four_authors():
    articles = published()

    assert {article.topic.slug for article in articles} == {
        "sleep",
        "food-and-nutrients",
        "movement",
        "vitamins-and-minerals",
    }
    assert len({writer.slug for article in articles for writer in article.writers}) == 4


def test_every_article_has_300_to_1800_words():
    lengths = {article.slug: article.word_count for article in Article.objects.all()}

    assert {slug: n for slug, n in lengths.items() if not 300 <= n <= 1800} == {}


def test_two_or_more_are_long_reads_with_sections_a_list_a_quote_and_a_captioned_table():
    wanted = ("<h2", "<h3", "<ul>", "<blockquote>", "<caption>")

    long_reads = [a for a in published() if all(tag in a.body_html for tag in wanted)]

    assert sum(article.word_count >= 1200 for article in long_reads) >= 2


def test_every_mark_has_its_reference_and_every_reference_its_mark():
    for article in Article.objects.prefetch_related("references"):
        marks = {int(number) for number in re.findall(r"\[(\d+)\]", article.plain_text)}

        assert marks == {row.number for row in article.references.all()}, article.slug


def test_marks_lead_to_their_references():
    article = Article.objects.get(slug="after-the-bad-night")

    assert 'href="#ref-1"' in article.body_html


def test_every_kind_of_status_is_there():
    statuses = {article.status for article in Article.objects.all()}

    assert statuses == {"draft", "in_review", "approved", "published", "withdrawn"}
    assert Article.objects.scheduled().count() == 1


def test_scheduled_article_is_still_to_come():
    article = Article.objects.scheduled().get()

    assert article.published_at > timezone.now() + timedelta(days=2)
    assert not article.is_published


def test_dates_follow_one_another():
    now = timezone.now()
    for article in published():
        assert article.created_at < article.published_at < now, article.slug
        assert article.modified_at <= now, article.slug
        if article.updated_at:
            assert article.published_at < article.updated_at < now, article.slug


def test_the_newest_article_is_fresh():
    newest = Article.objects.published().newest_first().first()

    assert newest.published_at > timezone.now() - timedelta(days=2)


def test_history_runs_from_submission_to_publication():
    article = Article.objects.get(slug="superfoods-ranked")

    steps = list(article.revisions.order_by("at").values_list("action", flat=True))

    assert steps == ["submitted", "published", "withdrawn"]
    assert not Revision.objects.filter(at__gt=timezone.now()).exists()


def test_an_article_says_what_was_corrected():
    article = Article.objects.get(slug="vitamin-d-dark-month")

    correction = article.corrections.get()

    assert article.published_at < correction.corrected_at < timezone.now()


def test_people_have_portraits_and_say_that_they_are_fictional():
    for person in Author.objects.all():
        assert person.portrait.alt_text
        assert "fictional" in person.bio
        assert "fictional" in person.affiliation


def test_heroes_have_alternative_text_and_credit():
    for article in Article.objects.select_related("hero"):
        assert (article.hero.width, article.hero.height) == (1600, 900)
        assert article.hero.alt_text
        assert article.hero.credit


def test_about_page_says_that_the_people_are_fictional():
    assert "people are fictional" in Page.objects.get(slug="about").body


def test_sixty_comments_or_more_in_every_state():
    states = Counter(Comment.objects.values_list("status", flat=True))

    assert states.total() >= 60
    assert set(states) == {"pending", "held", "approved", "rejected", "spam", "removed"}
    assert states["approved"] > states.total() / 2


def test_comments_come_after_their_article_and_before_their_decision():
    now = timezone.now()
    for comment in Comment.objects.select_related("article"):
        assert comment.article.published_at < comment.created_at < now, comment.name
        assert comment.is_awaiting or comment.created_at < comment.decided_at <= now


def test_readers_answer_each_other_and_authors_answer_them():
    answers = Comment.objects.filter(parent__isnull=False)

    assert answers.filter(badge="author").count() >= 5
    assert answers.filter(path__len__gte=4).exists()
    assert Comment.objects.filter(status="removed", shown_replies__gt=0).exists()
    assert Comment.objects.filter(reports__isnull=False).exists()


def test_decisions_are_the_moderators():
    assert set(Decision.objects.values_list("by__username", flat=True)) == {"moderator"}


def test_what_readers_typed_stands_as_typed():
    comment = Comment.objects.get(name="numbers person")

    assert "p<0.05" in comment.body
    assert "a < b" in comment.body
    assert "p&lt;0.05" in comment.body_html


def test_subscribers_are_in_every_state_on_example_addresses():
    states = set(Subscriber.objects.values_list("status", flat=True))

    assert states == {"pending", "confirmed", "unsubscribed", "bounced", "complained"}
    assert not Subscriber.objects.exclude(email__endswith="@example.org").exists()


def test_no_subscriber_is_owed_a_mail():
    assert not Subscriber.objects.due_for_mail().exists()


def test_one_login_line_for_each_role(first_run):
    words = [line.split() for line in first_run if line.startswith("login ")]

    assert [role for _, role, _ in words] == ["admin", "editor", "author", "moderator"]


@pytest.mark.parametrize("role", ["admin", "editor", "author", "moderator"])
def test_logins_work(client, first_run, role):
    answer = client.post(
        "/admin/login/?next=/admin/",
        {"username": role, "password": passwords(first_run)[role]},
    )

    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(User.objects.get(username=role).pk)


def test_roles_have_their_groups():
    groups = {user.username: [g.name for g in user.groups.all()] for user in User.objects.all()}

    assert groups == {
        "admin": [],
        "editor": ["Editor"],
        "author": ["Author"],
        "moderator": ["Moderator"],
    }
    assert User.objects.get(is_superuser=True).username == "admin"


def test_author_has_a_draft_and_one_in_review_to_work_on():
    user = User.objects.get(username="author")

    statuses = set(Article.objects.editable_by(user).values_list("status", flat=True))

    assert statuses == {"draft", "in_review"}


def test_passwords_are_kept_for_their_owner_only(first_run, folders):
    file = folders["VAR_DIR"] / "demo-logins.json"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == passwords(first_run)


def test_second_run_changes_nothing(first_run):
    before = _everything()

    lines = load_demo()

    assert _everything() == before
    assert passwords(lines) == passwords(first_run)


def test_second_run_is_not_refused_after_somebody_added_to_it(first_run):
    Topic.objects.create(name="Something of my own")

    assert passwords(load_demo()) == passwords(first_run)


def test_lost_passwords_are_drawn_anew(client, first_run):
    file = Path(settings.VAR_DIR) / "demo-logins.json"
    kept = file.read_text()
    file.unlink()

    drawn = passwords(load_demo())

    file.write_text(kept)  # for the other tests; the accounts' passwords are rolled back
    assert not set(drawn.values()) & set(passwords(first_run).values())
    assert User.objects.get(username="editor").check_password(drawn["editor"])


def _everything() -> list:
    """All rows that matter, with their times."""
    models = (Article, Author, Topic, Image, Page, Revision, Comment, Decision, Subscriber, User)
    return [list(model.objects.order_by("pk").values()) for model in models]
