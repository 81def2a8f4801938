"""Uploads that are too large are refused before they reach the disk."""

import pytest

from config.web.files import upload_limit
from tests import factories


@pytest.mark.parametrize("path", ["/admin/login/", "/newsletter/"])
def test_huge_upload_is_refused_unread(client, db, monkeypatch, path):
    monkeypatch.setattr(upload_limit.UploadLimit, "most", 100)

    response = client.post(path, {"file": factories.picture_file()})

    assert response.status_code in {400, 413}


def test_picture_a_little_too_large_is_told_by_the_form(client_of, author, monkeypatch):
    monkeypatch.setattr("articles.pictures.picture_files.MAX_BYTES", 100)
    data = {"title": "Large", "alt_text": "x", "file": factories.picture_file()}

    response = client_of(author).post("/admin/articles/image/add/", data)

    assert response.status_code == 200
    assert "larger than 20 MB" in response.text
