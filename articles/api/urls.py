"""The addresses of articles, topics, series and authors below /api/v1/ (config/api/urls.py)."""

from django.urls import path

from articles.api import views

api_urls = [
    path("articles/", views.articles, name="articles"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("topics/", views.topics, name="topics"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("series/", views.all_series, name="all_series"),
    path("series/<slug:slug>/", views.series, name="series"),
    path("authors/", views.authors, name="authors"),
    path("authors/<slug:slug>/", views.author, name="author"),
]
