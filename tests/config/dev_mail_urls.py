"""The site's addresses with those of the mail viewer, which tests start without: they bring a database of their own."""

from django.urls import include, path

from config.urls import handler404, handler500, urlpatterns  # noqa: F401 - Django looks for the handlers here

urlpatterns = [path("dev/mail/", include("config.web.mail.dev_mail")), *urlpatterns]
