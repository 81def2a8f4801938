"""What the front page shows: its lead and its sections, as editors arranged them."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils import timezone

from articles.group_querysets import TopicQuerySet
from articles.models import Article, FrontPage, Series, Topic
from articles.reading.page_tags import of_cards, of_lines
from config.web.cache.kept_values import kept
from config.web.database.compiled import Compiled, Given, is_among

LATEST = 6
PICKED = 4
OF_EACH_TOPIC = 4
SERIES = 3  # the ones with the newest parts

type WithArticles[Row] = list[tuple[Row, list[Article]]]


@dataclass
class Front:
    """`sections` are names of FrontPage.SECTIONS; `most discussed` is a template tag's matter."""

    arrangement: FrontPage
    lead: Article | None
    latest: list[Article] = field(default_factory=list)
    picks: list[Article] = field(default_factory=list)
    topics: WithArticles[Topic] = field(default_factory=list)
    series: WithArticles[Series] = field(default_factory=list)

    @property
    def sections(self) -> list[str]:
        return self.arrangement.sections

    def tags(self) -> list[str]:
        """The cache tags of the page."""
        cards = [*filter(None, [self.lead]), *self.latest, *self.picks]
        tags = ["articles", "picks", "front", "series", *of_cards(cards)]
        for row, articles in [*self.series, *self.topics]:
            tags += of_lines(articles)
            tags += [f"series-{row.pk}"] if isinstance(row, Series) else []
        return tags


_CARDS = Compiled(
    lambda: (
        Article.objects.published()
        .for_cards()
        .with_writer_names()
        .exclude(pk=Given("lead"))
        .newest_first()[: LATEST + 1]
    )
)
_LEAD = Compiled(
    lambda: Article.objects.published().for_cards().with_writer_names().filter(pk=Given("lead"))
)
_PICKS = Compiled(
    lambda: (
        Article.objects.picks().for_cards().with_writer_names().exclude(pk=Given("lead"))[:PICKED]
    )
)
_LINES = Compiled(lambda: Article.objects.published().for_line().filter(is_among("pk", "numbers")))


def _topics_with_newest() -> TopicQuerySet:
    """Topics, each with the numbers of its newest articles, except those of `without`."""
    public = Article.objects.published().filter(topic=OuterRef("pk"))
    others = public.exclude(is_among("pk", "without")).newest_first()
    return Topic.objects.annotate(parts=ArraySubquery(others.values("pk")[:OF_EACH_TOPIC]))


_TOPICS = Compiled(_topics_with_newest)
_SERIES = Compiled(lambda: Series.objects.with_parts().newest_first()[:SERIES])


def read_front() -> Front:
    """The front page of this moment. Its number of queries does not grow with the site."""
    arrangement = kept("front page", lambda: FrontPage.objects.first() or FrontPage(), "front")
    sections = arrangement.sections
    chosen = arrangement.lead_at(timezone.now())
    lead = _LEAD.first(lead=chosen) if chosen else None
    latest = _CARDS.rows(lead=lead.pk if lead else 0)
    if lead is None and latest:
        lead, *latest = latest
    front = Front(arrangement, lead)
    if "latest" in sections:
        front.latest = latest[:LATEST]
    if "picks" in sections and lead:
        front.picks = _PICKS.rows(lead=lead.pk)
    _fill_columns(front, sections)
    return front


def _fill_columns(front: Front, sections: list[str]) -> None:
    """The topics and series with the titles of their articles, which are read at once."""
    shown = [row.pk for row in [*front.latest, *front.picks, *filter(None, [front.lead])]]
    topics: list[Any] = _TOPICS.rows(without=shown) if "topics" in sections else []
    series: list[Any] = _SERIES.rows() if "series" in sections else []
    wanted = [pk for row in [*topics, *series] for pk in row.parts]
    lines = {line.pk: line for line in _LINES.rows(numbers=wanted)} if wanted else {}
    for rows, columns in ((topics, front.topics), (series, front.series)):
        for row in rows:
            articles = [lines[pk] for pk in row.parts if pk in lines]
            columns += [(row, articles)] if articles else []
