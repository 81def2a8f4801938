"""Addresses of before comments and newsletter had one page; mails of that time lead there."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from comments.models import Writer
from config.web.requests.signed_links import ExpiredLink, behind_a_link, read_token
from config.web.text.addresses import known_as
from config.your_data.models import LINK_FOR, DataRequest
from newsletter.models import Subscriber


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
    pk = read_token("comments.data", token, max_age=LINK_FOR)
    return _to_page(Writer.objects.filter(pk=pk).first())


@behind_a_link("your_data")
def of_newsletter(request: HttpRequest, token: str) -> HttpResponse:
    pk = read_token("newsletter.data", token, max_age=LINK_FOR)
    return _to_page(Subscriber.objects.filter(pk=pk).first())


def _to_page(owner: Writer | Subscriber | None) -> HttpResponse:
    if owner is None:  # erased
        raise ExpiredLink
    email = known_as(owner.email)
    opened = DataRequest.objects.filter(email=email, sent_at__isnull=False).first()
    opened = opened or DataRequest.objects.create(email=email)
    return HttpResponseRedirect(opened.make_path())
