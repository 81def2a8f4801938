import os

import pytest

from articles.importing import ImportProblem, read_file


@pytest.fixture
def written(tmp_path):
    def write(content):
        file = tmp_path / "file.txt"
        file.write_bytes(content)
        return file

    return write


@pytest.mark.parametrize(
    "content",
    ["Tée\nx".encode(), "Tée\nx".encode("utf-8-sig"), "Tée\nx".encode("utf-16"),
     b"\xfe\xff" + "Tée\nx".encode("utf-16-be"), "Tée\r\nx".encode(), "Tée\rx".encode()],
)  # fmt: skip
def test_unicode_text_is_read(written, content):
    assert read_file(written(content)) == "Tée\nx"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "office document"),
        (b"\x89PNG\r\n", "image"),
        (b"text\0text", "binary"),
        (b"\x00\xff\x10\x80" * 50, "binary"),
        (b"\x01\x02\x03abc" * 20, "binary"),
        ("one\ncafé".encode("latin-1"), r"byte 8 \(0xe9, line 2\).*Save it as UTF-8"),
        (b"\xff\xfea", "UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(written, content, reason):
    with pytest.raises(ImportProblem, match=reason):
        read_file(written(content))


def test_huge_file_is_refused_unread(tmp_path):
    file = tmp_path / "huge.txt"
    with file.open("wb") as stream:
        stream.truncate(50_000_000)

    with pytest.raises(ImportProblem, match="50 MB"):
        read_file(file)


def test_missing_file_folder_and_device_are_named_as_such(tmp_path):
    for path, reason in [
        (tmp_path / "none.txt", "no such file"),
        (tmp_path, "folder"),
        ("/dev/null", "ordinary"),
        ("a\0b", "name"),
        (os.fsdecode(b"/nowhere/\xff.txt"), "no such file"),
        ("x" * 5000, "cannot be read"),
    ]:
        with pytest.raises(ImportProblem, match=reason):
            read_file(path)
