"""No link of the site leads nowhere: neither to a missing page nor to a missing place on a page."""

import re
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from django.test import Client

from tests.browser.pages import full_magazine, hostile_article

HOME = "http://testserver/"


class Links(HTMLParser):
    """The addresses that a document names, and the ids that a link may lead to."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.addresses = set(re.findall("<loc>(.*?)</loc>", document))
        self.ids = {""}
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids.add(found.get("id", ""))
        self.addresses |= {found.get("href", ""), found.get("src", "")}
        self.addresses |= {offer.split(" ")[0] for offer in found.get("srcset", "").split(", ")}


class Crawl:
    """Every page of the site that a link leads to, asked for once."""

    def __init__(self, client: Client, *start: str) -> None:
        self.client = client
        self.linked_from = dict.fromkeys(start, "")
        self.places: set[str] = set()
        self.todo = list(start)
        while self.todo:
            self.open(self.todo.pop())

    @property
    def broken(self) -> list[str]:
        lost = sorted(self.linked_from.keys() - self.places)
        return [f"{link} on {self.linked_from[link]}" for link in lost]

    def open(self, page: str) -> None:
        response = self.client.get(page, follow=True)
        content = response.getvalue()  # of a file too, which is closed at its end
        if response.status_code != 200:
            return
        is_document = re.match("text/html|application/xml", response.headers["Content-Type"])
        links = Links(content.decode() if is_document else "")
        self.places |= {f"{page}#{name}".removesuffix("#") for name in links.ids}
        for address in links.addresses:
            self.note(urljoin(page, address), page)

    def note(self, link: str, page: str) -> None:
        """Static files are the browser's to miss."""
        if link.startswith(HOME) and "/static/" not in link and link not in self.linked_from:
            self.linked_from[link] = page
            target = urldefrag(link).url
            if target == link or target not in self.linked_from:
                self.linked_from[target] = page
                self.todo.append(target)


def test_no_link_leads_nowhere(client, db):
    full_magazine()
    hostile_article()

    crawl = Crawl(client, HOME, f"{HOME}sitemap.xml")

    assert len(crawl.places) > 100
    assert not crawl.broken, "\n".join(crawl.broken)
