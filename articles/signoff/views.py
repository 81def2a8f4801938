"""The page behind a link for an expert: one revision as readers would see it, remarks, sign-off."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from articles.models import Article, ExpertLink
from articles.models.content import show
from articles.signoff.forms import RemarkForm, SignOffForm
from articles.signoff.links import link_behind
from articles.signoff.passages import passages_of, place
from articles.views import article_context
from config.web.database.keys import may_be_key
from config.web.requests import throttle
from config.web.requests.same_origin import is_same_origin
from config.web.requests.signed_links import behind_a_link

PER_LINK = throttle.Limit("articles.sign_off", times=60, period=timedelta(hours=1))
_TOO_MANY = ngettext_lazy(
    "Too much was sent through this link. Send again in %(minutes)s minute.",
    "Too much was sent through this link. Send again in %(minutes)s minutes.",
    "minutes",
)


@behind_a_link("articles/signoff")
def sign_off(request: HttpRequest, token: str) -> HttpResponse:
    page = _Page(link_behind(token))
    if request.method != "POST":
        return page.answer(request)
    # Without this header a browser cannot say more: the page forbids it to send its address.
    if "Sec-Fetch-Site" in request.headers and not is_same_origin(request):
        raise PermissionDenied
    if not page.link.takes_remarks:
        return page.answer(request, status=409)
    if "take_back" in request.POST:
        pk = request.POST["take_back"]
        if may_be_key(pk):
            page.link.remarks.open().filter(pk=int(pk)).delete()
        return _back(request, "id_remarks")
    form = page.bind(request.POST)
    if not form.is_valid():
        return page.answer(request, status=422)
    if not PER_LINK.allows(str(page.link.pk)):
        return page.refuse(request)
    if isinstance(form, SignOffForm):
        if not form.sign():
            form.add_error(None, _("The article was signed off through this link in the meantime."))
            return page.answer(request, status=409)
        return _back(request, "id_sign-off")
    return _back(request, f"id_remark-{form.save().pk}")


class _Page:
    """The page of one link, with its forms."""

    def __init__(self, link: ExpertLink) -> None:
        self.link = link
        # Drafts and withdrawn articles, too: the link is the right to see them.
        self.article = Article.objects.for_page().get(pk=link.article_id)
        show(self.article, link.revision.content)
        self.passages = passages_of(self.article.body_html)
        self.remark_form: RemarkForm | None = None
        self.sign_off_form: SignOffForm | None = None

    def bind(self, data: Any) -> RemarkForm | SignOffForm:
        """The form that was sent, with what was typed."""
        if "sign_off" in data:
            self.sign_off_form = SignOffForm(data, link=self.link)
            return self.sign_off_form
        self.remark_form = RemarkForm(data, link=self.link, passages=self.passages)
        return self.remark_form

    def answer(self, request: HttpRequest, *, status: int = 200) -> HttpResponse:
        context = article_context(self.article) | {
            "is_preview": True,
            "link": self.link,
            "passages": self.passages,
            "other_remarks": place(self.link.remarks.all(), self.passages),
        }
        if self.link.takes_remarks:
            at = request.GET.get("at", "")
            form = self.remark_form or RemarkForm(link=self.link, passages=self.passages, at=at)
            context |= {
                "remark_form": form,
                "sign_off_form": self.sign_off_form or SignOffForm(link=self.link),
            }
        return render(request, "articles/signoff/page.html", context, status=status)

    def refuse(self, request: HttpRequest) -> HttpResponse:
        """429 with what was typed."""
        form: Any = self.remark_form or self.sign_off_form

        def page(request: HttpRequest, form: Any, *, status: int) -> HttpResponse:
            return self.answer(request, status=status)

        return throttle.too_many(page, request, form, PER_LINK, _TOO_MANY)


def _back(request: HttpRequest, place_on_page: str) -> HttpResponse:
    return HttpResponseRedirect(f"{request.path}#{place_on_page}", status=303)
