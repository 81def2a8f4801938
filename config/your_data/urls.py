from django.urls import path

from config.your_data import views

app_name = "your_data"

urlpatterns = [
    path("", views.ask, name="ask"),
    path("sent/", views.sent, name="sent"),
    path("<str:token>/", views.page, name="page"),
    path("<str:token>/data.json", views.file, name="file"),
]
