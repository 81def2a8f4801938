"""The articles that are like one, stored so that pages need not compare.

An article's own list is chosen by a trigger of the database (related_lists.sql). Here the lists of
others follow.
"""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from articles.models.search_entry import SearchEntry

FOLLOWING = 20  # lists that are chosen anew after an article like them
OLD = timedelta(days=30)  # then a list is chosen anew even if nothing like its article came
DUE_AT_ONCE = 50
OLD_AT_ONCE = 50


class RelatedList(models.Model):
    """The numbers of the articles that are most like one, the most similar first.

    Articles that are public or scheduled have one. It is longer than a page shows: some of its
    articles may be withdrawn later. Only functions of the database write here.
    """

    entry = models.OneToOneField(SearchEntry, models.DB_CASCADE, primary_key=True, related_name="+")
    numbers = ArrayField(models.BigIntegerField())
    chosen_at = models.DateTimeField()
    is_due = models.BooleanField(db_default=True)  # the lists of articles like it have to follow

    class Meta:
        indexes = [
            models.Index(fields=["chosen_at"], name="related_list_chosen"),
            models.Index(fields=["entry"], name="related_list_due", condition=Q(is_due=True)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}: {self.numbers}"


def choose_related_lists() -> bool:
    """Bring lists up to date with new and changed articles. Returns whether there is more to do.

    Any number of processes may call it at once; one that is killed leaves its work to the next.
    """
    now = timezone.now()
    due = RelatedList.objects.filter(is_due=True, entry__published_at__lte=now).order_by("pk")
    numbers = list(due.values_list("pk", flat=True)[:DUE_AT_ONCE])
    for number in numbers:
        _choose(number, now)
        for other in _most_like(number, now):
            _choose(other, now)
        # Not if the article has changed meanwhile.
        RelatedList.objects.filter(pk=number, chosen_at=now).update(is_due=False)
    old = RelatedList.objects.filter(chosen_at__lt=now - OLD).order_by("chosen_at")
    for number in list(old.values_list("pk", flat=True)[:OLD_AT_ONCE]):
        _choose(number, now)
    return len(numbers) == DUE_AT_ONCE


def _choose(number: int, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT articles_choose_related(%s, %s, false)", [number, at])


def _most_like(number: int, at: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(articles_related(%s, %s, %s))", [number, FOLLOWING, at])
        return [other for (other,) in cursor.fetchall()]
