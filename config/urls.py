"""The site's addresses. Each app names its own; what belongs to no app stands here."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from config import views
from config.your_data.former_links import former_urls

urlpatterns = [
    path("admin/", admin.site.urls),
    path("health/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("humans.txt", views.humans_txt, name="humans_txt"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("media/<path:path>", views.media, name="media"),
    path("api/v1/", include("config.api.urls")),
    path("yours/", include("config.your_data.urls")),
    *former_urls(),
    path("", include("comments.urls")),
    path("newsletter/", include("newsletter.urls")),
    # Last: its pages answer to any single word (/about/).
    path("", include("articles.urls")),
]
if settings.DEV_MAIL:
    urlpatterns.insert(0, path("dev/mail/", include("config.web.mail.dev_mail")))

handler400 = "config.views.bad_request"
handler403 = "config.views.not_allowed"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
