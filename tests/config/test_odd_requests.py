"""Every view, by every method, with odd values for all that it reads: an answer, never a fault.

The same values each time; `TESTS_EXAMPLES=20 uv run pytest -n 0 tests/config/test_odd_requests.py` takes others, so often.
"""

import io
import os
import random
from datetime import timedelta

import pytest
from django.core.signals import got_request_exception
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.test import Client
from django.utils import timezone

from articles.models import ExpertLink
from articles.signoff.links import link_url
from comments.writers import links as of_comments
from config.web.cache.page_cache import PageCache
from config.web.requests.sent_forms import Utf8Request
from config.web.requests.signed_links import make_token
from config.web.watching.log_lines import RequestLog
from config.your_data.models import LINK, DataRequest
from newsletter import links as of_newsletter
from tests import factories
from tests.config.admin_kinds import KINDS
from tests.config.cached_site import HeardFeed
from tests.config.odd_requests import (
    DEEP,
    HOSTS,
    ODD,
    addresses,
    names_asked,
    odd_headers,
    odd_texts,
)
from tests.config.wsgi import environ_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]

METHODS = ["put", "patch", "delete", "head", "options", "trace"]
CONTENT_TYPES = [
    "", "application/x-www-form-urlencoded; charset=rot13", "multipart/form-data", "multipart/form-data; boundary=\xff",
    "multipart/form-data; boundary=x; charset=utf-16", "application/json; charset=idna", "x" * 9_000, ";" * 9_000,
]  # fmt: skip
ROUNDS = int(os.environ.get("TESTS_EXAMPLES", "1"))


def token_of(url):
    return url.rstrip("/").rpartition("/")[2]


@pytest.fixture
def rows():
    """A row behind each address that names one."""
    ada, topic = factories.author(slug="ada"), factories.topic(slug="sleep")
    article = factories.published_article(slug="well", by=ada, topic=topic, body="<p>One.</p>")
    factories.series(article, slug="parts")
    comment = factories.approved_comment(article)
    subscriber = factories.subscriber(email="reader@example.org")
    draft, later = factories.draft(by=ada), timezone.now() + timedelta(days=9)
    link = ExpertLink.make(draft, by=None, name="Eve", kind="review", expires_at=later)
    data = DataRequest.objects.create(email="reader@example.org")
    found = {"slug": "well", "articles:sign_off token": token_of(link_url(link))}
    for kind, slug in (("topic", "sleep"), ("author", "ada"), ("series", "parts")):
        found |= {f"articles:{kind}{end} slug": slug for end in ("", "_feed", "_json_feed")}
        found[f"api:{kind} slug"] = slug
    found |= {f"comments:{name} pk": comment.pk for name in ("permalink", "reply", "report")}
    own = of_comments.manage_token(comment)
    found |= {f"comments:{name} token": own for name in ("awaiting", "edit", "withdraw")}
    token = token_of(of_newsletter.unsubscribe_url(subscriber))
    for name in ("preferences", "unsubscribe", "never", "one_click"):
        found[f"newsletter:{name} token"] = token
    found["newsletter:report token"] = token_of(of_newsletter.report_url())
    found |= {f"your_data:{name} token": make_token(LINK, data.pk) for name in ("page", "file")}
    for model, (make, _name) in KINDS.items():
        kind, row = f"admin:{model._meta.app_label}_{model._meta.model_name}", make()
        for page in (
            "change",
            "delete",
            "history",
            "keep",
            "changes",
            "experts",
            "reviewed",
            "call_off",
        ):
            found[f"{kind}_{page} object_id"] = row.pk
        for page in ("step", "preview", "preview_mail", "test"):
            found[f"{kind}_{page} pk"] = row.pk
    return found


@pytest.fixture
def ask():
    """Ask and take back what it changed: `ask(client, "get", address, data)`. Notes what failed."""
    faults = []

    def note(sender, request, **_more):
        faults.append(f"{request.method} {request.path}")

    def answer(client, method, address, *data, **more):
        with transaction.atomic(), names_asked() as asked:
            response = getattr(client, method)(address, *data, **more)
            if response.streaming:
                list(response.streaming_content)
            transaction.set_rollback(True)
        # 501 is what oEmbed asks for, 503 is an outage.
        if response.status_code >= 500 and response.status_code not in {501, 503}:
            faults.append(f"{method} {address} {str(data)[:200]}: {response.status_code}")
        return asked - {"csrfmiddlewaretoken"}

    got_request_exception.connect(note)
    yield answer
    got_request_exception.disconnect(note)
    assert faults == []


def logged_in(client_of, who):
    if who == "nobody":
        return Client()
    group = "Editor" if who == "administrator" else who.title()
    return client_of(factories.user(who, group=group, is_superuser=who == "administrator"))


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("nobody", ""),
        ("author", "admin:articles_article"),
        ("editor", "admin:newsletter_issue"),
        ("moderator", "admin:comments_"),
        ("administrator", "admin:"),
    ],
)
def test_odd_values_are_answered(client_of, rows, ask, who, place):
    chance = random.Random(who)
    client = logged_in(client_of, who)
    client.raise_request_exception = False

    for name, address in addresses(rows):
        if not (name.startswith(place) if place else not name.startswith("admin:")):
            continue
        for method in ("get", "post"):
            names = sorted(ask(client, method, address))
            for _round in range(ROUNDS):
                if who == "administrator":  # the longest walk: one value for each name
                    values = {name: chance.choice(ODD) for name in names}
                else:
                    values = odd_texts(chance, names)
                ask(client, method, address, values)
        ask(client, chance.choice(METHODS), address)
        ask(client, "post", address, DEEP, content_type="application/json")


@pytest.fixture
def answered(settings):
    """Ask as gunicorn does, behind a proxy: `answered(environ)` is the status."""
    settings.TRUSTED_PROXIES = 1
    django = get_wsgi_application()
    django.request_class = Utf8Request
    cache = PageCache(django, feed=HeardFeed())
    site = RequestLog(cache)

    def ask(environ):
        started = []
        content = site(environ, lambda *start: started.append(start))
        for _part in content:
            pass
        getattr(content, "close", lambda: None)()
        return int(started[-1][0][:3])

    return ask


@pytest.mark.django_db(transaction=True)
def test_odd_headers_are_answered(rows, answered):
    chance, faults = random.Random("headers"), []
    found = [address for name, address in addresses(rows) if not name.startswith("admin:")]
    for address in (*found, "/admin/login/", "/static/", "/static/css/site.css", "/nowhere/"):
        for method in ("GET", "POST"):
            for _round in range(ROUNDS):
                environ = environ_of(address, method=method) | odd_headers(chance)
                environ["CONTENT_TYPE"] = chance.choice(CONTENT_TYPES)
                environ["wsgi.input"] = io.BytesIO(b"email=a%40example.org&x=%FF")
                environ["CONTENT_LENGTH"] = chance.choice(["27", "", "x", "-1", "99"])
                if answered(environ) >= 500:
                    faults.append(environ)
    hosts = [host for host in HOSTS if answered(environ_of("/") | {"HTTP_HOST": host}) >= 500]

    assert faults + hosts == []
