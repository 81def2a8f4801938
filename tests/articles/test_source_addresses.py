"""DOIs and PubMed numbers in references: what is understood, and what is named as malformed."""

import pytest

from articles.admin.article_rows import ReferenceForm
from articles.source_addresses import address_in

DOI = "https://doi.org/10.1136/bmj.n71"
PUBMED = "https://pubmed.ncbi.nlm.nih.gov/33782057/"


def typed(*, text="Page 2021", url=""):
    form = ReferenceForm({"number": "", "text": text, "url": url})
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("10.1136/bmj.n71", DOI),
        (" doi: 10.1136/bmj.n71. ", DOI),
        ("http://dx.doi.org/10.1136/bmj.n71", DOI),
        ("doi.org/10.1136%2Fbmj.n71?utm_source=x", DOI),
        (DOI, DOI),
        ("10.1002/(SICI)1<1::AID>3", "https://doi.org/10.1002/(SICI)1%3C1::AID%3E3"),
        ("33782057", PUBMED),
        ("PMID: 33782057", PUBMED),
        ("https://www.ncbi.nlm.nih.gov/pubmed/33782057", PUBMED),
        (PUBMED, PUBMED),
        ("https://pubmed.ncbi.nlm.nih.gov/?term=sleep", "https://pubmed.ncbi.nlm.nih.gov/?term=sleep"),
        ("https://example.org/10.1136/x", "https://example.org/10.1136/x"),
        ("", ""),
    ],
)  # fmt: skip
def test_number_of_a_source_becomes_its_link(url, link):
    form = typed(url=url)

    assert form.errors == {}
    assert form.cleaned_data["url"] == link


def test_link_of_a_number_stays_the_same_link():
    once = typed(url="10.1002/(SICI)1<1::AID>3").cleaned_data["url"]

    assert typed(url=once).cleaned_data["url"] == once


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("10.1136", "is not a DOI"),
        ("doi: bmj.n71", "is not a DOI"),
        ("https://doi.org/", "is not a DOI"),
        ("PMID: 12ab", "is not a PubMed number"),
        ("https://pubmed.ncbi.nlm.nih.gov/123456789/", "is not a PubMed number"),
    ],
)
def test_malformed_number_is_named_and_kept(url, message):
    form = typed(url=url)

    assert message in form.errors["url"][0]
    assert url in form.errors["url"][0]
    assert form["url"].value() == url


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("Page M. BMJ 2021 (doi:10.1136/bmj.n71).", DOI),
        ("Page M. PMID: 33782057", PUBMED),
        ("Page M. https://doi.org/10.1136/bmj.n71", DOI),
        ("Pages 10.1 to 10.5", ""),
    ],
)
def test_link_is_read_from_the_source_when_the_address_is_empty(text, link):
    assert typed(text=text).cleaned_data["url"] == link


def test_typed_address_wins_over_that_in_the_source():
    own = "https://example.org/"

    assert typed(text="doi:10.1136/bmj.n71", url=own).cleaned_data["url"] == own


def test_brackets_of_a_number_stay_with_it():
    assert address_in("See 10.1016/S0140-6736(20)30183-5") == (
        "https://doi.org/10.1016/S0140-6736(20)30183-5"
    )
