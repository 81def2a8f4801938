"""Addresses of before comments and newsletter had one page; mails of that time lead there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from config.web.requests.signed_links import behind_a_link, read_token
from config.your_data.models import LINK_FOR


def former_urls() -> list[URLPattern]:
    ask = RedirectView.as_view(pattern_name="your_data:ask", permanent=True)
    return [
        path("comments/yours/", ask, name="former_ask"),
        path("comments/yours/sent/", ask, name="former_ask"),
        path("newsletter/yours/", ask, name="former_ask"),
        path("newsletter/yours/sent/", ask, name="former_ask"),
        path("comments/yours/<str:token>/", of_comments, name="former_page"),
        path("comments/yours/<str:token>/json/", of_comments, name="former_page"),
        path("newsletter/yours/<str:token>/", of_newsletter, name="former_page"),
        path("newsletter/yours/<str:token>/data.json", of_newsletter, name="former_page"),
    ]


@behind_a_link("your_data")
def of_comments(request: HttpRequest, token: str) -> HttpResponse:
    read_token("comments.data", token, max_age=LINK_FOR)
    return redirect("your_data:page", token)


@behind_a_link("your_data")
def of_newsletter(request: HttpRequest, token: str) -> HttpResponse:
    read_token("newsletter.data", token, max_age=LINK_FOR)
    return redirect("your_data:page", token)
