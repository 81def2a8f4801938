from django.urls import path

from newsletter import archive, preferences, views
from newsletter.bounces.provider import provider_events

app_name = "newsletter"

urlpatterns = [
    path("", views.signup, name="signup"),
    path("archive/", archive.archive, name="archive"),
    path("archive/feed.atom", archive.feed, name="archive_feed"),
    path("archive/<int:pk>/", archive.archived_issue, name="archived_issue"),
    path("sent/", views.sent, name="sent"),
    path("preferences/<str:token>/", preferences.preferences, name="preferences"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("never/<str:token>/", views.never, name="never"),
    path("reports/<str:token>/", views.report, name="report"),
    path("provider/", provider_events, name="provider_events"),
    path("one-click/<str:token>/", views.one_click, name="one_click"),
]
