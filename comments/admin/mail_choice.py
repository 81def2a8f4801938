"""The page on which a moderator chooses how often waiting comments come by mail."""

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from comments.models import ModeratorMail
from comments.moderating.moderators import MODERATE, require


class MailForm(forms.Form):
    frequency = forms.ChoiceField(
        label=gettext_lazy("Emails about pending comments"),
        choices=ModeratorMail.Frequency.choices,
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Show and save the choice of the moderator who is logged in."""
    moderator = require(request, MODERATE)
    own = ModeratorMail.objects.filter(user=moderator).first() or ModeratorMail(user=moderator)
    sent = request.POST if request.method == "POST" else None
    form = MailForm(sent, initial={"frequency": own.frequency})
    if form.is_valid():
        ModeratorMail.of(moderator).choose(form.cleaned_data["frequency"])
        messages.success(request, _("Saved."))
        return redirect("admin:comments_mail")
    title = {"title": _("Your emails about comments")}
    context = {**admin.site.each_context(request), **title, "form": form}
    return TemplateResponse(request, "admin/comments/mail.html", context)
