from django.urls import path

from comments import views

app_name = "comments"

urlpatterns = [
    path("articles/<slug:slug>/comments/", views.post, name="post"),
    path("articles/<slug:slug>/comments/<int:pk>/", views.permalink, name="permalink"),
    path("comments/<str:token>/", views.awaiting, name="awaiting"),
]
