import csv

import pytest
from django.utils import timezone

from newsletter.spreadsheets import cell
from tests import factories

EXPORT = "/admin/newsletter/subscriber/export/"


def download(client, **query):
    response = client.get(EXPORT, query)
    text = b"".join(response.streaming_content).decode()
    return response, text


def test_export_is_a_private_csv_file_that_excel_reads_as_utf8(admin_client):
    factories.subscriber(email="reader@bücher.example")

    response, text = download(admin_client)

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="subscribers-')
    assert "no-store" in response.headers["Cache-Control"]
    assert text.startswith("\ufeffemail,status,")
    assert "reader@bücher.example" in text


@pytest.mark.day("2026-11-20T08:30:15.000099")
def test_export_holds_all_evidence(admin_client):
    moment = timezone.now()
    factories.subscriber(
        email="reader@example.org",
        requested_at=moment,
        confirmed_at=moment,
        consent_wording='He said: "yes",\nand more',
        consent_page="/articles/sleep/",
    )

    _, text = download(admin_client)

    [row] = csv.DictReader(text.removeprefix("\ufeff").splitlines(keepends=True))
    assert row == {
        "email": "reader@example.org",
        "status": "confirmed",
        "requested_at": "2026-11-20T08:30:15+00:00",
        "consent_wording": 'He said: "yes",\nand more',
        "consent_page": "/articles/sleep/",
        "confirmed_at": "2026-11-20T08:30:15+00:00",
        "unsubscribed_at": "",
    }


def test_export_follows_the_filters_of_the_list(admin_client):
    factories.subscriber("pending", email="waiting@example.org")
    factories.subscriber("confirmed", email="reader@example.org")

    _, text = download(admin_client, status__exact="pending")

    assert "waiting@" in text
    assert "reader@" not in text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_cell_that_a_spreadsheet_would_calculate_is_defused(start):
    assert cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


def test_address_that_is_a_formula_is_defused(admin_client):
    factories.subscriber(email="=cmd|calc@example.org")

    _, text = download(admin_client)

    assert "\n'=cmd|calc@example.org," in text


def test_post_is_refused(admin_client):
    assert admin_client.post(EXPORT).status_code == 405
