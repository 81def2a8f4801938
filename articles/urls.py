from django.urls import path, re_path

from articles import views
from articles.api import embedding
from articles.reading import feeds, sitemaps
from articles.reading.json_feed import json_feed
from articles.search.views import search
from articles.signoff.views import sign_off

app_name = "articles"

# The two formats of a feed
ATOM = {"write": feeds.atom_feed}
JSON = {"write": json_feed}

urlpatterns = [
    path("", views.front, name="front"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("search/", search, name="search"),
    path("articles/<slug:slug>/preview/", views.preview, name="preview"),
    path("authors/<slug:slug>/", views.author, name="author"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("topics/", views.topics, name="topics"),
    path("authors/", views.authors, name="authors"),
    path("series/<slug:slug>/", views.series, name="series"),
    path("follow/", views.follow, name="follow"),
    path("archive/", views.archive, name="archive"),
    re_path(r"^archive/(?P<year>[0-9]{4})/$", views.archive_period, name="archive_year"),
    re_path(
        r"^archive/(?P<year>[0-9]{4})/(?P<month>0[1-9]|1[0-2])/$",
        views.archive_period,
        name="archive_month",
    ),
    path("corrections/", views.corrections, name="corrections"),
    path("articles/<slug:slug>/card-<slug:digest>.png", views.card, name="card"),
    path("feed/", feeds.site_feed, ATOM, name="feed"),
    path("feed.json", feeds.site_feed, JSON, name="json_feed"),
    path("topics/<slug:slug>/feed/", feeds.topic_feed, ATOM, name="topic_feed"),
    path("topics/<slug:slug>/feed.json", feeds.topic_feed, JSON, name="topic_json_feed"),
    path("authors/<slug:slug>/feed/", feeds.author_feed, ATOM, name="author_feed"),
    path("authors/<slug:slug>/feed.json", feeds.author_feed, JSON, name="author_json_feed"),
    path("series/<slug:slug>/feed/", feeds.series_feed, ATOM, name="series_feed"),
    path("series/<slug:slug>/feed.json", feeds.series_feed, JSON, name="series_json_feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-entrances.xml", sitemaps.entrances, name="sitemap_entrances"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemaps.file, name="sitemap_file"),
    path("renditions/<int:width>/<path:name>.webp", views.rendition_file, name="rendition"),
    path(
        "renditions/<int:width>/<path:name>.avif",
        views.rendition_file,
        {"kind": "avif"},
        name="rendition_avif",
    ),
    path("renditions/shared/<int:x>-<int:y>/<path:name>.jpg", views.shared_file, name="shared"),
    path("renditions/mail/<path:copy>", views.mail_picture, name="mail_picture"),
    path("saved/", views.saved, name="saved"),
    path("oembed", embedding.oembed, name="oembed"),
    path("embed/<slug:slug>/", embedding.embedded_card, name="embed"),
    path("sign-off/<str:token>/", sign_off, name="sign_off"),
    # Last: any other single word.
    path("<slug:slug>/", views.page, name="page"),
]
