"""How an article is cited."""

from datetime import UTC, datetime

import pytest

from articles.models import Contribution
from articles.reading.citations import Name, apa, bibtex, mla
from tests import factories

pytestmark = pytest.mark.day("2026-09-05T12:00")


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_NAME = "The Lantern"
    settings.SITE_URL = "https://www.example.org"


def article(*names: str, **fields):
    row = factories.draft(**{"title": "Rest", "slug": "rest"} | fields)
    for position, name in enumerate(names):
        Contribution.objects.create(
            article=row, author=factories.author(name=name), position=position
        )
    row.status, row.published_at = "published", datetime.now(UTC)
    row.save()
    return row


URL = "https://www.example.org/articles/rest/"


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("Maren Aldous", ("Maren", "Aldous", "")),
        ("Mary Jane Watson", ("Mary Jane", "Watson", "")),
        ("Ludwig van Beethoven", ("Ludwig", "van Beethoven", "")),
        ("Jan van der Berg", ("Jan", "van der Berg", "")),
        ("Martin Luther King Jr.", ("Martin Luther", "King", "Jr.")),
        ("Plato", ("", "Plato", "")),
        ("山田太郎", ("", "山田太郎", "")),
        ("Smith, Jones and Sons", ("", "Smith, Jones and Sons", "")),
    ],
)
def test_names_are_read_in_their_parts(written, parts):
    assert Name.read(written) == parts


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("names", "cited"),
    [
        (["Maren Aldous"], "Aldous, M."),
        (["Jean-Paul K. Marat"], "Marat, J.-P. K."),
        (["Maren Aldous", "Priya Sandhu"], "Aldous, M., &amp; Sandhu, P."),
        (["Ann Ash", "Bo Bay", "Cy Cod"], "Ash, A., Bay, B., &amp; Cod, C."),
        (["Ann Ash Jr."], "Ash, A., Jr."),
        (["Plato"], "Plato."),
    ],
)
def test_apa_names_all_authors_by_initials(names, cited):
    assert apa(article(*names)) == f"{cited} (2026, September 5). <i>Rest</i>. The Lantern. {URL}"


def test_apa_without_an_author_begins_with_the_title(db):
    assert apa(article()) == f"<i>Rest</i>. (2026, September 5). The Lantern. {URL}"


def test_apa_leaves_out_names_between_the_nineteenth_and_the_last(db):
    cited = apa(article(*(f"A Name{number}" for number in range(25))))

    assert "Name18, A., … Name24, A. (2026" in cited
    assert "Name19" not in cited


def test_apa_does_not_repeat_a_site_that_is_the_author(db):
    cited = apa(article("Lantern", title="Why?"))

    assert cited.endswith(f"<i>Why?</i> The Lantern. {URL}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("names", "cited"),
    [
        (["Maren Aldous"], "Aldous, Maren. "),
        (["Maren Aldous", "Priya Sandhu"], "Aldous, Maren, and Priya Sandhu. "),
        (["Ann Ash", "Bo Bay", "Cy Cod"], "Ash, Ann, et al. "),
        ([], ""),
    ],
)
def test_mla_names_one_or_two_authors_in_full(names, cited):
    rest = f"“Rest.” <i>The Lantern</i>, 5 Sept. 2026, {URL}."

    assert mla(article(*names)) == cited + rest


def test_title_that_asks_gets_no_full_stop(db):
    row = article(title="Must it be “eight”?")

    assert "<i>Must it be “eight”?</i> (2026" in apa(row)
    assert "“Must it be ‘eight’?” <i>" in mla(row)


def test_bibtex_entry_is_whole(db):
    row = article("Maren Aldous", "Plato")

    assert bibtex(row) == (
        f"@misc{{example-org-{row.pk},\n"
        "  author = {Aldous, Maren and {Plato}},\n"
        "  title = {{Rest}},\n"
        "  howpublished = {The Lantern},\n"
        "  year = {2026},\n"
        "  month = sep,\n"
        f"  url = {{{URL}}}\n}}"
    )


def test_bibtex_without_an_author_has_no_author_field(db):
    assert "author" not in bibtex(article())


def test_bibtex_escapes_what_tex_would_run(db):
    cited = bibtex(article(title="100 % & $5_{x}\n\\input~^#", slug="x"))

    wanted = (
        r"{{100 \% \& \$5\_\textbraceleft{}x\textbraceright{} \textbackslash{}input"
        r"\textasciitilde{}\textasciicircum{}\#}}"
    )
    assert f"title = {wanted},\n" in cited


@pytest.mark.parametrize("title", ["a } b", "a { b", "}}}", "\\{"])
def test_braces_of_a_bibtex_entry_stay_in_pairs(db, title):
    cited = bibtex(article(title=title, slug="x"))

    assert cited.count("{") == cited.count("}")


@pytest.mark.parametrize("name", ["Salt and Pepper", "Ash, MD", "And Ersen And"])
def test_bibtex_takes_one_name_for_one(db, name):
    cited = bibtex(article(name))

    assert f"author = {{{{{name}}}}}" in cited


def test_bibtex_key_stays_when_everything_else_changes(db):
    row = article("Maren Aldous")
    key = bibtex(row).partition(",")[0]

    row.title, row.slug = "Sleep", "sleep"
    row.save()
    row.contributions.all().delete()

    assert bibtex(type(row).objects.get()).partition(",")[0] == key


def test_article_page_offers_the_citations_and_escapes_them(client, db):
    row = article("<b>Eve</b> Evil", title="<script>alert(1)</script>")

    text = client.get(row.get_absolute_url()).text

    assert "Cite this article" in text
    assert "@misc{" in text
    assert "<script>alert" not in text
    assert "<b>Eve" not in text


def test_day_is_that_of_the_sites_time_zone(db, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    row = article()
    row.published_at = datetime(2026, 12, 31, 12, tzinfo=UTC)

    assert "(2027, January 1)" in apa(row)
