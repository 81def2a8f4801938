"""The units of systemd, the image and compose start what is there, and docs/deploying.md says the same."""

import importlib
import json
import os
import re
import shutil
import subprocess

import pytest
from django.urls import reverse

from config.web.files.upload_limit import MAX_BYTES
from tests.config.test_docs import TABLE_ROW, options_of
from tests.production import ROOT, command_of

PAGE = (ROOT / "docs/deploying.md").read_text()
COMPOSE = (ROOT / "deploy/compose.yaml").read_text()
UNITS = sorted((ROOT / "deploy").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_commands_and_options_exist(unit):
    command = re.search(r"^ExecStart=((?:.*\\\n)*.*)$", unit.read_text(), re.M)[1]
    words = command.replace("\\\n", " ").split()

    if words[1] == "manage.py":
        assert {word for word in words if word.startswith("--")} <= set(options_of(words[2]))
    else:
        page = (ROOT / "docs/configuration.md").read_text()
        assert words[0].endswith("/gunicorn")
        for name in ("--preload", "--worker-class", "--no-control-socket", "--forwarder-headers"):
            assert name in words
            assert name in page


@pytest.fixture
def analyze():
    """systemd-analyze. Skips the test where there is none, except in the gate."""
    found = shutil.which("systemd-analyze")
    if not found:
        assert not os.environ.get("CI"), "systemd-analyze is missing: apt-get install systemd"
        pytest.skip("no systemd on this machine")
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_unit_may_do_little(unit, analyze):
    words = [analyze, "security", "--offline=true", "--threshold=30", str(unit)]  # of 100

    result = subprocess.run(words, capture_output=True, text=True)

    assert result.returncode == 0, result.stdout[-300:] + result.stderr


def test_systemd_reads_each_unit(tmp_path, analyze):
    units = [*UNITS, *(ROOT / "deploy").glob("*.timer"), *(ROOT / "deploy").glob("*.socket")]
    for unit in units:
        # Its programs are those of an installation, which is not here.
        text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(), flags=re.M)
        (tmp_path / unit.name).write_text(text)

    result = subprocess.run(
        [analyze, "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
    )

    assert len(units) == 7
    assert (result.returncode, result.stderr) == (0, "")


@pytest.fixture
def tried(monkeypatch):
    """A script of deploy/ by its name."""
    monkeypatch.syspath_prepend(ROOT / "deploy")
    return importlib.import_module


def test_script_tries_the_page_as_it_is(tried):
    script = tried("try_on_debian")
    lines = "".join(script.blocks(PAGE)).splitlines()

    assert len(lines) > 40
    for start in script.REPLACED:
        assert len([line for line in lines if line.startswith(start)]) == 1, start
    run = script.script(PAGE).splitlines()
    others = [line for line in lines if line not in run]
    assert all(line.startswith(tuple(script.REPLACED)) for line in others), others
    checked = subprocess.run(
        ["/bin/bash", "-n"], input=script.script(PAGE), text=True, capture_output=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_only_what_needs_an_engine_or_another_name_is_not_tried():
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.M | re.S)

    assert [text.split()[0] for kind, text in fences if kind != "sh"] == ["server", "export"]


def test_page_starts_each_unit():
    enabled = re.search(r"^systemctl enable --now (.*)$", PAGE, re.M)[1].split()
    names = {path.name for path in (ROOT / "deploy").glob("colophon-*.*")}

    # A timer starts its service.
    timed = {name.replace(".timer", ".service") for name in names if name.endswith(".timer")}
    assert timed < names
    assert {name if "." in name else f"{name}.service" for name in enabled} == names - timed


def test_page_and_compose_set_settings_that_there_are():
    page = (ROOT / "docs/configuration.md").read_text()
    known = {name for row in TABLE_ROW.findall(page) for name in re.findall(r"`(\w+)`", row)}
    on_page = set(
        re.findall(
            r"^([A-Z_]+)=", re.search(r"cat > .env <<END\n(.*?)^END$", PAGE, re.M | re.S)[1], re.M
        )
    )
    needed = {
        "DATABASE_URL",
        "SECRET_KEY",
        "SITE_URL",
        "MAIL_URL",
        "TRUSTED_PROXIES",
        "METRICS_TOKEN",
    }

    assert on_page == needed
    assert set(re.findall(r"^    ([A-Z_]+): ", COMPOSE, re.M)) == needed
    assert needed <= known


def test_image_starts_the_web_as_the_unit_does(tried):
    last = dict(tried("try_image").instructions((ROOT / "deploy/Dockerfile").read_text()))
    command = json.loads(last["CMD"])
    bind = command.index("--bind")
    del command[bind : bind + 2]

    assert sorted(command[1:]) == sorted(command_of("colophon-web.service")[3:])
    assert last["USER"] == "colophon"


def test_compose_names_commands_that_there_are(tried):
    commands = re.findall(r"manage\.py (\w+)((?: --\w+)*)", COMPOSE)

    assert {name for name, _options in commands} == {"migrate", "collectstatic", "worker"}
    for name, options in commands:
        assert set(options.split()) <= set(options_of(name))
    assert "python manage.py migrate" in tried("try_image").command_of("prepare")


def test_nginx_takes_what_the_image_library_takes():
    size = re.search(r"client_max_body_size (\d+)m;", (ROOT / "deploy/nginx.conf").read_text())[1]

    assert int(size) * 1024 * 1024 == MAX_BYTES


def test_nginx_takes_the_exports_that_administrators_upload(settings):
    place = reverse("admin:new_import")
    block = re.search(
        rf"location = {place} \{{(.*?)\}}", (ROOT / "deploy/nginx.conf").read_text(), re.DOTALL
    )

    size = re.search(r"client_max_body_size (\d+)m;", block[1])[1]
    assert int(size) * 1024 * 1024 >= settings.IMPORT_MAX_MB * 1_000_000
    assert "proxy_request_buffering off;" in block[1]  # a stranger fills no disk
