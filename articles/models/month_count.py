from django.db import models


class MonthCount(models.Model):
    """The number of articles of a topic, or without topic, that are published in a month of UTC.

    `month` is its first day. Articles to come are counted too. Only triggers of the database write
    here.
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
