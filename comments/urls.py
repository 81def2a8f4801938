from django.urls import path

from comments import mail_views, views, writer_views

app_name = "comments"

urlpatterns = [
    path("articles/<slug:slug>/comments/", views.post, name="post"),
    path("articles/<slug:slug>/comments/<int:pk>/", views.permalink, name="permalink"),
    path("comments/moderate/<str:token>/", mail_views.moderate, name="moderate"),
    path("comments/<str:token>/", writer_views.awaiting, name="awaiting"),
]
