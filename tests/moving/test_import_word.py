"""Documents of Word: what their styles mean comes along, and what does not is named."""

from io import StringIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Image
from tests import factories
from tests.moving.docx import PICTURE, paragraph, run, write

pytestmark = pytest.mark.django_db
TITLE = paragraph("Tea", style="Title")


def bring(file):
    said = StringIO()
    call_command("import_from", "files", str(file), stdout=said)
    return said.getvalue()


def test_headings_lists_and_tables_keep_their_levels(tmp_path):
    cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in ("a", "b"))
    body = [
        TITLE,
        paragraph("Water", style="Heading1"),
        paragraph("Soft", style="Heading2"),
        paragraph("one", item=(2, 0)),
        paragraph("deep", item=(1, 1)),
        paragraph("two", item=(2, 0)),
        f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>",
    ]

    said = bring(write(tmp_path / "a.docx", *body))

    article = Article.objects.get()
    assert article.title == "Tea"
    assert "<h2>Water</h2>\n<h3>Soft</h3>" in article.body
    assert "<ul><li>one<ol><li>deep</li></ol></li><li>two</li></ul>" in article.body
    assert "<tr><td>a</td><td>b</td></tr>" in article.body
    assert "Everything is in the result." in said


def test_footnotes_become_references(tmp_path):
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r>'

    bring(
        write(
            tmp_path / "a.docx",
            TITLE,
            paragraph("Said", mark, "."),
            footnotes=["Leaf, On tea."],
        )
    )

    article = Article.objects.get()
    assert article.body == "<p>Said [1].</p>"
    assert [(row.number, row.text) for row in article.references.all()] == [(1, "Leaf, On tea.")]


def test_picture_goes_into_the_library(tmp_path):
    file = write(tmp_path / "a.docx", TITLE, PICTURE, picture=factories.picture_file().read())

    bring(file)
    bring(file)

    image = Image.objects.get()
    assert f'<p><img src="{image.file.url}" alt="A leaf"' in Article.objects.get().body


def test_comments_and_tracked_changes_are_named(tmp_path):
    deleted = "<w:del><w:r><w:delText>struck out</w:delText></w:r></w:del>"
    body = paragraph("Kept ", f"<w:ins>{run('added')}</w:ins>", deleted)

    said = bring(write(tmp_path / "a.docx", TITLE, body, comments=["Check this!"]))

    assert Article.objects.get().body == "<p>Kept added</p>"
    assert "“Check this!”: comments" in said
    assert "“struck out”: deleted" in said
    assert "1 tracked insertions: taken as text" in said


def test_words_that_no_part_of_the_result_has_are_named(tmp_path):
    formula = '<m:oMath xmlns:m="urn:m"><m:r><m:t>lostformula</m:t></m:r></m:oMath>'

    said = bring(write(tmp_path / "a.docx", TITLE, paragraph("Kept ", formula)))

    assert "lostformula" in said


def test_file_without_a_heading_is_called_by_its_name(tmp_path):
    said = bring(write(tmp_path / "Green tea.docx", paragraph("Some words.")))

    assert Article.objects.get().title == "Green tea"
    assert "the file's name is its title" in said


@pytest.mark.parametrize(
    "parts",
    [
        {"word__document_xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'},
        {"word__comments_xml": "<broken"},
        {"word__document_xml": "<x/>"},
    ],
)
def test_broken_and_hostile_documents_are_refused(tmp_path, parts):
    with pytest.raises(CommandError, match="1 files could not be read"):
        bring(write(tmp_path / "a.docx", TITLE, **parts))

    assert not Article.objects.exists()


def test_what_is_no_archive_is_refused(tmp_path):
    (tmp_path / "a.docx").write_text("words")

    with pytest.raises(CommandError, match="1 files"):
        bring(tmp_path / "a.docx")


def test_document_that_was_damaged_on_its_way_is_named_and_others_go_on(tmp_path):
    whole = write(tmp_path / "whole.docx", TITLE, paragraph("Water and leaves."))
    damaged = tmp_path / "damaged.docx"
    with ZipFile(whole) as plain, ZipFile(damaged, "w", ZIP_DEFLATED) as packed:
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
        start = packed.getinfo("word/document.xml").header_offset + 30 + len("word/document.xml")
    content = bytearray(damaged.read_bytes())
    content[start : start + 8] = b"\xff" * 8
    damaged.write_bytes(content)

    with pytest.raises(CommandError):
        bring(tmp_path)

    assert Article.objects.get().title == "Tea"
