"""Times that people type into forms of the admin."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from config.web.moments import YEARS


class MomentField(forms.SplitDateTimeField):
    """A day and a time of the years that each time zone has."""

    widget = AdminSplitDateTime

    def compress(self, data_list: Any) -> datetime | None:
        moment = super().compress(data_list)
        if moment is not None and moment.year not in YEARS:
            between = {"first": YEARS[0], "last": YEARS[-1]}
            raise ValidationError(_("Enter a year from %(first)s to %(last)s.") % between)
        return moment


# For `formfield_overrides`.
MOMENTS: dict[Any, Any] = {models.DateTimeField: {"form_class": MomentField}}
