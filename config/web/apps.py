from django.apps import AppConfig


class WebConfig(AppConfig):
    """The ground of the apps: code that several apps use and that imports none of them."""

    name = "config.web"
    label = "web"

    def ready(self) -> None:
        from config.web import checks  # noqa: F401 - registers them
