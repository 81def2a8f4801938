"""Experts without an account: links to an article, their remarks, and what they signed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Author, ExpertLink, Remark, SignOff
from articles.models.refusals import StepRefused
from articles.signoff.links import link_url
from config.web.database.keys import may_be_key
from config.web.text.address_field import AddressField

_SHOWN = 300
_STATES = {
    "open": _("open"),
    "signed": _("signed off"),
    "published": _("published since; read only"),
    "expired": _("expired"),
    "revoked": _("revoked"),
}


class LinkForm(forms.ModelForm):
    """Whom an editor asks, and how long the link is good."""

    email = AddressField(
        label=_("Email address"),
        required=False,
        max_length=254,
        help_text=_("The link is sent to this address. Leave empty to pass it on yourself."),
    )
    days = forms.IntegerField(label=_("Days until it expires"), min_value=1, max_value=365)

    class Meta:
        model = ExpertLink
        fields = ["name", "email", "kind"]
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_ask_%s", initial={"days": 30})

    def make(self, article: Article, *, by: Any) -> ExpertLink:
        fields = {name: self.cleaned_data[name] for name in self._meta.fields or []}
        expires_at = timezone.now() + timedelta(days=self.cleaned_data["days"])
        return ExpertLink.make(article, by=by, expires_at=expires_at, **fields)


class AcceptForm(forms.Form):
    """As whom readers see the expert, and whether they are told the interests.

    The template writes it, for many sign-offs with one look at the authors.
    """

    author = forms.ModelChoiceField(Author.objects.none(), required=False)
    shows_interests = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, sign_off: SignOff) -> None:
        super().__init__(data)
        choice: Any = self.fields["author"]
        choice.queryset = Author.objects.filter(name=sign_off.name)


class ExpertPages(admin.ModelAdmin):
    """A page beside an article's form: links for experts, sign-offs and remarks.

    Editors make links and decide sign-offs. Whoever may change the article resolves remarks.
    """

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.experts_view)
        return [
            path("<path:object_id>/experts/", view, name="articles_article_experts"),
            *super().get_urls(),
        ]

    def experts_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article: Any = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, article):
            raise PermissionDenied
        if article is None:
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[object_id]))
        form = LinkForm(request.POST if request.POST.get("_do") == "ask" else None)
        if request.method == "POST":
            try:
                if self._do(request, article, form):
                    return self._back(request, article)
            except StepRefused as problem:
                messages.error(request, str(problem))
                return self._back(request, article)
        return self._experts_page(request, article, form)

    @transaction.atomic
    def _do(self, request: Any, article: Article, form: LinkForm) -> bool:
        """What was pressed. False when the form of a new link has errors."""
        do, pk = request.POST.get("_do"), request.POST.get("pk", "")
        is_editors = do not in {"resolve", "reopen"}
        its_admin: Any = self
        may = its_admin.may_publish if is_editors else its_admin.has_change_permission
        if not may(request, article):
            raise PermissionDenied
        if do == "ask":
            if not form.is_valid():
                return False
            link = form.make(article, by=request.user)
            text = gettext("The link for %s is ready.") + (
                " " + gettext("It is sent by email.") if link.email else ""
            )
            messages.success(request, text % link.name)
            return True
        rows: Any = {
            "revoke": article.expert_links.all(),
            "resolve": Remark.objects.of(article),
            "reopen": Remark.objects.of(article),
            "accept": _sign_offs_of(article),
            "refuse": _sign_offs_of(article),
        }.get(do)
        row = rows.filter(pk=int(pk)).first() if rows is not None and may_be_key(pk) else None
        if row is None:
            raise Http404
        said = _STEPS[do](row, request)
        messages.add_message(request, *said)
        return True

    def _experts_page(self, request: Any, article: Article, form: LinkForm) -> HttpResponse:
        links = article.expert_links.with_publication()
        links = links.select_related("sign_off", "made_by", "revision").defer("revision__content")
        may_publish = self.may_publish(request, article)  # type: ignore[attr-defined]
        remarks = Remark.objects.of(article).select_related("link__sign_off", "resolved_by")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Experts for “%s”") % article,
            "opts": self.opts,
            "article": article,
            "form": form,
            "links": [(row, _STATES[row.state], link_url(row)) for row in links[:_SHOWN]],
            "sign_offs": _waiting_and_decided(article),
            "remarks": sorted(remarks[:_SHOWN], key=lambda row: row.resolved_at is not None),
            "may_publish": may_publish,
            "may_resolve": self.has_change_permission(request, article),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/articles/experts.html", context)

    def _back(self, request: HttpRequest, article: Article) -> HttpResponse:
        if "from_preview" in request.POST:
            return HttpResponseRedirect(reverse("articles:preview", args=[article.slug]))
        return HttpResponseRedirect(request.path)


def _sign_offs_of(article: Article) -> Any:
    rows = SignOff.objects.filter(link__article=article)
    return rows.select_related("link__revision", "decided_by", "author")


def _waiting_and_decided(article: Article) -> list[tuple[SignOff, list[Author], bool]]:
    """Each sign-off, the authors of its name, and whether the article has the signed text still."""
    sign_offs = list(_sign_offs_of(article)[:_SHOWN])
    content = article.edited_content() if sign_offs else {}
    known: dict[str, list[Author]] = {}
    for author in Author.objects.filter(name__in=[row.name for row in sign_offs]):
        known.setdefault(author.name, []).append(author)
    return [(row, known.get(row.name, []), row.is_of(content)) for row in sign_offs]


def _revoke(link: ExpertLink, request: Any) -> tuple[int, str]:
    link.revoke()
    return messages.SUCCESS, gettext("The link is revoked. Nobody can open it any more.")


def _resolve(remark: Remark, request: Any) -> tuple[int, str]:
    if remark.resolve(by=request.user):
        return messages.SUCCESS, gettext("The remark is resolved.")
    return messages.INFO, gettext("This remark was already resolved.")


def _reopen(remark: Remark, request: Any) -> tuple[int, str]:
    remark.reopen()
    return messages.SUCCESS, gettext("The remark is open again.")


def _accept(sign_off: SignOff, request: Any) -> tuple[int, str]:
    form = AcceptForm(request.POST, sign_off=sign_off)
    if not form.is_valid():
        raise StepRefused(gettext("Choose an author page from the list."))
    chosen = form.cleaned_data
    sign_off.accept(
        by=request.user, author=chosen["author"], show_interests=chosen["shows_interests"]
    )
    return messages.SUCCESS, gettext("The article now says “Reviewed by %s”.") % sign_off.name


def _refuse(sign_off: SignOff, request: Any) -> tuple[int, str]:
    sign_off.refuse(by=request.user)
    return messages.SUCCESS, gettext("The sign-off is refused. Readers do not see it.")


_STEPS: dict[str, Callable[[Any, Any], tuple[int, str]]] = {
    "revoke": _revoke,
    "resolve": _resolve,
    "reopen": _reopen,
    "accept": _accept,
    "refuse": _refuse,
}
