"""What an import brought, and where former addresses lead."""

from collections.abc import Collection
from itertools import chain

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from config.moving.moves import Move
from config.moving.paths import MOST_PATH, spellings, validate_path, validate_target
from config.web.text.fields import CharField

__all__ = ["ImportedItem", "Move", "Redirect"]


class ImportedItem(models.Model):
    """An item of another site that was imported: a second run leaves it alone.

    The row stays when what it brought is deleted here, so that a deleted article or an erased
    comment does not come back with the next export.
    """

    class Kind(models.TextChoices):
        AUTHOR = "author", _("Author")
        TOPIC = "topic", _("Topic")
        ARTICLE = "article", _("Article")
        PAGE = "page", _("Page")
        PICTURE = "picture", _("Picture")
        FILE = "file", _("File of a picture")  # by its SHA-256, so that no file comes twice
        COMMENT = "comment", _("Comment")
        ADDRESS = "address", _("Subscriber")  # by a keyed hash, which names nobody

    site = CharField(_("site"), max_length=200)
    kind = CharField(_("kind"), max_length=8, choices=Kind)
    foreign_id = CharField(_("number there"), max_length=250)
    row = models.PositiveBigIntegerField(_("number here"))
    imported_at = models.DateTimeField(_("imported"), default=timezone.now)

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["site", "kind", "foreign_id"], name="imported_item_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.foreign_id}"


class RedirectQuerySet(models.QuerySet["Redirect"]):
    def at(self, address: str) -> "Redirect | None":
        """The redirect of a path, with or without its last slash; `address` may have a query.

        A redirect of exactly this address wins over one of its other spelling.
        """
        wanted = spellings(address)
        rows = self.filter(path__in=wanted).select_related("article")
        found = {row.path: row for row in rows}
        return next((found[path] for path in wanted if path in found), None)

    def leading_on(self, paths: Collection[str]) -> set[str]:
        """Which of these paths lead readers to a page."""
        wanted = {path: spellings(path) for path in paths}
        rows = self.filter(path__in=chain.from_iterable(wanted.values()))
        rows = rows.exclude(status=Redirect.Status.GONE).select_related("article")
        found = {row.path for row in rows if row.article is None or row.article.is_published}
        return {path for path, known_as in wanted.items() if not found.isdisjoint(known_as)}

    def count_hit(self, pk: int) -> None:
        self.filter(pk=pk).update(hits=F("hits") + 1, last_hit_at=timezone.now())

    def reached_from(self, target: str) -> set[str]:
        """All spellings of `target`, and of what redirects lead to from there."""
        seen: set[str] = set()
        reached: set[str] = set()
        while target and target not in seen:
            seen.add(target)
            reached.update(spellings(target))
            row = self.at(target)
            target = row.target if row else ""
        return reached

    def leads_back(self, path: str, target: str) -> bool:
        """Whether redirects lead from `target` back to `path`."""
        return not self.reached_from(target).isdisjoint(spellings(path))


class Redirect(models.Model):
    """A former address, and what readers find instead. Asked only where nothing else answers."""

    class Status(models.IntegerChoices):
        MOVED = 301, _("moved for good (301)")
        FOUND = 302, _("elsewhere for now (302)")
        GONE = 410, _("gone (410)")

    path = CharField(
        _("former address"),
        max_length=MOST_PATH,
        unique=True,
        validators=[validate_path],
        help_text=_("A path of this site, such as /2019/03/sleep/ or /?p=123."),
    )
    article = models.ForeignKey(
        Article,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("article"),
        help_text=_("Its address is followed, also when it changes."),
    )
    target = CharField(
        _("new address"),
        max_length=MOST_PATH,
        blank=True,
        validators=[validate_target],
        help_text=_("A path of this site, where it is no article."),
    )
    status = models.PositiveSmallIntegerField(
        _("answer"), choices=Status, default=Status.MOVED, db_default=Status.MOVED
    )
    note = CharField(
        _("note"), max_length=200, blank=True, help_text=_("For colleagues; not shown to readers.")
    )
    hits = models.PositiveBigIntegerField(_("followed"), default=0, db_default=0, editable=False)
    last_hit_at = models.DateTimeField(_("last followed"), null=True, editable=False)

    objects = RedirectQuerySet.as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="redirect_status_known", condition=Q(status__in=[301, 302, 410])
            ),
            models.CheckConstraint(
                name="redirect_has_one_target",
                condition=Q(status=410, article__isnull=True, target="")
                | Q(article__isnull=True, target__startswith="/") & ~Q(status=410)
                | Q(article__isnull=False, target="") & ~Q(status=410),
            ),
            models.CheckConstraint(
                name="redirect_path_is_one",
                condition=Q(path__startswith="/") & ~Q(path__startswith="//"),
            ),
            models.CheckConstraint(name="redirect_not_to_itself", condition=~Q(target=F("path"))),
        ]

    def __str__(self) -> str:
        return self.path

    def clean(self) -> None:
        if self.status == self.Status.GONE:
            if self.article or self.target:
                raise ValidationError(_("A deleted address leads nowhere: empty both fields."))
            return
        if bool(self.article) == bool(self.target):
            raise ValidationError(_("Choose an article or enter a new address, not both."))
        if self.path and Redirect.objects.exclude(pk=self.pk).leads_back(self.path, self.leads_to):
            raise ValidationError(
                {"target": _("This address leads back to the former one: a loop.")}
            )

    @property
    def leads_to(self) -> str:
        """The new address as a path, "" for one that is gone."""
        return self.article.get_absolute_url() if self.article else self.target
