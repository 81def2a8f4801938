"""Addresses in the one spelling of config.web.text.addresses: domains were kept as they were typed."""

from django.db import migrations
from django.db.models import Q

from config.web.text.addresses import known_as

# Only these can have another spelling: capitals, letters beyond ASCII, and domains in their ASCII form.
MAYBE = r"[A-Z]|[^ -~]|@(.*\.)?xn--"


def spell(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects.filter(email__regex=MAYBE)
    for old in comments.order_by().values_list("email", flat=True).distinct():
        if known_as(old) != old:
            move_writer(apps, old, known_as(old))
    for name in ("Restriction", "DataRequest"):
        spell_rows(apps.get_model("comments", name))


def move_writer(apps, old, new):
    """The database's trigger takes the counts along; what the owner of the mailbox said goes with them."""
    Comment, Writer = apps.get_model("comments", "Comment"), apps.get_model("comments", "Writer")
    Comment.objects.filter(email=old).update(email=new)
    was = Writer.objects.filter(email=old.lower()).first()
    if was is None or was.email == new:
        return
    now = Writer.objects.get(email=new)
    now.verified_at = now.verified_at or was.verified_at
    now.muted_at = now.muted_at or was.muted_at
    now.first_seen_at = min(now.first_seen_at, was.first_seen_at)
    now.save()
    was.delete()


def spell_rows(model):
    field = "value" if model.__name__ == "Restriction" else "email"
    rows = model.objects.filter(**{f"{field}__regex": MAYBE, f"{field}__contains": "@"})
    for row in rows:
        spelling = known_as(getattr(row, field))
        if field == "value" and model.objects.filter(~Q(pk=row.pk), kind=row.kind, value=spelling).exists():
            merge_restriction(model, row, spelling)
        else:
            model.objects.filter(pk=row.pk).update(**{field: spelling})


def merge_restriction(model, row, spelling):
    """Two rows of one writer: the ban stays before the hold, the longer before the shorter."""
    other = model.objects.exclude(pk=row.pk).get(kind=row.kind, value=spelling)
    kept, gone = sorted([row, other], key=strength, reverse=True)
    gone.delete()
    model.objects.filter(pk=kept.pk).update(value=spelling)


def strength(restriction):
    return restriction.effect == "reject", restriction.ends_at is None, restriction.ends_at or restriction.at


class Migration(migrations.Migration):
    dependencies = [("comments", "0013_repeated_comments")]

    operations = [migrations.RunPython(spell, migrations.RunPython.noop)]
