from django.urls import path

from comments.moderating import mail_views
from comments.reading import feeds
from comments.writers import mail_consent, managing, reporting
from comments.writing import views

app_name = "comments"

urlpatterns = [
    path("articles/<slug:slug>/comments/", views.post, name="post"),
    path("articles/<slug:slug>/comments/own/", managing.own, name="own"),
    path("articles/<slug:slug>/comments/feed/", feeds.thread_feed, name="feed"),
    path("articles/<slug:slug>/comments/<int:pk>/", views.permalink, name="permalink"),
    path("articles/<slug:slug>/comments/<int:pk>/reply/", views.reply, name="reply"),
    path("articles/<slug:slug>/comments/<int:pk>/report/", reporting.report, name="report"),
    path("articles/<slug:slug>/comments/reported/", reporting.reported, name="reported"),
    path("comments/moderate/<str:token>/", mail_views.moderate, name="moderate"),
    path("comments/verify/<str:token>/", mail_consent.verify, name="verify"),
    path("comments/mute/<str:token>/", mail_consent.mute, name="mute"),
    path("comments/<str:token>/", managing.awaiting, name="awaiting"),
    path("comments/<str:token>/edit/", managing.edit, name="edit"),
    path("comments/<str:token>/withdraw/", managing.withdraw, name="withdraw"),
]
