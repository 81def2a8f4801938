"""A site that is exported and imported is the same site."""

import json
import shutil
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings

from articles.models import Article, Image
from articles.models.search_entry import SearchEntry
from comments.models import Comment, RejectionReason, Thread, Writer
from config.moving.archive.exporting import export_site, one_moment
from config.moving.archive.tables import SCHEMA, TABLES
from config.web.audit import AuditEntry
from config.web.mail.hold import mail_may_leave
from tests import factories
from tests.moving.full_site import full_site

pytestmark = pytest.mark.django_db


def bring(file, *options):
    said = StringIO()
    call_command("import_from", "colophon", str(file), *options, stdout=said)
    return said.getvalue()


@pytest.fixture(scope="module")
def exported(django_db_setup, django_db_blocker, tmp_path_factory):
    """The zip of a full site. The site itself is empty again."""
    folder = tmp_path_factory.mktemp("exported")
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    with (
        override_settings(MEDIA_ROOT=folder / "media", PASSWORD_HASHERS=[quick]),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        full_site()
        export_site(folder / "site.zip", lambda percent: None)
        export_site(folder / "again.zip", lambda percent: None)
        transaction.set_rollback(True)
    return folder / "site.zip"


def entries(file):
    with ZipFile(file) as archive:
        return [(info.filename, info.CRC, info.date_time) for info in archive.infolist()]


def changed(file, target, **entries):
    """The zip with other contents of some entries; None leaves one out."""
    with ZipFile(file) as old, ZipFile(target, "w") as new:
        for name in old.namelist():
            content = entries.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


def test_export_import_export_is_the_same_to_the_byte(exported, tmp_path):
    bring(exported)
    connection.check_constraints()
    export_site(tmp_path / "again.zip", lambda percent: None)

    with ZipFile(exported) as first, ZipFile(tmp_path / "again.zip") as second:
        assert first.namelist() == second.namelist()
        before, after = (
            json.loads(first.read("manifest.json")),
            json.loads(second.read("manifest.json")),
        )
        assert all(before["rows"].values()), "full_site() has no row of a table"
        for name in first.namelist():
            if name != "manifest.json":
                assert first.read(name) == second.read(name), name
    assert before | {"exported_at": ""} == after | {"exported_at": ""}


def test_equal_sites_make_equal_files(exported):
    first, second = entries(exported), entries(exported.with_name("again.zip"))

    assert first[-1][0] == "manifest.json"  # which has the time
    assert first[:-1] == second[:-1]
    assert {time for _name, _sum, time in first} == {(1980, 1, 1, 0, 0, 0)}


def test_imported_site_works(exported):
    bring(exported)

    article = Article.objects.published().get()
    assert SearchEntry.objects.get(article=article).published_at == article.published_at
    assert Thread.objects.get(article=article).shown == 2
    assert Comment.objects.get(email="ina@example.org").shown_replies == 1
    assert Writer.objects.get(email="ina@example.org").approved == 1
    assert Path(Image.objects.get().file.path).stat().st_size
    assert article.contributions.first().published_at == article.published_at
    later = factories.draft()
    assert later.pk > article.pk


def test_nobody_can_log_in_before_a_new_password(exported):
    bring(exported)

    boss = Article.objects.model._meta.apps.get_model("auth.User").objects.get(username="boss")
    assert not boss.has_usable_password()
    assert [group.name for group in boss.groups.all()] == ["Editor"]


def test_roles_of_the_site_s_own_come_along(exported):
    bring(exported)

    fact_checker = Group.objects.get(name="Fact checker")
    codenames = set(fact_checker.permissions.values_list("codename", flat=True))
    assert codenames == {"view_article", "edit_any_article"}
    assert [user.username for user in fact_checker.user_set.all()] == ["mo"]
    assert not Group.objects.filter(name="Author").exists()  # deleted there


def test_mail_waits_after_an_import(exported):
    assert mail_may_leave()

    said = bring(exported)

    assert not mail_may_leave()
    assert "release_mail" in said
    assert AuditEntry.objects.get().action == "imported"


def test_dry_run_saves_nothing(exported, settings):
    said = bring(exported, "--dry-run")

    assert "articles.Article: 4 rows" in said
    assert not Article.objects.exists()
    assert not settings.MEDIA_ROOT.exists()
    assert mail_may_leave()


def test_site_that_is_not_empty_is_refused(exported):
    factories.topic()

    with pytest.raises(CommandError, match=r"not empty: there are rows in articles\.Topic"):
        bring(exported)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"manifest.json": None}, "no export of Colophon"),
        ({"manifest.json": b'{"format": "x", "schema": 1, "software": ""}'}, "no export of"),
        ({"manifest.json": b"[]"}, "no export of Colophon"),
        ({"tables/articles.Topic.jsonl": None}, r"articles\.Topic\.jsonl is missing"),
        ({"tables/auth.Group.jsonl": None}, r"auth\.Group\.jsonl is missing"),
        ({"tables/articles.Topic.jsonl": b""}, "is damaged: it has 0 rows"),
        ({"tables/articles.Topic.jsonl": b"{\n"}, r"articles\.Topic\.jsonl, after line 0"),
        ({"tables/articles.Topic.jsonl": b"\xff\n"}, r"articles\.Topic\.jsonl, after line 0"),
    ],
)
def test_damaged_export_is_refused_and_nothing_is_stored(exported, tmp_path, entries, message):
    file = changed(exported, tmp_path / "damaged.zip", **entries)

    with pytest.raises(CommandError, match=message):
        bring(file)

    assert not any(table.model._base_manager.exists() for table in TABLES if not table.is_filled)


def test_other_schema_is_refused(exported, tmp_path):
    with ZipFile(exported) as archive:
        manifest = json.loads(archive.read("manifest.json")) | {"schema": SCHEMA + 1}
    file = changed(exported, tmp_path / "later.zip", **{"manifest.json": json.dumps(manifest)})

    with pytest.raises(CommandError, match=f"has the schema {SCHEMA + 1} .* reads {SCHEMA}"):
        bring(file)


def test_cut_file_is_refused(exported, tmp_path):
    (tmp_path / "cut.zip").write_bytes(exported.read_bytes()[:-100])

    with pytest.raises(CommandError, match="damaged, or no export"):
        bring(tmp_path / "cut.zip")


def test_only_pictures_get_into_the_media_folder(exported, tmp_path, settings):
    file = tmp_path / "bad.zip"
    shutil.copy(exported, file)
    with ZipFile(file, "a") as archive:
        for name in ("media/../../evil.png", "media/images/2001/02/x.html", "media//etc/x.png"):
            archive.writestr(name, b"<script>")

    said = bring(file)

    assert "3 file" in said
    stored = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert [path.suffix for path in stored] == [".jpg"]
    assert not (tmp_path / "evil.png").exists()


def test_other_secret_key_is_told(exported, settings):
    settings.SECRET_KEY = "another one"

    assert "SECRET_KEY of the former site" in bring(exported)


def test_command_writes_no_existing_file_over(tmp_path):
    file = tmp_path / "site.zip"
    file.write_bytes(b"mine")

    with pytest.raises(CommandError, match="exists"):
        call_command("export_site", str(file))
    assert file.read_bytes() == b"mine"

    said = StringIO()
    call_command("export_site", str(file), "--replace", stdout=said)
    assert "100 %" in said.getvalue()
    assert file.stat().st_mode & 0o777 == 0o600
    assert AuditEntry.objects.get().action == "exported"


@pytest.mark.django_db(transaction=True)
def test_export_shows_one_moment():
    other = connection.copy()
    try:
        with one_moment():
            before = RejectionReason.objects.count()
            with other.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO comments_rejectionreason (text, position) VALUES ('x', 9)"
                )
            assert RejectionReason.objects.count() == before
        assert RejectionReason.objects.count() == before + 1
    finally:
        other.close()
