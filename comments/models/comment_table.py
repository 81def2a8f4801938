"""What the table of comments refuses, and what it finds without reading all rows."""

from django.contrib.postgres.indexes import GinIndex, HashIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from config.web.text.search_words import SearchWords

CONSTRAINTS: list[models.BaseConstraint] = [
    models.CheckConstraint(
        name="comment_status_known",
        condition=Q(
            status__in=[
                "pending",
                "held",
                "approved",
                "rejected",
                "spam",
                "removed",
                "withdrawn",
                "repeated",
            ]
        ),
    ),
    models.CheckConstraint(
        name="comment_awaiting_is_undecided",
        condition=Q(status__in=["pending", "held", "repeated"], decided_at__isnull=True)
        | (~Q(status__in=["pending", "held", "repeated"]) & Q(decided_at__isnull=False)),
    ),
    models.CheckConstraint(
        name="comment_withdrawn_is_empty", condition=~Q(status="withdrawn") | Q(body="")
    ),
    models.CheckConstraint(name="comment_path_not_empty", condition=Q(path__len__gt=0)),
]

INDEXES: list[models.Index] = [
    # A thread in the order it is read, and by newest branch first. Row by row at any depth.
    models.Index(
        fields=["article", "path"],
        name="comment_thread",
        condition=Q(status="approved") | Q(shown_replies__gt=0),
    ),
    models.Index(
        models.F("article"),
        models.F("path__0").desc(),
        models.F("path"),
        name="comment_thread_newest",
        condition=Q(status="approved") | Q(shown_replies__gt=0),
    ),
    # What waits, the oldest first; what is decided, the last decision first.
    models.Index(
        fields=["status", "created_at", "id"],
        name="comment_queue",
        condition=Q(status__in=["pending", "held"]),
    ),
    models.Index(
        fields=["status", "-decided_at", "-id"],
        name="comment_decided",
        condition=Q(decided_at__isnull=False),
    ),
    models.Index(
        fields=["decided_by", "-decided_at", "-id"],
        name="comment_decided_by",
        condition=Q(decided_by__isnull=False),
    ),
    models.Index(fields=["edited_at"], name="comment_edited", condition=Q(edited_at__isnull=False)),
    models.Index(fields=["-created_at", "-id"], name="comment_newest"),
    models.Index(fields=["article", "digest"], name="comment_repeats"),
    models.Index(fields=["created_at"], name="comment_repeated", condition=Q(status="repeated")),
    models.Index(fields=["article", "-created_at", "-id"], name="comment_of_article"),
    models.Index(fields=["email", "-created_at"], name="comment_writer"),
    models.Index(
        fields=["network", "-created_at"], name="comment_network", condition=~Q(network="")
    ),
    GinIndex(
        SearchVector(SearchWords("name"), SearchWords("body"), config="simple"),
        name="comment_words",
    ),
    HashIndex(fields=["likeness"], name="comment_same_words"),
]
