"""What editors do with links for experts, their remarks and their sign-offs."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Author, Contribution, ExpertLink, Remark, SignOff
from articles.models.refusals import StepRefused, WrongStatus
from articles.tasks import send_due_expert_links
from tests import factories
from tests.clock import after

pytestmark = pytest.mark.django_db
_ADDRESS = re.compile(r"/sign-off/[\w:-]+/")
ASK = {"_do": "ask", "name": "Ada", "email": "", "kind": "review", "days": "30"}


def link_to(article, **fields):
    fields = {"name": "Ada", "expires_at": timezone.now() + timedelta(days=30)} | fields
    return ExpertLink.make(article, by=None, **fields)


def signed(article, **fields):
    fields = {"name": "Dr Ada", "credentials": "MD", "interests": "Shares of a mill"} | fields
    return SignOff.objects.create(link=link_to(article), **fields)


def desk_of(article):
    return f"/admin/articles/article/{article.pk}/experts/"


@pytest.fixture
def draft(db):
    return factories.draft(title="Salt", by=factories.author(), body="<p>Salt is salt.</p>")


@pytest.fixture
def desk(client_of, editor):
    return client_of(editor)


# Links


def test_editor_makes_a_link_that_is_mailed_and_listed(
    desk, draft, editor, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(desk_of(draft), ASK | {"email": "ada@example.org"})

    link = ExpertLink.objects.get()
    assert link.made_by == editor
    assert timedelta(days=29) < link.expires_at - timezone.now() < timedelta(days=31)
    assert mail.outbox[0].to == ["ada@example.org"]
    shown = _ADDRESS.search(desk.get(desk_of(draft)).text)[0]
    mailed = _ADDRESS.search(mail.outbox[0].body)[0]
    assert Client().get(shown).status_code == Client().get(mailed).status_code == 200
    assert "Salt" in mail.outbox[0].subject


def test_revoked_link_is_not_mailed(draft):
    link = link_to(draft, email="ada@example.org")
    link.revoke()

    send_due_expert_links.call()

    assert not mail.outbox


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("days", "0"), ("days", "366"), ("email", "ada@"), ("kind", "x")],
)
def test_wrong_link_is_told_with_the_rest_kept(field, value, desk, draft):
    page = desk.post(desk_of(draft), ASK | {"name": "Grace"} | {field: value}).text

    assert "errorlist" in page
    assert field == "name" or 'value="Grace"' in page
    assert not ExpertLink.objects.exists()


def test_each_state_of_a_link_is_told(desk, draft):
    link_to(draft).revoke()
    signed(draft)
    link_to(draft, expires_at=timezone.now() + timedelta(days=1))

    with after(days=2):
        page = desk.get(desk_of(draft)).text

    for state in ("revoked", "signed off", "expired"):
        assert f'<span class="experts__state">{state}</span>' in page


def test_author_of_the_draft_reads_remarks_but_makes_no_link(client_of, author, draft):
    Contribution.objects.create(article=draft, author=factories.author(user=author))
    link = link_to(draft)
    remark = link.remarks.create(text="Why?")
    client = client_of(author)

    page = client.get(desk_of(draft)).text
    client.post(desk_of(draft), {"_do": "resolve", "pk": remark.pk})

    assert "Why?" in page
    assert not _ADDRESS.search(page)
    assert Remark.objects.get().resolved_by == author
    for data in (ASK, {"_do": "revoke", "pk": link.pk}, {"_do": "accept", "pk": signed(draft).pk}):
        assert client.post(desk_of(draft), data).status_code == 403
    assert ExpertLink.objects.filter(revoked_at=None).count() == 2


def test_strangers_and_other_authors_see_nothing(client, client_of, author, draft):
    assert client.get(desk_of(draft)).status_code == 302
    answers = [client_of(author).get(desk_of(draft)), client_of(author).post(desk_of(draft), ASK)]
    assert all(answer.status_code in {302, 403} for answer in answers)
    assert not ExpertLink.objects.exists()


def test_what_is_not_there_is_not_found(desk, draft):
    for do in ("revoke", "resolve", "reopen", "accept", "refuse", "other"):
        for pk in ("", "x", "0", "²", "9" * 30):
            assert desk.post(desk_of(draft), {"_do": do, "pk": pk}).status_code == 404


def test_rows_of_another_article_are_out_of_reach(desk, draft):
    other = signed(factories.draft())

    assert desk.post(desk_of(draft), {"_do": "accept", "pk": other.pk}).status_code == 404
    assert desk.post(desk_of(draft), {"_do": "revoke", "pk": other.link.pk}).status_code == 404


# Remarks


def test_open_remarks_stand_in_the_margin_until_resolved(desk, draft, editor):
    remark = link_to(draft).remarks.create(
        text="Sea salt, too?", paragraph=1, beginning="Salt is salt."
    )
    preview = f"/articles/{draft.slug}/preview/"
    before = desk.get(preview).text

    answer = desk.post(desk_of(draft), {"_do": "resolve", "pk": remark.pk, "from_preview": "1"})

    assert "Sea salt, too?" in before.partition('class="annotated__side"')[2]
    assert answer.headers["Location"] == preview
    assert "Sea salt, too?" not in desk.get(preview).text
    remark.refresh_from_db()
    assert remark.resolved_by == editor
    assert remark.resolved_at
    desk.post(desk_of(draft), {"_do": "reopen", "pk": remark.pk})
    assert "Sea salt, too?" in desk.get(preview).text


def test_remark_follows_its_paragraph_and_is_not_lost_with_it(desk, draft):
    link = link_to(draft)
    link.remarks.create(text="Follows.", paragraph=1, beginning="Salt is salt.")
    link.remarks.create(text="Lost.", paragraph=2, beginning="Gone.")
    draft.body = "<p>New first words.</p><p>Salt is salt.</p>"
    draft.save()

    page = desk.get(f"/articles/{draft.slug}/preview/").text

    second, _, rest = page.partition('id="id_passage-2"')[2].partition("More remarks")
    assert "Follows." in second
    assert "Lost." in rest


def test_remarks_on_a_public_article_have_a_preview(desk):
    article = factories.published_article(by=factories.author())
    link_to(article).remarks.create(text="Old figure.")

    page = desk.get(f"/articles/{article.slug}/preview/")

    assert "Old figure." in page.text
    assert "Old figure." not in desk.get(article.get_absolute_url()).text


def test_form_counts_what_waits(desk, draft):
    link = signed(draft).link
    for text in ("One.", "Two."):
        link.remarks.create(text=text)

    page = desk.get(f"/admin/articles/article/{draft.pk}/change/").text

    assert "2 open remarks" in page
    assert "1 sign-off waiting" in " ".join(page.split())


# Sign-offs


def test_accepted_sign_off_names_the_reviewer_of_a_draft(desk, draft, editor):
    sign_off = signed(draft)

    desk.post(desk_of(draft), {"_do": "accept", "pk": sign_off.pk, "author": ""})

    sign_off.refresh_from_db()
    reviewer = draft.contributions.get(part="reviewer").author
    assert (reviewer.name, reviewer.credentials) == ("Dr Ada", "MD")
    assert (sign_off.decided_by, sign_off.author) == (editor, reviewer)
    draft.refresh_from_db()
    assert draft.reviewed_at == timezone.localdate(sign_off.signed_at)
    assert draft.disclosure == ""
    step = draft.revisions.first()
    assert (step.get_action_display(), step.reason) == ("Sign-off accepted", "Reviewed by Dr Ada")


def test_known_author_is_reused_and_interests_shown_on_request(desk, draft):
    known = factories.author(name="Dr Ada", credentials="MD, PhD")
    sign_off = signed(draft)

    page = desk.get(desk_of(draft)).text
    data = {"_do": "accept", "pk": sign_off.pk, "author": known.pk, "shows_interests": "on"}
    desk.post(desk_of(draft), data)

    assert "Shares of a mill" in page
    assert f'<option value="{known.pk}">' in page
    assert draft.contributions.get(part="reviewer").author == known
    draft.refresh_from_db()
    assert draft.disclosure == "Dr Ada: Shares of a mill"


def test_another_author_than_the_named_one_is_refused(desk, draft):
    sign_off = signed(draft)

    data = {"_do": "accept", "pk": sign_off.pk, "author": factories.author().pk}
    desk.post(desk_of(draft), data)

    sign_off.refresh_from_db()
    assert sign_off.state == "waiting"


def test_refused_sign_off_changes_nothing(desk, draft):
    sign_off = signed(draft)

    desk.post(desk_of(draft), {"_do": "refuse", "pk": sign_off.pk})

    sign_off.refresh_from_db()
    assert sign_off.state == "refused"
    assert not draft.contributions.filter(part="reviewer").exists()
    with pytest.raises(WrongStatus):
        sign_off.accept(by=None)


def test_signed_text_that_is_live_gets_its_reviewer_at_once(draft):
    sign_off = signed(draft)
    draft.publish(by=None)
    draft.save_content(draft.edited_content() | {"title": "Salt again"}, by=None)

    sign_off.accept(by=None)

    live = Article.objects.get(pk=draft.pk)
    assert live.contributions.filter(part="reviewer", author__name="Dr Ada").exists()
    assert live.title == "Salt"
    live.publish_changes(by=None)
    assert live.title == "Salt again"
    assert live.contributions.filter(part="reviewer", author__name="Dr Ada").exists()


def test_other_text_of_a_public_article_gets_its_reviewer_in_the_working_copy():
    article = factories.published_article(by=factories.author())
    article.save_content(article.edited_content() | {"body": "<p>New.</p>"}, by=None)
    sign_off = signed(article)

    sign_off.accept(by=None)

    live = Article.objects.get(pk=article.pk)
    assert not live.contributions.filter(part="reviewer").exists()
    assert live.reviewed_at is None
    people = live.edited_content()["people"]
    assert [row["part"] for row in people] == ["author", "reviewer"]


def test_two_experts_review_one_live_article():
    article = factories.published_article(by=factories.author())
    first, second = signed(article), link_to(article)
    first.accept(by=None)

    assert ExpertLink.objects.with_publication().get(pk=second.pk).takes_remarks
    SignOff.objects.create(link=second, name="Bea", credentials="MD", interests="None").accept(
        by=None
    )

    names = Contribution.objects.filter(article=article, part="reviewer").values_list(
        "author__name"
    )
    assert {name for (name,) in names} == {"Dr Ada", "Bea"}


def test_interests_too_long_for_the_disclosure_are_told(draft):
    Article.objects.filter(pk=draft.pk).update(disclosure="x" * 990)
    sign_off = signed(draft)

    with pytest.raises(StepRefused):
        sign_off.accept(by=None, show_interests=True)

    sign_off.refresh_from_db()
    assert sign_off.state == "waiting"
    assert not Author.objects.filter(name="Dr Ada").exists()


@pytest.mark.django_db(transaction=True)
def test_two_editors_who_accept_two_experts_at_once_keep_both():
    article = factories.draft(by=factories.author())
    sign_offs = [signed(article, name=name) for name in ("Ada", "Bea")]
    start, raised = threading.Barrier(4, timeout=60), []

    def accept(pk):
        try:
            start.wait()
            SignOff.objects.get(pk=pk).accept(by=None)
        except WrongStatus as problem:
            raised.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[row.pk]) for row in [*sign_offs, *sign_offs]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(raised) == 2
    reviewers = article.contributions.filter(part="reviewer").order_by("author__name")
    assert [row.author.name for row in reviewers] == ["Ada", "Bea"]


def test_number_of_queries_does_not_grow(desk, draft):
    counts = []
    for _page in range(2):
        signed(draft, name=f"Expert {len(counts)}").link.remarks.create(text="A remark.")
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(desk_of(draft)).status_code == 200
        counts.append(len(queries))
        for number in range(4):
            signed(draft, name=f"Dr {number}").link.remarks.create(text="A remark.").resolve(
                by=None
            )

    assert counts[0] == counts[1] <= 14
