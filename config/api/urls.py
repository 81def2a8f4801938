"""The JSON API: the parts of the apps under one version."""

from django.urls import path, re_path

from articles.api.urls import api_urls as of_articles
from comments.api.urls import api_urls as of_comments
from config.api import views

app_name = "api"

urlpatterns = [
    path("", views.entrance, name="entrance"),
    path("openapi.json", views.description, name="description"),
    *of_articles,
    *of_comments,
    re_path(r"^.", views.nothing, name="nothing"),
]
