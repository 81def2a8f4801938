"""Custom fields of an export: what PHP serialised is never read, and nobody sees it."""

import pytest

from articles.models import Image
from config.moving.models import Redirect
from tests import factories
from tests.moving.wxr import SERIALISED, export, item, meta_rows, move_in, picture

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("value", SERIALISED)
def test_serialised_field_is_not_read_and_nobody_sees_it(tmp_path, client, value):
    names = ["_evil", "_thumbnail_id", "_wp_attached_file", "_wp_attachment_image_alt"]
    names += ["_wp_attachment_metadata", "_wp_old_slug", "footnotes"]
    fields = dict.fromkeys(names, value)
    (tmp_path / "2019/03").mkdir(parents=True)
    (tmp_path / "2019/03/leaf.jpg").write_bytes(factories.picture_file().read())
    leaf = picture(20).replace("</item>", f"{meta_rows(fields)}</item>")
    post = item(1, '<img class="wp-image-20">', meta=fields)
    table = tmp_path / "report.csv"

    said = move_in(
        tmp_path, export(leaf, post), "--publish", "--media", str(tmp_path), "--report", str(table)
    )

    image = Image.objects.get()
    page = client.get("/articles/post-1/").text
    seen = [said, table.read_text(), page, image.alt_text, image.caption, image.title]
    seen += Redirect.objects.values_list("path", flat=True)
    assert not [text for text in seen if value in text or "unserial" in text]
    assert "_evil, _wp_attached_file" in table.read_text()
