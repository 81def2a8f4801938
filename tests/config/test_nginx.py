"""deploy/nginx.conf by a real nginx in front of the site, which runs as colophon-web.service and restarts as it does."""

import json
import os
import re
import signal
import socket
from urllib.parse import urlencode

import pytest
from django.urls import get_resolver

from config.running.embedded_database import EmbeddedDatabase
from config.web.requests.bot_traps import new_stamp
from tests import migrated_database
from tests.ports import own_port
from tests.production import HOST, ROOT, ask, nginx, settings, trusting, web_service
from tests.readers import reading
from tests.waiting import wait_until

pytestmark = [pytest.mark.long, pytest.mark.real_clock]

TOKEN = "metrics-" * 6
FILES = {
    "static/css/base.0123456789ab.css": b"body{}",
    "media/pictures/one.png": b"no picture",
    "media/.hidden": b"no",
}
SLOW = 50
RESTARTS, KILLS = 2, 3


@pytest.fixture(scope="module")
def site(open_folder):
    server = EmbeddedDatabase(open_folder / "postgresql", durable=False)
    url = migrated_database.bring(server)
    more = {"DEBUG": "1", "LOG_REQUESTS": "1", "LOG_FORMAT": "json", "METRICS_TOKEN": TOKEN}
    for name, content in FILES.items():
        (open_folder / name).parent.mkdir(parents=True, exist_ok=True)
        (open_folder / name).write_bytes(content)
    environment = settings(open_folder, url, **more)
    with server.running(), web_service(environment, open_folder / "web.log") as service:
        yield service


@pytest.fixture(scope="module")
def front(site, open_folder):
    with nginx(open_folder / "nginx", upstream=site.port, var=open_folder) as server:
        yield server


def test_http_leads_to_https(front):
    answer = ask("/archive/?page=2", port=front.http, tls=None)

    assert (answer.status, answer.headers["Location"]) == (308, f"https://{HOST}/archive/?page=2")


def test_page_comes_by_https_with_the_sites_own_headers(front):
    answer = front.ask("/")

    assert answer.status == 200
    assert answer.headers.get_all("Content-Security-Policy")[0].startswith("default-src 'none'")
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert answer.headers["Server"] == "nginx"


def test_request_has_one_number_in_both_logs(site, front):
    front.ask("/topics/", X_Request_ID="chosen-by-the-client")

    number = wait_until(lambda: numbers_of("/topics/", front.log))[-1]
    lines = [json.loads(line) for line in site.log.read_text().splitlines() if line[:1] == "{"]
    assert number in {line["request"] for line in lines if line["message"] == "GET /topics/"}
    assert "chosen-by-the-client" not in site.log.read_text()


def numbers_of(path, log):
    return re.findall(rf'"GET {path}" 200 .* (\w+)$', log.read_text(), re.M)


def test_access_log_names_networks_and_no_addresses_tokens_or_queries(front):
    token = "bz1-secret-of-a-link:1r2AbC:abcdefghij"

    front.ask(f"/newsletter/confirm/{token}/", source="127.7.8.9")
    front.ask("/search/?q=my+illness", source="127.7.8.9")

    text = wait_until(lambda: (text := front.log.read_text()).count("127.7.8.0") == 2 and text)
    assert "127.7.8.9" not in text
    assert "secret" not in text
    assert "illness" not in text


def test_limit_counts_the_client_and_not_nginx(front):
    def sign_up(number, source="127.1.1.1"):
        fields = {"email": f"reader{number}@example.org", "rendered": new_stamp()}
        return front.ask(
            "/newsletter/", method="POST", body=urlencode(fields).encode(), source=source,
            Sec_Fetch_Site="same-origin", Content_Type="application/x-www-form-urlencoded",
            X_Forwarded_For=f"10.0.{number}.1",  # what a client claims counts for nothing
        ).status  # fmt: skip

    answers = [sign_up(0)]
    while answers[-1] == 303 and len(answers) <= 40:
        answers.append(sign_up(len(answers)))

    # A window of ten minutes may end in the middle. The next one does not.
    assert len(answers) in range(21, 42)
    assert answers[-1] == 429
    assert sign_up(50, "127.1.2.1") == 303


@pytest.mark.parametrize("length", [300_000, 70_000_000], ids=["of a form", "of nginx"])
def test_body_over_the_limit_gets_the_sites_own_page(front, length):
    # The client has not sent more than the beginning when it is refused.
    sent = b"x" * min(length, 300_000)
    answer = front.ask("/newsletter/", method="POST", body=sent, Content_Length=str(length))

    assert answer.status == 413
    assert "<h1>This is too large</h1>" in answer.text


@pytest.mark.parametrize("path", ["static/css/base.0123456789ab.css", "media/pictures/one.png"])
def test_files_come_from_nginx_and_are_kept_for_ever(front, path, open_folder):
    answer = front.ask(f"/{path}")

    assert answer.body == (open_folder / path).read_bytes()
    assert answer.headers["ETag"]  # of nginx: the site would have made another answer
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_pictures_have_the_headers_that_the_site_gives_them(site, front):
    ours = ask(
        "/media/pictures/one.png", port=site.port, tls=None, X_Forwarded_Proto="https"
    ).headers
    theirs = front.ask("/media/pictures/one.png").headers

    for name in ("Content-Type", "Cache-Control", "Content-Security-Policy", "Cross-Origin-Resource-Policy",
                 "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):  # fmt: skip
        assert theirs[name] == ours[name], name


def test_stylesheet_says_its_charset(front):
    assert (
        front.ask("/static/css/base.0123456789ab.css").headers["Content-Type"]
        == "text/css; charset=utf-8"
    )


def test_missing_file_is_asked_of_the_site_and_a_hidden_one_of_nobody(front):
    missing = front.ask("/media/pictures/none.png")

    assert (missing.status, missing.headers["Cache-Control"]) == (404, "no-store")
    assert front.ask("/media/.hidden").status == 404
    assert front.ask("/media/%2e%2e/web.log").status in {400, 404}


def test_metrics_are_not_for_the_world(site, front):
    bearer = {"Authorization": f"Bearer {TOKEN}"}

    assert front.ask("/metrics", **bearer).status == 404
    assert (
        ask("/metrics", port=site.port, tls=None, X_Forwarded_Proto="https", **bearer).status == 200
    )


@pytest.mark.parametrize("begun", [
    b"GET / HTTP/1.1\r\nHost: magazine.example\r\n",
    b"POST /newsletter/ HTTP/1.1\r\nHost: magazine.example\r\nContent-Length: 900\r\n\r\nemail=",
], ids=["heads", "forms"])  # fmt: skip
def test_slow_clients_stop_nobody(front, begun):
    context = trusting(front.certificate)
    slow = [
        context.wrap_socket(socket.create_connection(("127.0.0.1", front.https)))
        for _number in range(SLOW)
    ]
    try:
        for line in slow:
            line.sendall(begun)

        assert [front.ask("/").status for _time in range(3)] == [200] * 3
    finally:
        for line in slow:
            line.close()


def test_readers_get_a_page_while_nobody_answers(site, open_folder):
    with own_port() as port, nginx(open_folder / "away", upstream=port, var=open_folder) as alone:
        answer = alone.ask("/")

    assert (answer.status, answer.headers["Retry-After"]) == (502, "30")
    assert "Try again in a minute" in answer.text


def test_page_cache_of_nginx_keeps_pages_that_are_for_all(site, open_folder):
    def asked():
        return len(re.findall(r'"message": "GET /follow/"', site.log.read_text()))

    with nginx(
        open_folder / "keeping", upstream=site.port, var=open_folder, page_cache=True
    ) as keeping:
        first, second = keeping.ask("/follow/"), keeping.ask("/follow/")
        kept = asked()
        keeping.ask("/follow/", Cookie="colophon_comments=x")
        own = asked()

    assert first.body == second.body
    assert first.headers["Cache-Control"] == second.headers["Cache-Control"]
    assert (kept, own) == (1, 2)


def test_no_reader_notices_restarts(site):
    """systemd holds the port, and the old processes end what they began."""
    with reading(
        lambda: ask("/archive/", port=site.port, tls=None, X_Forwarded_Proto="https").status
    ) as answers:
        for _time in range(RESTARTS):
            answers.wait_for_more()
            before = site.process.pid
            site.restart()
            site.wait_until_ready()
            assert site.process.pid != before
        answers.wait_for_more()

    assert set(answers.counts) == {200}


def test_no_reader_notices_a_killed_process(site, front):
    """nginx asks once more for a page whose process died."""
    with reading(lambda: front.ask("/archive/").status) as answers:
        for _time in range(KILLS):
            answers.wait_for_more()
            killed = site.workers[0]
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda killed=killed: killed not in site.workers and len(site.workers) == 2)
        answers.wait_for_more()

    assert set(answers.counts) == {200}


def test_log_hides_the_token_of_each_link():
    pattern = re.search(r'"~(.*)" \$start…', (ROOT / "deploy/nginx.conf").read_text())[1]
    token = "x" * 30
    paths = list(paths_with_tokens(get_resolver().url_patterns, token))

    assert len(paths) > 10
    assert [path for path in paths if not re.match(pattern.replace("(?<", "(?P<"), path)] == []


def paths_with_tokens(patterns, token, start="/"):
    for entry in patterns:
        route = start + re.sub(r"<str:token>", token, str(entry.pattern))
        if hasattr(entry, "url_patterns"):
            yield from paths_with_tokens(entry.url_patterns, token, route)
        elif token in route:
            yield route
