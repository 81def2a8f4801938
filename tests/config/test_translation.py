"""Each catalogue is whole, what is compiled is what is written, and the language is the operator's choice."""

import ast
import gettext
import re
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone, translation

from comments.moderating.queue.rows import ago
from newsletter.tasks import send_due_confirmations
from tests import factories

CATALOGUES = {
    language: settings.BASE_DIR / f"locale/{language}/LC_MESSAGES/django.po"
    for language in ("de", "fr")
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?[a-z]+|href=\"[^\"]*\"")

# Words of the interface that have no business on a German page; the texts of the tests avoid them.
ENGLISH = (
    "Skip to content", "Main", "Topics", "Explore", "All articles", "About us", "Archive", "Search", "Corrections",
    "Appearance", "Automatic", "Light", "Dark", "Latest", "Home", "You are here", "By", "Published", "Reviewed",
    "min read", "Copy link", "Print", "Share", "Cite this article", "Comments", "Comment", "Write a comment",
    "Email address", "Send comment", "Subscribe", "Your email address", "optional", "Please", "Link to", "Older",
    "About the author", "References", "In this article", "Key takeaways", "newsletter of", "unsubscribe", "Yes",
)  # fmt: skip


def entries(text):
    """(context, text, plural) -> translations of a .po file as makemessages writes it."""
    found = {}
    for block in re.split(r"\n\s*\n", text):
        fields = Counter()
        field = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            name, quoted = re.fullmatch(r"(\S+ )?(\".*\")", line).groups()
            field = (name or field).strip()
            fields[field] = (fields[field] or "") + ast.literal_eval(quoted)
        key = (fields["msgctxt"] or "", fields["msgid"], fields["msgid_plural"] or "")
        found[key] = [value for name, value in fields.items() if name.startswith("msgstr")]
    return found


@pytest.fixture(scope="module", params=CATALOGUES.values(), ids=list(CATALOGUES))
def catalogue(request):
    return request.param


@pytest.fixture(scope="module")
def translated(catalogue):
    found = entries(catalogue.read_text())
    del found["", "", ""]
    return found


@pytest.fixture
def in_german():
    with override_settings(LANGUAGE_CODE="de"), translation.override("de"):
        yield


def english_in(answer):
    return [word for word in ENGLISH if re.search(rf"\b{word}\b", answer)]


def text_of(response):
    """What is seen and read out, without names of files, classes and addresses."""
    shown = re.sub(r"<script.*?</script>|\b(?:class|id|href|src|name|value)=\S+", "", response.text)
    return re.sub(r"<title>.*?</title>", "", shown)


def test_nothing_is_untranslated_fuzzy_or_obsolete(catalogue, translated):
    text = catalogue.read_text()

    assert [key for key, values in translated.items() if not all(values)] == []
    assert "fuzzy" not in text
    assert "#~" not in text


def test_catalogue_tells_neither_machines_nor_moments(catalogue):
    text = catalogue.read_text()

    assert "POT-Creation-Date" not in text
    assert "\n#: " not in text


def test_placeholders_and_tags_survive_translation(translated):
    wrong = [
        (key, value)
        for key, values in translated.items()
        for value in values
        if Counter(PLACEHOLDER.findall(value))
        not in (Counter(PLACEHOLDER.findall(key[1])), Counter(PLACEHOLDER.findall(key[2])))
    ]

    assert wrong == []


def test_compiled_catalogue_is_the_written_one(catalogue, translated):
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)
    del compiled[""]

    written = {}
    for (context, text, plural), values in translated.items():
        key = f"{context}\x04{text}" if context else text
        written |= {(key, n): v for n, v in enumerate(values)} if plural else {key: values[0]}
    assert compiled == written


def test_every_text_of_the_code_is_in_the_catalogues(tmp_path, monkeypatch):
    if not shutil.which("xgettext"):
        pytest.skip("xgettext is not installed: apt-get install gettext")
    for name in ("articles", "comments", "config", "newsletter", "templates"):
        (tmp_path / name).symlink_to(settings.BASE_DIR / name)
    monkeypatch.chdir(tmp_path)

    with override_settings(LOCALE_PATHS=[str(tmp_path / "locale")]):
        (tmp_path / "locale").mkdir()
        call_command("makemessages", locale=["de"], symlinks=True, no_location=True, no_wrap=True)
    extracted = set(entries(Path("locale/de/LC_MESSAGES/django.po").read_text()))

    for path in CATALOGUES.values():
        assert set(entries(path.read_text())) == extracted, path


@pytest.mark.django_db
def test_front_page_is_german(client, in_german):
    factories.published_article(title="Tausend Schritte")

    page = client.get("/")

    assert '<html lang="de"' in page.text
    assert "Zum Inhalt springen" in page.text
    assert english_in(text_of(page)) == []


@pytest.mark.django_db
def test_pages_are_french(client):
    article = factories.published_article(title="Mille pas", comments_open=True)

    with override_settings(LANGUAGE_CODE="fr"), translation.override("fr"):
        front = client.get("/").text
        page = client.get(article.get_absolute_url()).text

    assert '<html lang="fr"' in front
    assert "Aller au contenu" in front
    assert "Envoyer le commentaire" in page
    assert "Send comment" not in page


@pytest.mark.django_db
def test_article_with_comments_and_form_is_german(client, in_german):
    article = factories.published_article(title="Tausend Schritte")
    factories.approved_comment(article, name="Ana", body="Danke.")

    page = client.get(article.get_absolute_url())

    assert "Kommentar senden" in page.text
    assert english_in(text_of(page)) == []


@pytest.mark.django_db
def test_newsletter_page_with_its_errors_is_german(client, in_german):
    page = client.post(
        "/newsletter/", {"email": "quatsch"}, headers={"sec-fetch-site": "same-origin"}
    )

    assert "Geben Sie eine vollständige E-Mail-Adresse ein" in page.text
    assert english_in(text_of(page)) == []


@pytest.mark.django_db
def test_confirmation_mail_is_german(in_german):
    factories.subscriber(status="pending", mail_due_at=timezone.now())

    send_due_confirmations.call()

    (message,) = mail.outbox
    assert "Bestätigen Sie Ihr Abonnement" in message.subject
    assert english_in(message.body) == []


@pytest.mark.django_db
def test_article_form_of_the_editorial_desk_is_german(client_of, editor, in_german):
    page = client_of(editor).get("/admin/articles/article/add/")

    assert "Jetzt veröffentlichen" in page.text
    assert "Nummerierte Liste" in page.text
    assert english_in(text_of(page)) == []


@pytest.mark.django_db
def test_lists_of_the_editorial_desk_are_german(client_of, editor, in_german):
    for name in ("Ana", "Bo"):
        factories.published_article(title="Tausend Schritte", by=factories.author(name=name))

    page = client_of(editor).get("/admin/articles/article/")

    assert "Ausführen" in page.text
    assert "Nach Autorinnen und Autoren der letzten Artikel" in " ".join(page.text.split())


@pytest.mark.parametrize(("days", "said"), [(1, "vor 1\xa0Tag"), (3, "vor 3\xa0Tagen")])
def test_time_gone_is_bent_as_german_wants(in_german, days, said):
    assert ago(timezone.now() - timedelta(days=days)) == said


@pytest.mark.django_db
def test_browsers_wish_changes_no_language(client):
    page = client.get("/", headers={"accept-language": "de"})

    assert '<html lang="en"' in page.text
    assert "Skip to content" in page.text
    assert "accept-language" not in page.headers.get("Vary", "").lower()


@pytest.mark.django_db
@override_settings(LANGUAGE_CODE="ar")
def test_right_to_left_language_turns_pages_and_mails(client):
    factories.subscriber(status="pending", mail_due_at=timezone.now())

    with translation.override("ar"):
        page = client.get("/")
        send_due_confirmations.call()

    ((html, _kind),) = mail.outbox[0].alternatives
    assert '<html lang="ar" dir="rtl">' in page.text
    assert '<html lang="ar" dir="rtl">' in html
