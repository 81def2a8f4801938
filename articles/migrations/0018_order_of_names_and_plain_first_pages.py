"""Names are listed by their letters: an accent or a capital moves none to the end of a list.

The pages that a publication starts with say in plainer words what is so today. Pages that were changed stay.
"""

from pathlib import Path

from django.db import migrations

from config.web.text.search_words import SearchWords

PAGES = ("about", "privacy", "review-policy")


def reword_first_pages(apps, schema_editor):
    folder = Path(__file__).parent
    for slug in PAGES:
        first, plain = (
            (folder / name / f"{slug}.html").read_text(encoding="utf-8").rstrip("\n")
            for name in ("first_pages", "plain_first_pages")
        )
        apps.get_model("articles", "Page").objects.filter(slug=slug, body=first).update(body=plain)


class Migration(migrations.Migration):

    dependencies = [("articles", "0017_returned_revisions")]

    operations = [
        migrations.AlterModelOptions(
            name="author",
            options={"ordering": [SearchWords("name"), "pk"], "verbose_name": "author", "verbose_name_plural": "authors"},
        ),
        migrations.AlterModelOptions(
            name="page",
            options={"ordering": [SearchWords("title"), "pk"], "verbose_name": "page", "verbose_name_plural": "pages"},
        ),
        migrations.AlterModelOptions(
            name="series",
            options={"ordering": [SearchWords("title"), "pk"], "verbose_name": "series", "verbose_name_plural": "series"},
        ),
        migrations.AlterModelOptions(
            name="topic",
            options={
                "ordering": ["position", SearchWords("name"), "pk"], "verbose_name": "topic", "verbose_name_plural": "topics",
            },
        ),
        migrations.RunPython(reword_first_pages, migrations.RunPython.noop),
    ]
