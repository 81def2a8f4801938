from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People who log in: invitations, passwords, own settings, second factors, roles."""

    name = "config.people"
    label = "people"

    def ready(self) -> None:
        from config.people import log_in_log  # noqa: F401 - connects Django's signals
