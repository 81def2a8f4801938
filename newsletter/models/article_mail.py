from django.db import models
from django.utils import timezone

from articles.models import Article
from newsletter.models.issue import Issue


class ArticleMail(models.Model):
    """That an article had its issue. It stays when an editor deletes the issue unsent."""

    article = models.OneToOneField(Article, models.CASCADE, related_name="+")
    issue = models.ForeignKey(Issue, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.article_id} {self.made_at:%Y-%m-%d}"
