"""Pages around an issue: made from articles, previewed, and sent to oneself."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article
from newsletter.composing.digest import issue_from, make_digest
from newsletter.composing.test_mail import addresses_of, topics_of
from newsletter.composing.warnings import warnings_of
from newsletter.models import Issue, Subscriber
from newsletter.sending.body import Body, filled
from newsletter.sending.rendering import render_body
from newsletter.tasks import send_test

NEWEST = 30
_DARK = "@media (prefers-color-scheme: dark)"
# The page holds frames of this site; what is in them may load pictures, and runs nothing.
PAGE_CSP: dict[str, list[str]] = {
    **settings.SECURE_CSP,
    "style-src": [CSP.SELF, CSP.NONCE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "frame-src": [CSP.SELF],
}
MAIL_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, settings.SITE_URL],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": ["allow-same-origin"],  # else it could not load our pictures
}


def composing_urls(issues: "admin.ModelAdmin[Issue]") -> list[URLPattern]:
    """The addresses of these pages, for IssueAdmin."""
    guard = issues.admin_site.admin_view
    pages = Composing(issues)
    mail = xframe_options_sameorigin(guard(require_safe(pages.mail)))
    return [
        path("from-articles/", guard(pages.from_articles), name="newsletter_issue_from_articles"),
        path(
            "<int:pk>/preview/",
            csp_override(PAGE_CSP)(guard(require_safe(pages.preview))),
            name="newsletter_issue_preview",
        ),
        path(
            "<int:pk>/preview/mail/",
            csp_override(MAIL_CSP)(mail),
            name="newsletter_issue_preview_mail",
        ),
        path("<int:pk>/test/", guard(require_POST(pages.test)), name="newsletter_issue_test"),
    ]


class Composing:
    """The views, with the admin whose permissions they ask."""

    def __init__(self, issues: "admin.ModelAdmin[Issue]") -> None:
        self._issues = issues

    def from_articles(self, request: HttpRequest) -> HttpResponse:
        """Articles to tick. POST makes a draft of them, or of all that is new."""
        if not self._issues.has_add_permission(request):
            raise PermissionDenied
        newest = Article.objects.published().select_related("topic").newest_first()[:NEWEST]
        articles = list(newest.defer("body", "body_html", "plain_text"))
        if request.method == "POST":
            issue = self._make(request, articles)
            if issue is not None:
                page = reverse("admin:newsletter_issue_change", args=[issue.pk])
                return HttpResponseRedirect(page)
        title = gettext("New issue from articles")
        has_errors = request.method == "POST" and "digest" not in request.POST
        context = {"articles": articles, "title": title, "has_errors": has_errors}
        return self._page(request, "from_articles", context)

    def _make(self, request: Any, articles: list[Article]) -> Issue | None:
        """The draft, or None with a message."""
        if "digest" in request.POST:
            issue = make_digest(by=request.user)
            if issue is None:
                messages.info(
                    request, gettext("No articles have been published since the last digest.")
                )
            return issue
        chosen = set(request.POST.getlist("article"))
        ticked = [article for article in articles if str(article.pk) in chosen]
        if not ticked:
            messages.error(request, gettext("Choose at least one article."))
            return None
        block = "whole" if request.POST.get("block") == "whole" else "article"
        return issue_from(ticked, by=request.user, block=block)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Frames with the mail at two widths, light and dark; its text; and warnings."""
        issue = self._issue(request, pk)
        body, subscriber = self._body(request, issue)
        asked = request.GET.get("as", "").strip()
        context = {
            "title": gettext("Preview of “%(subject)s”") % {"subject": issue.subject},
            "issue": issue,
            "text": body.text,
            "warnings": warnings_of(issue, body),
            "widths": [360, 700],
            "is_dark": "dark" in request.GET,
            "may_choose": _may_see_subscribers(request),
            "asked": asked,
            "subscriber": subscriber,
            "would_get": subscriber
            and Issue.objects.is_for(issue.pk, subscriber.pk, timezone.now()),
            "query": request.GET.urlencode(),
        }
        return self._page(request, "preview", context)

    def mail(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The HTML of the mail alone, for a frame: ?dark shows it as on a dark screen."""
        body, _subscriber = self._body(request, self._issue(request, pk))
        media = "@media all" if "dark" in request.GET else "@media not all"
        return HttpResponse(body.html.replace(_DARK, media))

    def test(self, request: Any, pk: int) -> HttpResponse:
        """Send the issue to the address of the editor who asks."""
        issue = self._issue(request, pk)
        if not self._issues.has_change_permission(request):
            raise PermissionDenied
        if request.user.email:
            send_test.enqueue(issue.pk, request.user.pk)
            said = gettext("A test has been sent to %(address)s.") % {"address": request.user.email}
            messages.success(request, said)
        else:
            messages.error(request, gettext("Your account has no email address."))
        return HttpResponseRedirect(reverse("admin:newsletter_issue_preview", args=[pk]))

    def _issue(self, request: HttpRequest, pk: int) -> Issue:
        issue = Issue.objects.filter(pk=pk).first()
        if not self._issues.has_view_permission(request, issue):
            raise PermissionDenied
        if issue is None:
            raise Http404
        return issue

    def _body(self, request: HttpRequest, issue: Issue) -> tuple[Body, Subscriber | None]:
        """The mail of the subscriber whose address is ?as, else with links to the signup."""
        subscriber = None
        if _may_see_subscribers(request) and (asked := request.GET.get("as", "").strip()):
            subscriber = Subscriber.objects.with_address(asked).first()
        if issue.html:
            body = Body(html=issue.html, text=issue.text)
        else:
            body = render_body(issue, with_unpublished=True)
        values, chosen = addresses_of(subscriber), topics_of(subscriber)
        if subscriber is not None:
            # Without their signatures: a link that is pressed here would be that of a reader.
            values = {name: f"{url.rpartition(':')[0]}:…/" for name, url in values.items()}
        return filled(body, values, chosen=chosen), subscriber

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        context = {**self._issues.admin_site.each_context(request), "opts": Issue._meta, **context}
        return render(request, f"admin/newsletter/{name}.html", context)


def _may_see_subscribers(request: HttpRequest) -> bool:
    return request.user.has_perm("newsletter.view_subscriber")
