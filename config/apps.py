from django.apps import AppConfig


class RoofConfig(AppConfig):
    """Settings, urls and the site-wide commands (serve, worker, load_demo)."""

    name = "config"
