"""What /metrics tells: counts of all processes together, and how things are now."""

import re

import pytest
from django.utils import timezone

from config.backups import record
from config.watching import counters as counting
from config.watching.counters import Counters, Pulse, counters
from config.watching.metrics import COUNTED, metrics_text
from config.watching.state import owing_models, read_state
from config.watching.web_figures import watch
from config.web.cache.page_cache import PageCache
from config.web.watching.rows import Heartbeat, MetricCount, Outcome, add_counts
from tests import factories
from tests.config.cached_site import HeardFeed, Site
from tests.config.wsgi import get

LINE = re.compile(r'[a-z_]+(\{([a-z]+="[^"\\\n]*"(,(?!\}))?)+\})? -?[0-9.e+]+')


@pytest.fixture(autouse=True)
def nothing_counted():
    counters.take()
    yield
    counters.take()


def numbers():
    return dict(
        line.rsplit(" ", 1) for line in metrics_text().splitlines() if not line.startswith("#")
    )


def test_each_line_is_of_the_format(client, db):
    client.get("/")
    add_counts(counters.take())
    Heartbeat.beat("worker")

    lines = metrics_text().splitlines()

    assert [line for line in lines if not line.startswith("#") and not LINE.fullmatch(line)] == []
    heads = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads)) >= 25


def test_requests_are_counted_by_view_method_and_status(client, db):
    client.get("/")
    client.get("/")
    client.get("/articles/nothing/")
    add_counts(counters.take())

    told = numbers()

    front = 'view="articles:front",method="GET",status="200"'
    assert told[f"colophon_requests_total{{{front}}}"] == "2"
    missing = 'view="articles:article",method="GET",status="404"'
    assert told[f"colophon_requests_total{{{missing}}}"] == "1"
    assert told['colophon_request_seconds_count{view="articles:front"}'] == "2"


def test_buckets_hold_all_that_were_as_quick(db):
    own = Counters()
    for seconds in (0.001, 0.02, 0.02, 3, 100):
        own.request("a:b", "GET", 200, seconds)
    add_counts(own.take())

    told = numbers()

    def bucket(bound):
        return told[f'colophon_request_seconds_bucket{{view="a:b",le="{bound}"}}']

    assert [bucket(bound) for bound in ("0.005", "0.025", "5", "+Inf")] == ["1", "3", "4", "5"]
    assert told['colophon_request_seconds_sum{view="a:b"}'] == "103.041"


def test_processes_add_up(db):
    for _process in range(3):
        own = Counters()
        own.request("a:b", "GET", 200, 0.01)
        own.request("a:b", "BREW", 405, 0.01)
        add_counts(own.take())

    told = numbers()

    assert told['colophon_requests_total{view="a:b",method="GET",status="200"}'] == "3"
    assert told['colophon_requests_total{view="a:b",method="other",status="405"}'] == "3"


@pytest.fixture
def pulse(db, monkeypatch):
    """The pulse of a process with a page cache, which the test lets beat."""
    found = []
    monkeypatch.setattr("config.watching.web_figures.watch_with", found.append)
    cache = PageCache(Site(), feed=HeardFeed(), is_public=lambda path: True)
    watch(cache)
    return cache, found[0]


def test_page_cache_counts_hits_misses_voids_and_what_it_passes_on(pulse):
    cache, beating = pulse
    for _request in range(3):
        get(cache, "/")
    cache.feed.change("article-1")
    get(cache, "/")
    get(cache, "/", method="POST")
    beating.write()
    beating.write()  # nothing is counted twice

    told = numbers()

    names = ("hits", "misses", "voids", "passed")
    counted = [told.get(f"colophon_page_cache_{name}_total") for name in names]
    assert counted == ["2", "2", "1", "1"]
    assert told["colophon_page_cache_pages"] == "1"
    assert told["colophon_web_processes"] == "1"


def test_counts_that_the_database_does_not_take_are_written_later(pulse, monkeypatch):
    cache, beating = pulse
    get(cache, "/")

    def away(counts):
        raise counting.DatabaseError("away")

    with monkeypatch.context() as patch:
        patch.setattr(counting, "add_counts", away)
        beating.write()
    beating.write()

    assert numbers()["colophon_page_cache_misses_total"] == "1"


def test_process_that_ends_in_order_is_not_silent_later(pulse, monkeypatch):
    _cache, beating = pulse
    beating.write()
    monkeypatch.setattr(counting.connections, "close_all", lambda: None)

    beating.stop()

    assert not Heartbeat.objects.exists()


def test_pulse_starts_one_thread_however_often_it_is_asked(monkeypatch):
    started = []
    monkeypatch.setattr(counting.threading.Thread, "start", lambda thread: started.append(thread))
    monkeypatch.setattr(counting.atexit, "register", lambda function: None)
    beating = Pulse(totals=dict, figures=dict, look=lambda: None)

    for _request in range(5):
        beating.start()

    assert len(started) == 1


def test_state_tells_what_waits_and_for_how_long(db, clock):
    article = factories.published_article()
    factories.comment(article)
    subscriber = factories.subscriber("pending")
    subscriber.mail_due_at = timezone.now()
    subscriber.save()
    clock.shift(minutes=10)

    told = numbers()

    assert told["colophon_moderation_waiting"] == "1"
    assert float(told["colophon_moderation_age_seconds"]) >= 600
    owed = 'kind="newsletter.subscriber"'
    assert told[f"colophon_owed_mail_due{{{owed}}}"] == "1"
    assert float(told[f"colophon_owed_mail_age_seconds{{{owed}}}"]) >= 600
    assert told['colophon_incident{kind="worker"}'] == "0"


def test_all_kinds_of_rows_that_owe_mail_are_told(db):
    assert {model._meta.label for model in owing_models()} >= {
        "newsletter.Subscriber", "newsletter.Issue", "comments.Notice", "web.Incident",
        "people.Invitation", "your_data.DataRequest",
    }  # fmt: skip


def names_in(row):
    """`colophon_a_{b,c}_total{label}` is two names."""
    for written in re.findall(r"`(colophon_[^`]+)`", row):
        name = re.sub(r"(?<!_)\{[^}]*\}", "", written)
        start, _, rest = name.partition("{")
        inside, _, end = rest.partition("}")
        yield from (f"{start}{part}{end}" for part in inside.split(",")) if rest else (name,)


def test_page_names_each_metric_and_no_other(db, settings, tmp_path):
    page = (settings.BASE_DIR / "docs/watching.md").read_text()
    rows = re.findall(r"^\| (`colophon_[^|]+) \|", page, re.M)
    settings.VAR_DIR, settings.CDN_PURGE_KIND, settings.CERTIFICATE_ALARM_DAYS = (
        tmp_path,
        "webhook",
        14,
    )
    settings.SITE_URL = "https://magazine.example"
    for name in (record.MADE, record.VERIFIED):
        record.note(file=tmp_path, name=name)
    Outcome.note("cdn", error="refused")
    Outcome.note("cdn")
    Outcome.note("certificate", ends_at=timezone.now().isoformat(), refused="")
    add_counts({(name, ""): 1 for name in COUNTED})

    told = {line.split()[2] for line in metrics_text().splitlines() if line.startswith("# TYPE")}

    assert {name for row in rows for name in names_in(row)} == told


def test_queries_do_not_grow_with_the_site(db, django_assert_max_num_queries):
    for _number in range(5):
        factories.comment(factories.published_article())
        MetricCount.objects.create(name="colophon_requests_total", labels=f'a="{_number}"', value=1)

    with django_assert_max_num_queries(40):
        metrics_text()


def test_heartbeats_of_long_ago_go(db, clock):
    Heartbeat.objects.create(
        kind="worker", name="old", started_at=timezone.now(), seen_at=timezone.now()
    )
    clock.shift(days=1, minutes=1)

    Heartbeat.beat("worker")

    assert [row.name for row in read_state().heartbeats] != ["old"]
    assert Heartbeat.objects.count() == 1
