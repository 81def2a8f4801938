"""Exports are read as a stream; what no export holds is refused, and faults of real ones can be mended."""

import tracemalloc
from collections import Counter

import pytest

from config.moving.records import BadSource
from config.moving.sources.mending import mended
from config.moving.sources.reading import read
from tests.moving.wxr import export, item


@pytest.fixture
def elements(tmp_path):
    def read_text(text, **options):
        file = tmp_path / "export.xml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(read(file, **options))

    return read_text


def posts(found):
    return [element for element in found if element.name == "item"]


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "9.9"])
def test_names_do_not_depend_on_the_version(elements, version):
    (post,) = posts(elements(export(item(1, "Text", excerpt__encoded="Short"), version=version)))

    assert post.get("post_id") == "1"
    assert (post.get("encoded"), post.get("excerpt")) == ("Text", "Short")


def test_end_of_cdata_in_a_text_is_kept(elements):
    (post,) = posts(elements(export(item(1, "a ]]> b"))))

    assert post.get("encoded") == "a ]]> b"


def test_items_know_their_line(elements):
    first, second = posts(elements(export(item(1, "One\ntwo\nthree"), item(2))))

    assert second.line == first.line + 3


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE rss [<!ENTITY a "b">]>',
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_document_type_with_entities_is_refused(elements, declared):
    text = export(item(1, "x")).replace("<rss", f"{declared}<rss", 1)

    with pytest.raises(BadSource, match="line 2: a document type"):
        elements(text)


def test_deep_nesting_is_refused(elements):
    text = export("<item>" + "<a>" * 5000 + "</a>" * 5000 + "</item>")

    with pytest.raises(BadSource, match="nested too deeply"):
        elements(text)


def test_another_kind_of_file_is_refused(elements):
    with pytest.raises(BadSource, match="it has <html> for <rss>"):
        elements("<html><body>Hello</body></html>")


def test_missing_file_is_named(tmp_path):
    with pytest.raises(BadSource, match=r"none\.xml cannot be read"):
        list(read(tmp_path / "none.xml"))


def test_bytes_of_another_encoding_are_refused_with_their_line(elements):
    with pytest.raises(BadSource, match="line 3: it is not utf-8"):
        elements(b"<rss>\n<channel>\n<title>caf\xe9</title></channel></rss>")


def test_declared_encoding_is_read(elements):
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><rss><channel><title>café</title></channel></rss>'

    (title,) = elements(text.encode("latin-1"))

    assert title.text == "café"


FAULTS = {
    "bare &": ("http://a.example/?a=1&b=2&amp;c=3", "http://a.example/?a=1&b=2&c=3"),
    "HTML entity": ("a&nbsp;b&eacute;", "a\xa0bé"),
    "vertical tab": ("a\x0bb\x1f", "ab"),
    "no character": ("a\ufffeb", "ab"),
    "reference to no character": ("a&#11;b&#x41;", "abA"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_refused_with_line_and_column(elements, fault):
    written, _meant = FAULTS[fault]

    with pytest.raises(BadSource, match=r"line 8, column \d+: .*--repair"):
        elements(export("<item>\n<title>" + written + "</title></item>"))


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_mended_and_counted(elements, fault):
    written, meant = FAULTS[fault]
    mendings = Counter()

    (post,) = posts(
        elements(export(f"<item><title>{written}</title></item>"), repair=True, mendings=mendings)
    )

    assert post.get("title") == meant
    assert mendings.total() > 0


def test_empty_line_before_the_declaration_is_mended(elements):
    with pytest.raises(BadSource):
        elements("\n" + export(item(1)))
    mendings = Counter()

    assert posts(elements("\n" + export(item(1)), repair=True, mendings=mendings))
    assert mendings["space before the XML taken out"] == 1


def test_ampersand_in_cdata_is_left_alone(elements):
    (post,) = posts(elements(export(item(1, "a & b &nbsp; c")), repair=True))

    assert post.get("encoded") == "a & b &nbsp; c"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 41])
def test_mending_does_not_depend_on_where_a_chunk_ends(size):
    text = "<a>x & y &nbsp;&amp; <![CDATA[ & ]]> &eacute; \x0b</a>" * 3
    chunks = [text[start : start + size] for start in range(0, len(text), size)]
    whole, split = Counter(), Counter()

    assert "".join(mended(iter(chunks), split)) == "".join(mended(iter([text]), whole))
    assert split == whole


def test_well_formed_export_is_not_mended(elements):
    mendings = Counter()

    elements(export(item(1, "a & b")), repair=True, mendings=mendings)

    assert mendings.total() == 0


def test_items_do_not_stay_in_memory(tmp_path):
    file = tmp_path / "large.xml"
    file.write_text(export(*(item(number, "word " * 400) for number in range(2000))))
    tracemalloc.start()

    count = sum(1 for _element in read(file))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count > 2000
    assert file.stat().st_size > 5_000_000
    assert most < 4_000_000
