import gzip

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("path", ["/", "/feed/", "/about/"])
def test_pages_travel_compressed(client, db, path):
    response = client.get(path, headers=GZIP)

    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.headers["Vary"]
    assert gzip.decompress(response.content).strip().startswith(b"<")


def test_who_cannot_unpack_gets_plain_text(client, db):
    assert "Content-Encoding" not in client.get("/").headers


def test_pictures_are_not_compressed_again(client, db):
    name = default_storage.save("images/a.png", ContentFile(b"\x89PNG" * 500))

    response = client.get(f"/media/{name}", headers=GZIP)

    assert "Content-Encoding" not in response.headers
    assert b"".join(response) == b"\x89PNG" * 500
