from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class YourDataConfig(AppConfig):
    """The pages on which the owner of an address gets and erases all that is kept of it."""

    name = "config.your_data"
    label = "your_data"
    verbose_name = _("Your data")
