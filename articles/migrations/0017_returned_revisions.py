"""The desk's first page asks for drafts that were returned, among all revisions."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("articles", "0016_author_pages_and_parents")]

    operations = [
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(
                condition=models.Q(("action", "returned")),
                fields=["article", "-id"],
                name="revision_returned",
            ),
        ),
    ]
