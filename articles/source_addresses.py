"""DOIs and PubMed numbers, as people type or paste them, and the links that they stand for."""

import re
from urllib.parse import quote, unquote, urlsplit

_DOI = re.compile(r"10\.\d{4,9}/\S+", re.ASCII)
_DOI_LINK = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/", re.IGNORECASE)
_DOI_LABEL = re.compile(r"doi:\s*", re.IGNORECASE)
_PUBMED = re.compile(
    r"(?:pmid:?\s*"
    r"|(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov/|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed/))",
    re.IGNORECASE,
)
_PUBMED_NUMBER = re.compile(r"[1-9]\d{0,7}", re.ASCII)
_DOI_IN_TEXT = re.compile(r"(?<![\w.])10\.\d{4,9}/[^\s<>\"“”]+", re.ASCII)
_PUBMED_IN_TEXT = re.compile(r"\bPMID:?\s*([1-9]\d{0,7})\b", re.IGNORECASE | re.ASCII)


class MalformedDoi(ValueError):
    """The text begins like a DOI and is none."""


class MalformedPubMedNumber(ValueError):
    """The text begins like a PubMed number and is none."""


def normal_address(text: str) -> str:
    """The link of a DOI or PubMed number. Any other text comes back as it is.

    Raises MalformedDoi or MalformedPubMedNumber.
    """
    text = text.strip()
    if _PUBMED_NUMBER.fullmatch(text):
        return _pubmed_link(text)
    if label := _PUBMED.match(text):
        number = text[label.end() :].strip().rstrip("/")
        is_link = "/" in label[0]
        if _PUBMED_NUMBER.fullmatch(number):
            return _pubmed_link(number)
        if not is_link or number.isdecimal():
            raise MalformedPubMedNumber(text)
        return text  # a search or another page there
    if link := _DOI_LINK.match(text):
        return _doi_link(unquote(urlsplit(f"https://doi.org/{text[link.end() :]}").path[1:]), text)
    if label := _DOI_LABEL.match(text):
        return _doi_link(text[label.end() :], text)
    return _doi_link(text, text) if text.startswith("10.") else text


def address_in(text: str) -> str:
    """The link of the first DOI, or else PubMed number, that a source names; "" without one."""
    if found := _DOI_IN_TEXT.search(text):
        doi = found[0].rstrip(".,;:")
        while doi.endswith((")", "]")) and not _is_closed(doi):
            doi = doi[:-1].rstrip(".,;:")
        return _doi_link(doi, doi)
    number = _PUBMED_IN_TEXT.search(text)
    return _pubmed_link(number[1]) if number else ""


def _is_closed(doi: str) -> bool:
    """Whether its brackets come in pairs: the last one may belong to the sentence around it."""
    return doi.count("(") == doi.count(")") and doi.count("[") == doi.count("]")


def _doi_link(doi: str, typed: str) -> str:
    doi = doi.strip().rstrip(".,;")
    if not _DOI.fullmatch(doi):
        raise MalformedDoi(typed)
    return f"https://doi.org/{quote(doi, safe='/:;()._-')}"


def _pubmed_link(number: str) -> str:
    return f"https://pubmed.ncbi.nlm.nih.gov/{number}/"
