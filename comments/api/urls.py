"""The addresses of comments below /api/v1/ (config/api/urls.py)."""

from django.urls import path

from comments.api import views

api_urls = [path("articles/<slug:slug>/comments/", views.comments, name="comments")]
