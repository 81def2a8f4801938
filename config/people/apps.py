from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """People who log in: invitations, passwords, own settings, second factors, roles."""

    name = "config.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from config.people import log_in_log  # noqa: F401 - connects Django's signals
