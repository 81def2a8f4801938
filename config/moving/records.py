"""What a source yields: plain records, which the writer stores. They know nothing of the database.

Everything that belongs to one article hangs below its record: it is stored in one transaction.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config.moving.report import Report
from config.web.moments import possible
from config.web.text.characters import is_blank


@dataclass(frozen=True)
class Author:
    foreign_id: str
    name: str
    bio: str = ""
    role: str = ""


@dataclass(frozen=True)
class Topic:
    """`parent` is a topic that has no parent itself."""

    foreign_id: str
    name: str
    slug: str = ""
    description: str = ""
    parent: "Topic | None" = None


@dataclass(frozen=True)
class Picture:
    """`path` is its place below the folder of uploads, where the source knows it.

    `folder` stands for that folder where the source has its own, and `content` for the file.
    """

    foreign_id: str
    address: str
    path: str = ""
    title: str = ""
    alt: str = ""
    caption: str = ""
    folder: Path | None = None
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Reference:
    number: int
    text: str
    url: str = ""


@dataclass(frozen=True)
class Redirect:
    """A former path. In the record of an article it leads to that, else to `target`.

    With `owner`, the kind and foreign id of an author or topic, it leads to `target` below the page
    of that.
    """

    path: str
    target: str = ""
    owner: tuple[str, str] | None = None


@dataclass
class Comment:
    """`status` is "approved" or "pending". `parent` is the foreign id of the comment answered."""

    foreign_id: str
    name: str
    email: str
    body: str
    written_at: datetime | None
    status: str
    parent: str = ""

    def __post_init__(self) -> None:
        self.written_at = possible(self.written_at)


@dataclass
class Article:
    """An article or page. `body` is HTML of any kind, cleaned when it is stored.

    A picture stands in `body` as `<img src="import:ID" alt="…">`, where ID is the key in
    `pictures`. `may_be_public` says whether readers of the former site could see it. `words` are
    the words of the source: what is neither in the result nor in the report is added to the report.
    With `known_by_title` an article here of the same title or address is taken for this one.
    """

    foreign_id: str
    place: str  # in the source, for the report
    title: str
    body: str
    slug: str = ""
    standfirst: str = ""
    is_page: bool = False
    may_be_public: bool = False
    published_at: datetime | None = None
    updated_at: datetime | None = None  # the last change that matters to readers
    comments_open: bool = True
    authors: list[Author] = field(default_factory=list)
    topic: Topic | None = None
    hero: Picture | None = None
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)
    known_by_title: bool = False

    def __post_init__(self) -> None:
        """What cannot be, or cannot be seen, is not there."""
        self.published_at = possible(self.published_at)
        self.title = "" if is_blank(self.title) else self.title
        self.authors = [person for person in self.authors if not is_blank(person.name)]
        self.topic = None if self.topic and is_blank(self.topic.name) else self.topic


@dataclass
class Discussion:
    """Comments below an article that is here already, known by the address of its former page."""

    place: str
    title: str
    address: str
    comments: list[Comment] = field(default_factory=list)


@dataclass(frozen=True)
class Subscriber:
    """`status` is "confirmed" or "pending"; else the address gets no mail, for a reason of
    newsletter.Suppression.

    Consent is known by its time and where it was given. `ended_at` is when mail had to end.
    """

    place: str  # in the source, for the report
    email: str
    status: str
    consented_at: datetime | None = None
    consent_from: str = ""
    ended_at: datetime | None = None


class BadSource(Exception):
    """A source cannot be read. The text says why, and where."""


class Source:
    """What is asked of each source. One has articles, another only comments.

    `site` names the former site in keys, such as old.example; `base` is its web address. What
    cannot become a record is told to the report.
    """

    site = ""
    base = ""
    unread = 0  # files that could not be read while the others went on
    total = 0  # items and pictures, where they are known beforehand

    def preview(self) -> list[str]:
        """How the source is read, for a dry run."""
        return []

    def articles(self, report: Report) -> Iterator[Article]:
        """Each article with all that belongs to it. Raises BadSource."""
        return iter(())

    def discussions(self, report: Report) -> Iterator[Discussion]:
        """Comments of articles that are here already. Raises BadSource."""
        return iter(())

    def subscribers(self, report: Report) -> Iterator[Subscriber]:
        """Addresses of a newsletter. Raises BadSource."""
        return iter(())

    def redirects(self) -> Iterator[Redirect]:
        """Former addresses that belong to no article, such as feeds. Asked after the articles."""
        return iter(())

    def pictures(self) -> Iterator[Picture]:
        """All pictures, those that no article shows, too. Asked after the articles."""
        return iter(())
