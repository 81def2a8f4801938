"""Unpublished changes of a public article: who writes them, what readers see, and how they become public."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Contribution, Revision
from articles.models.content import FIELDS, content_of
from articles.models.refusals import NotReady, WrongStatus
from config.web.requests.bot_traps import without_stamps
from tests import factories
from tests.admin_forms import sent_by
from tests.factories import working_copy
from tests.markup import one_line

LIST = "/admin/articles/article/"


def of(article, page="change"):
    return f"{LIST}{article.pk}/{page}/"


@pytest.fixture
def desk(client_of, editor):
    return client_of(editor)


@pytest.fixture
def ada(db):
    return factories.author(name="Ada Leaf")


@pytest.fixture
def article(ada):
    return factories.published_article(
        by=ada, title="Salt", slug="salt", body="<p>Take 50 mg.</p>", topic=factories.topic()
    )


def typed(desk, article, **fields):
    return sent_by(desk.get(of(article)), "article_form") | fields


def send(desk, article, do, **fields):
    page = of(article, "changes")
    copy = Article.objects.get(pk=article.pk).working_copy_id or ""
    return desk.post(page, {"working_copy": copy, "_sure": "on", "_do": do, **fields}, follow=True)


def test_saving_a_published_article_changes_nothing_for_readers(desk, client, article):
    before = content_of(article)
    page = without_stamps(client.get("/articles/salt/").content)
    form = typed(desk, article, title="Half a sen", body="<p>Take 5 mg.</p>", slug="less-salt")

    answer = desk.post(of(article), form, follow=True)

    article.refresh_from_db()
    assert content_of(article) == before
    assert without_stamps(client.get("/articles/salt/").content) == page
    assert "Readers still see the published version" in answer.text
    assert article.with_working_copy().title == "Half a sen"


def test_rows_below_a_published_article_wait_too(desk, article, ada):
    article.references.create(number=1, text="Smith 2019")
    form = typed(desk, article) | {
        "contributions-0-DELETE": "on",
        "references-0-text": "Smith 2020",
        "corrections-TOTAL_FORMS": "1",
        "corrections-0-corrected_at_0": "2020-01-02",
        "corrections-0-corrected_at_1": "08:00",
        "corrections-0-text": "It was 5 mg.",
    }

    desk.post(of(article), form)

    shown = Article.objects.get().with_working_copy()
    assert [row.text for row in shown.references.all()] == ["Smith 2020"]
    assert [row.text for row in shown.corrections.all()] == ["It was 5 mg."]
    assert shown.writers == []
    assert article.references.get().text == "Smith 2019"
    assert article.writers == [ada]
    assert not article.corrections.exists()


def test_form_opens_with_the_working_copy(desk, article, ada):
    people = [{"author": ada.pk, "part": "author", "position": 0}]
    sources = [{"number": 1, "text": "Smith 2019", "url": ""}]
    working_copy(article, title="Less salt", people=people, references=sources)

    form = sent_by(desk.get(of(article)), "article_form")

    assert form["title"] == "Less salt"
    assert form["references-0-text"] == "Smith 2019"
    assert form["contributions-0-author"] == [str(ada.pk)]
    assert (form["references-TOTAL_FORMS"], form["references-INITIAL_FORMS"]) == ("1", "0")


def test_saving_the_form_unchanged_keeps_what_there_is(desk, article):
    article.corrections.create(text="It was 240.")
    Article.objects.update(updated_at=timezone.now() - timedelta(days=2, microseconds=123))
    desk.post(of(article), typed(desk, article))
    untouched = Revision.objects.filter(action="saved").count()
    copy = working_copy(article, title="Less salt").working_copy_id

    desk.post(of(article), typed(desk, article))

    assert untouched == 0
    assert Article.objects.get().working_copy_id == copy


def test_list_form_and_desk_say_that_there_are_unpublished_changes(desk, article):
    working_copy(article, title="Less salt")

    assert "Published, with unpublished changes" in desk.get(LIST).text
    assert "Published, with unpublished changes" in one_line(desk.get(of(article)).text)
    assert "Unpublished changes" in desk.get("/admin/").text
    found = desk.get(f"{LIST}?state=changed").context["cl"].result_list
    assert [row.pk for row in found] == [article.pk]


def test_changes_are_compared_with_what_readers_see(desk, article, ada):
    topic = factories.topic(name="Kitchen")
    working_copy(article, body="<p>Take 5 mg.</p>", topic=topic.pk, people=[], comments_open=False)

    page = one_line(desk.get(of(article, "changes")).text)

    assert "Take <del>50</del><ins>5</ins> mg." in page
    assert "<ins>Kitchen</ins>" in page
    assert "<del>Ada Leaf (Author)</del>" in page
    assert "Comments open" in page


def test_form_compares_the_working_copy_with_the_text_of_a_colleague(desk, client_of, article):
    colleague = client_of(factories.user("eve", group="Editor"))
    first, second = typed(desk, article, title="First"), typed(colleague, article, title="Second")

    desk.post(of(article), first)
    answer = colleague.post(of(article), second)

    assert "changed this after you opened it" in answer.text
    assert Article.objects.get().with_working_copy().title == "First"
    again = sent_by(answer, "article_form")
    colleague.post(of(article), again)
    assert Article.objects.get().with_working_copy().title == "Second"


def test_form_opened_before_the_publication_waits_as_a_working_copy(desk, article, editor):
    article.withdraw(by=editor)
    form = typed(desk, article, title="Typed as a draft")
    Article.objects.get().publish(by=editor)

    answer = desk.post(of(article), form)
    desk.post(of(article), sent_by(answer, "article_form"))

    assert "changed this after you opened it" in answer.text
    assert Article.objects.get().title == "Salt"
    assert Article.objects.get().with_working_copy().title == "Typed as a draft"


def test_rows_of_a_form_opened_while_public_are_not_doubled_in_a_draft(desk, article, editor):
    article.references.create(number=1, text="Smith 2019")
    form = typed(desk, article, title="Typed while public")
    article.withdraw(by=editor)

    answer = desk.post(of(article), form)
    desk.post(of(article), sent_by(answer, "article_form"))

    article.refresh_from_db()
    assert article.title == "Typed while public"
    assert (article.references.count(), article.contributions.count()) == (1, 1)


# Publishing


@pytest.mark.parametrize(
    ("kind", "moves", "entries"),
    [("substantial", True, []), ("spelling", False, []), ("correction", False, ["It was 50."])],
)
def test_publishing_says_what_readers_are_told(desk, client, article, kind, moves, entries):
    working_copy(article, title="Less salt", body="<p>Take 5 mg.</p>")

    send(desk, article, "publish", kind=kind, note="It was 50.")

    article.refresh_from_db()
    assert "Take 5 mg." in client.get("/articles/salt/").text
    assert (article.title, article.working_copy) == ("Less salt", None)
    assert bool(article.updated_at) == moves
    assert [row.text for row in article.corrections.all()] == entries
    assert article.revisions.first().action == "changed"


def test_everything_that_is_edited_becomes_public(article, ada):
    image, topic, rita = factories.image(), factories.topic(), factories.author()
    content = {
        "title": "Less salt",
        "slug": "less-salt",
        "standfirst": "In short.",
        "topic": topic.pk,
        "hero": image.pk,
        "body": "<p>Less [1].</p>",
        "key_takeaways": ["Less"],
        "disclosure": "Paid by nobody.",
        "language": "de",
        "updated_at": "2020-01-02T03:04:05+00:00",
        "reviewed_at": "2020-01-02",
        "review_by": "2099-01-02",
        "comments_open": False,
        "comments_close_at": "2099-01-02T03:04:05+00:00",
        "people": [
            {"author": ada.pk, "part": "author", "position": 0},
            {"author": rita.pk, "part": "reviewer", "position": 1},
        ],
        "references": [{"number": 1, "text": "Smith 2019", "url": "https://doi.org/1"}],
        "corrections": [{"corrected_at": "2020-01-02T03:04:05+00:00", "text": "It was more."}],
    }

    working_copy(article, **content).publish_changes(by=None, kind="spelling")

    article = Article.objects.get()
    assert content_of(article) == content | {"status": "published"}
    assert 'href="#ref-1"' in article.body_html
    assert [row.slug for row in article.former_slugs.all()] == ["salt"]


def test_every_field_that_is_edited_is_part_of_a_revision():
    edited = {field.name for field in Article._meta.concrete_fields if field.editable}

    assert edited - {"id"} == set(FIELDS)


def test_rows_that_stay_the_same_keep_their_keys(article, ada):
    source = article.references.create(number=1, text="Smith 2019")
    line = article.contributions.get()

    working_copy(article, title="Less salt").publish_changes(by=None)

    assert article.references.get() == source
    assert article.contributions.get() == line


def test_correction_needs_its_entry_and_a_kind_has_to_be_chosen(desk, article):
    working_copy(article, title="Less salt")

    without = send(desk, article, "publish", kind="correction")
    none = send(desk, article, "publish", note="Typed words")

    assert "Enter what was wrong and what is right." in without.text
    assert "Choose what to tell readers." in none.text
    assert "Typed words" in none.text
    assert Article.objects.get().title == "Salt"


def test_changes_saved_by_somebody_else_are_not_published_unseen(desk, article):
    seen = working_copy(article, title="Seen").working_copy_id
    working_copy(article, title="Unseen")

    answer = send(desk, article, "publish", kind="spelling", working_copy=seen)

    assert "Someone else saved changes in the meantime." in answer.text
    assert Article.objects.get().title == "Salt"


def test_of_two_who_publish_or_discard_at_once_one_is_told(article, editor):
    mine, theirs = working_copy(article, title="Less salt"), Article.objects.get()
    theirs.publish_changes(by=editor)

    with pytest.raises(WrongStatus):
        mine.publish_changes(by=None)
    with pytest.raises(WrongStatus):
        mine.discard_changes(by=None)
    with pytest.raises(WrongStatus):
        mine.save_content(mine.edited_content() | {"title": "Late"}, by=None)
    assert Revision.objects.filter(action="changed").count() == 1


def test_changes_without_text_or_author_are_refused(desk, article):
    changed = working_copy(article, body="", people=[])

    answer = send(desk, article, "publish", kind="spelling")

    assert "It has no text." in answer.text
    with pytest.raises(NotReady):
        changed.publish_changes(by=None)
    assert "50 mg" in Article.objects.get().body


def test_address_taken_meanwhile_is_told(desk, article):
    working_copy(article, slug="sugar")
    factories.draft(slug="sugar")

    answer = send(desk, article, "publish", kind="spelling")

    assert "Another article has the address" in answer.text
    assert Article.objects.get(pk=article.pk).slug == "salt"


def test_topic_picture_and_person_deleted_meanwhile_are_left_out(article, ada):
    topic, image, rita = factories.topic(), factories.image(), factories.author()
    people = [{"author": pk, "part": "author", "position": 0} for pk in (ada.pk, rita.pk)]
    changed = working_copy(article, topic=topic.pk, hero=image.pk, people=people)
    for row in (topic, image, rita):
        row.delete()

    changed.publish_changes(by=None)

    article = Article.objects.get()
    assert (article.topic, article.hero, article.writers) == (None, None, [ada])


def test_discarded_changes_stay_in_the_history(desk, article):
    copy = working_copy(article, title="Less salt").working_copy

    send(desk, article, "discard")

    article.refresh_from_db()
    assert (article.title, article.working_copy) == ("Salt", None)
    assert article.revisions.get(pk=copy.pk).content["title"] == "Less salt"
    assert article.revisions.first().action == "discarded"
    assert "There are no unpublished changes." in send(desk, article, "discard").text


def test_changes_taken_back_by_hand_are_no_changes(article):
    working_copy(article, title="Less salt")

    assert working_copy(article, title="Salt").working_copy is None


def test_withdrawal_makes_the_changes_the_text_of_the_draft(article, editor):
    article = working_copy(article, title="Less salt")

    article.withdraw(by=editor)

    article = Article.objects.get()
    assert (article.title, article.working_copy) == ("Less salt", None)


def test_revisions_of_published_changes_are_never_rewritten(article):
    before = list(Revision.objects.order_by("pk").values())

    working_copy(working_copy(article, title="One"), title="Two").publish_changes(by=None)

    assert list(Revision.objects.order_by("pk").values())[: len(before)] == before


def test_draft_saves_straight(desk, ada):
    draft = factories.draft(by=ada)

    desk.post(of(draft), typed(desk, draft, title="Straight"))

    draft.refresh_from_db()
    assert (draft.title, draft.working_copy) == ("Straight", None)
    assert Contribution.objects.filter(article=draft, author=ada).exists()
