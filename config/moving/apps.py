from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MovingConfig(AppConfig):
    """Moving in from another publication: imports, and redirects from its addresses."""

    name = "config.moving"
    label = "moving"
    verbose_name = _("Moving")

    def ready(self) -> None:
        from articles.links import own_site
        from config.moving.models import Redirect

        own_site.LEADING_ON.append(lambda paths: Redirect.objects.leading_on(paths))
