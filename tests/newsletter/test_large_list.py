"""With many subscribers the pages of editors read no large table whole."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.web.requests.capped_paging import CappedPaginator
from newsletter import reporting
from newsletter.models import Issue
from newsletter.sending.rendering import render_body
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MANY = 50_000
_READ_WHOLE = re.compile(r"Seq Scan on newsletter_(?:subscriber|delivery|consentevent)\b")
FILL = """
    INSERT INTO newsletter_subscriber
        (email, status, requested_at, consent_wording, consent_page, confirmed_at, mail_attempts, answered_at)
    SELECT 'reader' || n || '@example.org', 'confirmed', now() - n * interval '1 minute', 'Words', '/', now(), 0, '{}'
    FROM generate_series(1, %s) AS n
"""
EVENTS = """
    UPDATE newsletter_delivery SET status = 'sent', begun_at = now(), answered_at = now() WHERE id %% 100 > 0;
    INSERT INTO newsletter_mailevent (key, delivery_id, issue_id, kind, status, answer, at)
    SELECT 'event ' || id, id, issue_id, 'hard', '5.1.1', '', now() FROM newsletter_delivery WHERE id %% 50 = 1;
    INSERT INTO newsletter_consentevent (subscriber_id, kind, at, wording, page, detail)
    SELECT subscriber_id, kind, now(), '', '', '' FROM newsletter_delivery, unnest(ARRAY['asked', 'confirmed']) AS kind;
    INSERT INTO newsletter_consentevent (subscriber_id, kind, at, wording, page, detail)
    SELECT subscriber_id, 'left', now(), '', '', '' FROM newsletter_delivery WHERE id %% 500 = 7
"""


@pytest.fixture
def sent_issue(db):
    issue = factories.issue(preheader="x")
    with connection.cursor() as cursor:
        cursor.execute(FILL, [MANY])
        issue.start(by=None, body=render_body(issue))
        while issue.fill():
            pass
        for statement in EVENTS.split(";\n"):
            cursor.execute(statement, [])
        cursor.execute("ANALYZE newsletter_subscriber, newsletter_delivery, newsletter_mailevent, newsletter_consentevent")  # fmt: skip
    issue.count()
    return issue


@contextmanager
def reads_no_large_table_whole():
    with CaptureQueriesContext(connection) as asked:
        yield
    selects = [query["sql"] for query in asked if query["sql"].lstrip().startswith("SELECT")]
    # A count that ends at the cap may read from any end.
    queries = [sql for sql in selects if f"LIMIT {CappedPaginator.CAP})" not in sql]
    assert queries
    for query in queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + query.replace("%", "%%"), [])
            plan = "\n".join(line for (line,) in cursor)
        assert not _READ_WHOLE.search(plan), f"{query}\n{plan}"


def test_pages_of_editors_read_no_large_table_whole(admin_client, sent_issue):
    page = f"/admin/newsletter/issue/{sent_issue.pk}/change/"
    subscribers = "/admin/newsletter/subscriber/"

    reporting.count_list()
    paths = [page, "/admin/newsletter/issue/", subscribers, f"{subscribers}?p=20"]
    for path in [*paths, f"{subscribers}?q=reader77", f"{subscribers}growth/"]:
        with reads_no_large_table_whole():
            assert admin_client.get(path).status_code == 200

    assert Issue.objects.get().counts["total"] == MANY
