from django.urls import path

from comments.moderating import mail_views
from comments.reading import feeds
from comments.writers import privacy_views, report_views
from comments.writers import views as writer_views
from comments.writing import views

app_name = "comments"

urlpatterns = [
    path("articles/<slug:slug>/comments/", views.post, name="post"),
    path("articles/<slug:slug>/comments/feed/", feeds.thread_feed, name="feed"),
    path("articles/<slug:slug>/comments/<int:pk>/", views.permalink, name="permalink"),
    path("articles/<slug:slug>/comments/<int:pk>/reply/", views.reply, name="reply"),
    path("articles/<slug:slug>/comments/<int:pk>/report/", report_views.report, name="report"),
    path("articles/<slug:slug>/comments/reported/", report_views.reported, name="reported"),
    path("comments/moderate/<str:token>/", mail_views.moderate, name="moderate"),
    path("comments/yours/", privacy_views.yours, name="yours"),
    path("comments/yours/sent/", privacy_views.yours_sent, name="yours_sent"),
    path("comments/yours/<str:token>/", privacy_views.your_data, name="your_data"),
    path("comments/yours/<str:token>/json/", privacy_views.your_data_file, name="your_data_file"),
    path("comments/verify/<str:token>/", writer_views.verify, name="verify"),
    path("comments/mute/<str:token>/", writer_views.mute, name="mute"),
    path("comments/<str:token>/", writer_views.awaiting, name="awaiting"),
    path("comments/<str:token>/edit/", writer_views.edit, name="edit"),
    path("comments/<str:token>/withdraw/", writer_views.withdraw, name="withdraw"),
]
