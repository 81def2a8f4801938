"""What a first reading of an export finds: all that its posts refer to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from articles.slugs import slug_of
from config.moving import records
from config.moving.paths import has_host
from config.moving.sources.reading import Element
from config.moving.sources.wordpress.attachments import Attachments
from config.moving.wording import text_of_html


@dataclass(frozen=True)
class Category:
    name: str
    parent: str
    description: str


@dataclass
class Index:
    base: str = ""  # the address of the former site
    base_of_posts: str = ""  # what the first address of a post says of it
    authors: dict[str, records.Author] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    attachments: Attachments = field(default_factory=Attachments)
    blocks: dict[str, str] = field(default_factory=dict)
    items: int = 0
    _by_slug: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return (urlsplit(self.base).hostname or "").removeprefix("www.")

    @property
    def site(self) -> str:
        """The name of the site in keys; "" when its address is not known."""
        place = urlsplit(self.base).netloc.rpartition("@")[2].lower().removeprefix("www.")
        return f"{place}{self.path}"[:200] if self.host else ""

    @property
    def path(self) -> str:
        """The folder of the site, "" at the root of its host."""
        return urlsplit(self.base).path.rstrip("/")

    def add_all(self, elements: Iterable[Element]) -> None:
        for element in elements:
            if element.name == "item":
                self.items += 1
                if not self.base_of_posts and has_host(element.get("link")):
                    self.base_of_posts = urljoin(element.get("link"), "/")
            match element.name:
                case "base_blog_url":
                    self.set_base(element.text)
                case "link" if not self.base:
                    self.set_base(element.text)
                case "author":
                    self.add_author(element)
                case "category":
                    nicename = element.get("category_nicename")
                    self.categories[nicename] = Category(
                        text_of_html(element.get("cat_name")) or nicename,
                        element.get("category_parent"),
                        text_of_html(element.get("category_description")),
                    )
                case "item" if element.get("post_type") == "attachment":
                    self.attachments.add(element)
                case "item" if element.get("post_type") == "wp_block":
                    self.blocks[element.get("post_id")] = element.get("encoded")

    def author(self, name: str, shown: str = "") -> records.Author:
        """The author of this login or slug; one with the name `shown` for an unknown one."""
        login = name if name in self.authors else self._by_slug.get(slug_of(name), "")
        return self.authors.get(login) or records.Author(name, _public_name(shown or name))

    def ancestors(self, slug: str) -> list[tuple[str, Category]]:
        """The categories above this one, the nearest first."""
        above: list[tuple[str, Category]] = []
        seen = {slug}
        category = self.categories.get(slug)
        while category and category.parent in self.categories and category.parent not in seen:
            seen.add(category.parent)
            above.append((category.parent, self.categories[category.parent]))
            category = self.categories[category.parent]
        return above

    def set_base(self, address: str) -> None:
        if has_host(address.strip()):
            self.base = self.attachments.base = address.strip().rstrip("/")

    def add_author(self, element: Element) -> None:
        login = element.get("author_login")
        names = (element.get("author_first_name"), element.get("author_last_name"))
        name = element.get("author_display_name") or " ".join(filter(None, names)) or login
        if login:
            self.authors[login] = records.Author(login, _public_name(text_of_html(name)))
            self._by_slug[slug_of(login)] = self._by_slug[slug_of(name)] = login


def _public_name(name: str) -> str:
    """The name that readers see. Of an e-mail address it is the part before the @."""
    return name.partition("@")[0] or name
