from django.urls import path

from articles import views

app_name = "articles"

urlpatterns = [
    path("", views.front, name="front"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("articles/<slug:slug>/preview/", views.preview, name="preview"),
    path("authors/<slug:slug>/", views.author, name="author"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("archive/", views.archive, name="archive"),
    path("feed/", views.feed, name="feed"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("renditions/<int:width>/<path:name>.webp", views.rendition_file, name="rendition"),
    # Last: any other single word.
    path("<slug:slug>/", views.page, name="page"),
]
