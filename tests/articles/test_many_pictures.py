"""Several pictures at once: the good ones join the library, and wait for their words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.models import Image
from articles.publishing_checks import findings_of
from tests import factories
from tests.markup import words_of

SEVERAL = "/admin/articles/image/several/"
WORDS = "/admin/articles/image/words/"
LIST = "/admin/articles/image/"


def picture(name):
    upload = factories.picture_file()
    upload.name = name
    return upload


def bad(name):
    return SimpleUploadedFile(name, b"<svg onload=alert(1)>")


def waiting(**fields):
    return factories.image(alt_text="", **fields)


def test_each_good_file_becomes_a_picture_and_bad_ones_are_named(client_of, author):
    files = [picture("red-hill.jpg"), bad("<b>.svg"), picture("lake.jpg")]

    page = client_of(author).post(SEVERAL, {"files": files}, follow=True)

    assert page.redirect_chain[-1][0] == WORDS
    assert set(Image.objects.values_list("title", "alt_text", "is_decoration", "uploaded_by")) == {
        ("red hill", "", False, author.pk),
        ("lake", "", False, author.pk),
    }
    assert "2 pictures were added." in page.text
    assert "“&lt;b&gt;.svg”: This file cannot be read as a picture." in page.text
    assert "red hill" in page.text


def test_nothing_but_bad_files_leads_back_to_the_list(client_of, author):
    page = client_of(author).post(SEVERAL, {"files": [bad("x.svg")]}, follow=True)

    assert page.redirect_chain[-1][0] == LIST
    assert "“x.svg”: This file cannot be read as a picture" in page.text


def test_no_file_is_told(client_of, author):
    assert "Choose one or more files" in client_of(author).post(SEVERAL, follow=True).text


def test_script_sends_one_with_its_words_and_gets_it_back(client_of, author):
    data = {"files": picture("hill.jpg"), "alt_text": " A hill. "}

    answer = client_of(author).post(SEVERAL, data, headers={"Accept": "application/json"}).json()

    image = Image.objects.get()
    assert (image.alt_text, image.is_decoration) == ("A hill.", False)
    assert answer == {
        "id": image.pk,
        "url": image.file.url,
        "title": "hill",
        "alt_text": "A hill.",
        "caption": "",
    }


def test_script_is_told_what_is_wrong(client_of, author):
    client = client_of(author)
    answers = [
        client.post(SEVERAL, data, headers={"Accept": "application/json"})
        for data in ({"files": bad("x.svg")}, {})
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "“x.svg”: This file cannot" in answers[0].json()["error"]


@pytest.mark.parametrize(("group", "status"), [("", 302), ("Moderator", 403)])
def test_only_those_who_may_upload_can(client_of, db, group, status):
    person = factories.user("pat", group=group)

    response = client_of(person).post(SEVERAL, {"files": picture("x.jpg")})

    assert response.status_code == status
    assert client_of(person).get(WORDS).status_code == status
    assert not Image.objects.exists()


def test_words_are_written_on_one_page_and_what_is_left_waits(client_of, editor):
    hill, line, lake = waiting(title="Hill"), waiting(title="Line"), waiting(title="Lake")
    data = {
        "picture": [hill.pk, line.pk, lake.pk],
        f"picture-{hill.pk}-alt_text": "A green hill.",
        f"picture-{line.pk}-is_decoration": "on",
        f"picture-{lake.pk}-alt_text": "",
    }

    page = client_of(editor).post(WORDS, data, follow=True)

    assert "2 pictures now have alternative text." in page.text
    assert [*Image.objects.without_words()] == [lake]
    assert Image.objects.get(pk=hill.pk).alt_text == "A green hill."
    assert Image.objects.get(pk=line.pk).is_decoration
    assert "Lake" in page.text
    assert "Hill" not in words_of(page.text)


def test_words_that_are_too_long_come_back(client_of, editor):
    image = waiting()
    data = {"picture": image.pk, f"picture-{image.pk}-alt_text": "x" * 301}

    page = client_of(editor).post(WORDS, data)

    assert "x" * 301 in page.text
    assert "300" in page.text
    assert "<title>Error: " in page.text


def test_words_of_somebody_else_meanwhile_stay(client_of, editor):
    image = waiting()
    Image.objects.filter(pk=image.pk).update(alt_text="Theirs.")

    client_of(editor).post(WORDS, {"picture": image.pk, f"picture-{image.pk}-alt_text": "Mine."})

    assert Image.objects.get().alt_text == "Theirs."


def test_authors_describe_their_own_pictures_only(client_of, author, editor):
    own, other = (
        waiting(title="Own", uploaded_by=author),
        waiting(title="Other", uploaded_by=editor),
    )
    client = client_of(author)
    data = {"picture": [own.pk, other.pk]}
    data |= {f"picture-{image.pk}-alt_text": "Words." for image in (own, other)}

    page = client.get(WORDS).text
    client.post(WORDS, data)

    assert "Own" in page
    assert "Other" not in page
    assert [*Image.objects.without_words()] == [other]


@pytest.mark.parametrize("sent", ["", "x", "9" * 30, "-1"])
def test_strange_numbers_of_pictures_are_no_error(client_of, editor, sent):
    assert client_of(editor).post(WORDS, {"picture": sent}).status_code == 302


def test_list_leads_to_what_lacks_words_and_filters_it(client_of, editor):
    waiting(title="Silent")
    factories.image(title="Described")
    client = client_of(editor)

    page, found = client.get(LIST).text, client.get(f"{LIST}?words=missing").text

    assert "1 picture without alternative text" in " ".join(page.split())
    assert "Silent" in found
    assert "Described" not in found


def test_page_of_words_takes_few_queries(client_of, author, django_assert_max_num_queries):
    client = client_of(author)
    for _number in range(10):
        waiting(uploaded_by=author)
    client.get(WORDS)

    with django_assert_max_num_queries(8):
        client.get(WORDS)


def test_hero_that_waits_for_its_words_is_missing_something(db):
    silent, drawn = waiting(), waiting(is_decoration=True)
    texts = [
        " ".join(finding.text for finding in findings_of(factories.draft(hero=hero)))
        for hero in (silent, drawn)
    ]

    assert ["alternative text" in text for text in texts] == [True, False]
