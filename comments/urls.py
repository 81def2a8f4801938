from django.urls import path

from comments import views, writer_views

app_name = "comments"

urlpatterns = [
    path("articles/<slug:slug>/comments/", views.post, name="post"),
    path("articles/<slug:slug>/comments/<int:pk>/", views.permalink, name="permalink"),
    path("comments/<str:token>/", writer_views.awaiting, name="awaiting"),
]
