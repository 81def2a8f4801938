"""The page on which a reader reports a public comment to the moderators (DSA Art. 16)."""

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from comments.models import Comment, DiscussionSettings, Report
from comments.plain_text import clean
from comments.writers.public_forms import TRAPS, too_many
from config.web.requests.bot_traps import BotTrapMixin
from config.web.requests.client_address import client_network
from config.web.requests.same_origin import same_origin_required, tokenless_helper
from config.web.requests.throttle import Limit
from config.web.text.fields import TextInput

REPORT_LENGTH = 500
# The whole site has no limit: it would refuse honest reports, and a network has one open report of
# a comment anyway.
PER_NETWORK = Limit("comments.report.network", times=10, period=timedelta(hours=1))


class ReportForm(BotTrapMixin, forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=Report.Reason.choices,
        error_messages={"required": gettext_lazy("Choose what is wrong with the comment.")},
        widget=forms.RadioSelect,
    )
    text = TextInput(
        label=gettext_lazy("What should the moderators know?"),
        required=False,
        max_length=REPORT_LENGTH,
        error_messages={"max_length": gettext_lazy("Shorten this to 500 characters.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, comment: Comment) -> None:
        super().__init__(data)
        self.comment = comment
        self.helper = tokenless_helper(
            "reason", "text", *TRAPS, Submit("", _("Report the comment"))
        )

    def clean_text(self) -> str:
        return clean(self.cleaned_data["text"], limit=REPORT_LENGTH)

    def save(self, *, network: str) -> None:
        """Keep the report, unless this network has an open one of the same comment."""
        fields = {name: self.cleaned_data[name] for name in ("reason", "text")}
        Report.objects.keep_once(comment=self.comment, network=network, **fields)


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_required
def report(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The form under the comment. A second report of the same network gets the same answer."""
    public = Comment.objects.approved().filter(article__in=Article.objects.published())
    comment = get_object_or_404(public.select_related("article"), article__slug=slug, pk=pk)
    form = ReportForm(request.POST if request.method == "POST" else None, comment=comment)
    if not form.is_bound:
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    network = client_network(request)
    if not PER_NETWORK.allows(network):
        return too_many(_page, request, form, PER_NETWORK)
    form.save(network=network)
    return HttpResponseRedirect(reverse("comments:reported", args=[slug]), status=303)


def _page(request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "comment": form.comment,
        "article": form.comment.article,
        "rules_html": DiscussionSettings.kept().rules_html,
    }
    return render(request, "comments/report.html", context, status=status)


@require_safe
def reported(request: HttpRequest, slug: str) -> HttpResponse:
    """Thanks. The page stays, also when the article is gone by now."""
    article = Article.objects.published().only("slug", "title").filter(slug=slug).first()
    return render(request, "comments/reported.html", {"article": article})
