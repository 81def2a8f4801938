"""Slugs: new ones are unique, and a page that was renamed is still found under its old one."""

from collections.abc import Container
from functools import reduce
from itertools import chain, count
from operator import or_
from typing import Any, Protocol

from django.db import connection, models, transaction
from django.db.models import Q

from articles.slugs import MOST, slug_of
from config.web.site import address_of
from config.web.text.fields import SlugField

_OWNERS = ("article", "author", "topic", "page", "series")
_HAS_ONE_OWNER = reduce(
    or_, (Q(**{f"{name}__isnull": name != owner for name in _OWNERS}) for owner in _OWNERS)
)


class FormerSlug(models.Model):
    """A slug that an article, author, topic, page or series had before.

    A row that has this slug now is shown instead.
    """

    slug = SlugField(max_length=220, db_index=False)
    article = models.ForeignKey(
        "articles.Article", models.CASCADE, null=True, related_name="former_slugs"
    )
    author = models.ForeignKey(
        "articles.Author", models.CASCADE, null=True, related_name="former_slugs"
    )
    topic = models.ForeignKey(
        "articles.Topic", models.CASCADE, null=True, related_name="former_slugs"
    )
    page = models.ForeignKey(
        "articles.Page", models.CASCADE, null=True, related_name="former_slugs"
    )
    series = models.ForeignKey(
        "articles.Series", models.CASCADE, null=True, related_name="former_slugs"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="former_slug_has_one_owner",
                condition=_HAS_ONE_OWNER,
            ),
            *(
                models.UniqueConstraint(
                    fields=["slug"],
                    condition=Q(**{f"{owner}__isnull": False}),
                    name=f"former_{owner}_slug_unique",
                )
                for owner in _OWNERS
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Slugged(Protocol):
    """An article, author, topic, page or series."""

    pk: Any
    slug: Any


def remember_former_slug(row: Slugged, owner: str) -> None:
    """Keep the stored slug of `row` for redirects if another one is about to be saved.

    Call it before saving. `owner` is one of _OWNERS.
    """
    if row.pk is None:
        return
    model: Any = type(row)
    present = model._default_manager.filter(pk=row.pk).values_list("slug", flat=True).first()
    if not present or present == row.slug:
        return
    same: dict[str, Any] = {"slug": present, f"{owner}__isnull": False}
    FormerSlug.objects.update_or_create(**same, defaults={owner: row})


def unique_slug(
    model: type[models.Model],
    text: str,
    fallback: str,
    *,
    most: int = MOST,
    reserved: Container[str] = (),
) -> str:
    """An ASCII slug made from `text`, or from `fallback`, that no row of `model` has or had.

    A number is added to one that is taken or `reserved`. Call it in the transaction that saves the
    slug: until that ends, others who want a slug wait.
    """
    # Of two equal titles saved at once, the second sees the slug of the first. One lock for all
    # models: with one each, two transactions that make several rows could wait for each other.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('articles.unique_slug'))")
    base = slug_of(text, most=most) or fallback
    # Links to an earlier address must not lead to another row by themselves.
    held = model._default_manager.filter(slug__startswith=base).values_list("slug", flat=True)
    own: dict[str, Any] = {f"{model._meta.model_name}__isnull": False}
    had = FormerSlug.objects.filter(slug__startswith=base, **own).values_list("slug", flat=True)
    taken = {*held, *had}
    slugs = chain([base], (f"{base}-{n}" for n in count(2)))
    return next(slug for slug in slugs if slug not in taken and slug not in reserved)


class Addressed(models.Model):
    """A row with a page: its slug is made from its name, and its old addresses redirect."""

    slug: Any

    class Meta:
        abstract = True

    @transaction.atomic(savepoint=False)  # a new slug is held until it is saved
    def save(self, *args: Any, **kwargs: Any) -> None:
        kind = str(self._meta.model_name)
        self.slug = self.slug or unique_slug(type(self), str(self), kind)
        remember_former_slug(self, kind)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return address_of(f"articles:{self._meta.model_name}", self.slug)
