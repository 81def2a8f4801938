from django.db import models


class MonthCount(models.Model):
    """How many articles of a topic, or of none, have their publication in a month (of UTC; `month` is its first day).

    Those whose time is to come count along. Only the database writes here: see the triggers of migration
    0011_month_counts.
    """

    topic = models.ForeignKey(
        "articles.Topic",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    month = models.DateField()
    number = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "month"], name="month_count_unique", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.number}"
