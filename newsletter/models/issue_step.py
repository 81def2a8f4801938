from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.web.text.fields import CharField, TextField
from newsletter.models.issue import Issue


class IssueStep(models.Model):
    """What was done to an issue, by whom and why. Rows are only added."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="steps")
    action = CharField(_("action"), max_length=12)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("by"), null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    reason = TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("issue step")
        verbose_name_plural = _("issue steps")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
