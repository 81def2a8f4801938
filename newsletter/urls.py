from django.urls import path

from newsletter import archive, preferences, views

app_name = "newsletter"

urlpatterns = [
    path("", views.signup, name="signup"),
    path("archive/", archive.archive, name="archive"),
    path("archive/feed.atom", archive.feed, name="archive_feed"),
    path("archive/<int:pk>/", archive.archived_issue, name="archived_issue"),
    path("sent/", views.sent, name="sent"),
    path("yours/", preferences.yours, name="yours"),
    path("yours/sent/", preferences.yours_sent, name="yours_sent"),
    path("yours/<str:token>/", preferences.your_data, name="your_data"),
    path("yours/<str:token>/data.json", preferences.your_data_file, name="your_data_file"),
    path("preferences/<str:token>/", preferences.preferences, name="preferences"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("reports/<str:token>/", views.report, name="report"),
    path("one-click/<str:token>/", views.one_click, name="one_click"),
]
