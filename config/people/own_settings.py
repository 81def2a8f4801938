"""A person's own settings: name, language of the desk, mails; and links to password and factors."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from config.people import desk
from config.people.models import Profile
from config.people.roles import names_of, roles_of
from config.people.two_factor.devices import has_second_factor
from config.web.mail.wanted_mail import MailKind, choose_mail, wanted_kinds
from config.web.text.fields import LineInput

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class OwnSettingsForm(forms.Form):
    first_name = LineInput(label=gettext_lazy("First name"), max_length=150, required=False)
    last_name = LineInput(label=gettext_lazy("Last name"), max_length=150, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the desk"),
        required=False,
        choices=[
            ("", gettext_lazy("The site's language")),
            *cast("Any", Profile._meta.get_field("language").choices),
        ],
    )
    mails = forms.MultipleChoiceField(
        label=gettext_lazy("Email me when"),
        required=False,
        choices=MailKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, user: "User") -> None:
        profile = Profile.objects.filter(user=user).first()
        now = {
            "first_name": user.first_name,
            "last_name": user.last_name,
            "language": profile.language if profile else "",
            "mails": sorted(wanted_kinds(user)),
        }
        super().__init__(data, initial=now)
        self.user = user

    def save(self) -> None:
        self.user.first_name = self.cleaned_data["first_name"]
        self.user.last_name = self.cleaned_data["last_name"]
        self.user.save(update_fields=["first_name", "last_name"])
        language = {"language": self.cleaned_data["language"]}
        Profile.objects.update_or_create(user=self.user, defaults=language)
        choose_mail(self.user, self.cleaned_data["mails"])


@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: HttpRequest) -> HttpResponse:
    """Show and save the settings of the person who is logged in."""
    user = cast("User", request.user)
    form = OwnSettingsForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        form.save()
        language = form.cleaned_data["language"]
        desk.use_language(request, language)
        with translation.override(language or None):
            messages.success(request, _("Your settings are saved."))
        return redirect("admin:own_settings")
    context = {
        **admin.site.each_context(request),
        "title": _("Your settings"),
        "form": form,
        "roles": names_of(roles_of(user)),
        "has_second_factor": has_second_factor(user),
    }
    return TemplateResponse(
        request, "admin/people/own_settings.html", context, status=422 if form.errors else 200
    )
