from django.apps import AppConfig


class WebConfig(AppConfig):
    """Ground that the apps stand on; knows none of them."""

    name = "config.web"
    label = "web"

    def ready(self) -> None:
        from config.web import checks  # noqa: F401 - registers them
