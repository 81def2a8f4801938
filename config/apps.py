from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class RoofConfig(AppConfig):
    """Settings, urls and the site-wide commands (serve, worker, load_demo)."""

    name = "config"

    def ready(self) -> None:
        """Name at the desk what a library names for programmers; report faults if it is wanted."""
        from config.watching.faults import report_faults  # once settings are read

        report_faults()
        apps.get_app_config("django_tasks_database").verbose_name = _("Background tasks")
