"""A DOI fills in title, journal and year of a reference, where the operator allows a host to be asked."""

import json

import pytest

from articles.admin import source_lookup as desk_lookup
from articles.admin.source_lookup import PER_PERSON
from articles.source_addresses import MalformedDoi
from articles.source_lookup import LONGEST, UnknownSource, source_of
from config.web.fetching.asking import NoAnswer
from tests import factories
from tests.config.loopback_sites import says, site

SOURCE = "/admin/articles/article/source/"
WORK = {
    "title": ["<i>Salt</i> &amp; sleep:\n a trial"],
    "container-title": ["The Journal"],
    "issued": {"date-parts": [[2019, 5]]},
}
KNOWN = "Salt & sleep: a trial. The Journal. 2019."


def answering(work, settings, **more):
    body = work if isinstance(work, bytes) else json.dumps({"message": work}).encode()
    return site(says(body=body, **more))


@pytest.fixture
def looked_up(settings):
    """`looked_up(work)`: the text for a work that the host describes so."""

    def look_up(work, typed="10.1000/a(b)<c>"):
        with answering(work, settings) as host:
            settings.SOURCE_LOOKUP_URL = host.url("")
            return source_of(typed, guard=host.guard()), host

    return look_up


def test_doi_becomes_title_journal_and_year(looked_up):
    text, host = looked_up(WORK)

    assert text == KNOWN
    assert host.asked == [("GET", "/works/10.1000%2Fa%28b%29%3Cc%3E")]
    assert host.headers[0]["Accept"] == "application/json"


@pytest.mark.parametrize(
    "typed", ["doi:10.1000/x", "https://doi.org/10.1000/x", "http://dx.doi.org/10.1000/x."]
)
def test_each_spelling_of_a_doi_is_looked_up(looked_up, typed):
    assert looked_up(WORK, typed)[1].asked == [("GET", "/works/10.1000%2Fx")]


@pytest.mark.parametrize(
    ("work", "text"),
    [
        ({"title": ["Salt."]}, "Salt."),
        ({"title": ["Salt"], "issued": {"date-parts": [[None]]}, "container-title": []}, "Salt."),
        ({"title": ["S" * 3000], "issued": {"date-parts": [[9]]}}, "S" * LONGEST),
    ],
)
def test_what_the_host_does_not_know_is_left_out(looked_up, work, text):
    assert looked_up(work)[0] == text


@pytest.mark.parametrize(
    "work",
    [{}, {"title": []}, {"title": "x"}, {"title": [""]}, [], "x", None, {"title": ["x"], "issued": 1}, b"", b"{", b"[]",
     b"[" * 100_000],
)  # fmt: skip
def test_strange_answers_are_no_source(looked_up, work):
    with pytest.raises(UnknownSource):
        looked_up(work)


def test_what_is_no_doi_is_not_asked(settings):
    settings.SOURCE_LOOKUP_URL = "https://sources.example"

    with pytest.raises(UnknownSource):
        source_of("https://example.org/")
    with pytest.raises(MalformedDoi):
        source_of("doi:nonsense")


def test_host_inside_the_network_is_not_asked(settings):
    with answering(WORK, settings) as host:
        settings.SOURCE_LOOKUP_URL = host.url("")
        with pytest.raises(NoAnswer):
            source_of("10.1000/x")

    assert host.asked == []


# At the desk


@pytest.fixture
def allowed(settings, monkeypatch):
    """A host is allowed; it knows 10.1000/x alone."""
    settings.SOURCE_LOOKUP_URL = "https://sources.example"

    def answer(typed):
        if typed == "10.1000/away":
            raise NoAnswer("time")
        if typed != "10.1000/x":
            raise UnknownSource(typed)
        return KNOWN

    monkeypatch.setattr(desk_lookup, "source_of", answer)


def asked(client, address="10.1000/x"):
    return client.post(SOURCE, {"address": address})


def test_it_is_off_until_a_host_is_allowed(client_of, editor, settings):
    assert settings.SOURCE_LOOKUP_URL == ""
    assert asked(client_of(editor)).status_code == 404
    page = client_of(editor).get("/admin/articles/article/add/").text
    assert "data-lookup" not in page


def test_people_who_write_get_the_source_or_a_reason(allowed, client, client_of, author, moderator):
    assert asked(client_of(author)).json() == {"text": KNOWN}
    assert "was not found" in asked(client_of(author), "10.1000/y").json()["problem"]
    assert "could not be looked up" in asked(client_of(author), "10.1000/away").json()["problem"]
    assert asked(client_of(moderator)).status_code == 403
    assert asked(client).status_code == 302
    assert client_of(author).get(SOURCE).status_code == 405


def test_form_knows_where_to_ask(allowed, client_of, editor):
    article = factories.draft()
    article.references.create(number=1, text="Old", url="")

    page = client_of(editor).get(f"/admin/articles/article/{article.pk}/change/").text

    assert f'data-lookup="{SOURCE}"' in page


def test_one_person_asks_only_so_often(allowed, client_of, author, clock):
    PER_PERSON.take(str(author.pk), PER_PERSON.times)

    assert "Too many sources" in asked(client_of(author)).json()["problem"]
