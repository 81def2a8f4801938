"""What readers choose: topics, how often, a pause, another address; and what is kept of them."""

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Topic
from config.web.cache.cache_tags import cached_until
from config.web.requests.bot_traps import BotTrapMixin
from config.web.requests.client_address import client_network
from config.web.requests.same_origin import same_origin_required, tokenless_helper
from config.web.requests.signed_links import behind_a_link
from config.web.requests.throttle import Limit, too_many
from config.web.text.address_field import AddressField
from newsletter import links
from newsletter.forms import CONSENT_WORDING
from newsletter.models import Subscriber
from newsletter.privacy import export
from newsletter.tasks import send_links
from newsletter.views import TOO_MANY

PER_NETWORK = Limit("newsletter.yours.network", times=10, period=timedelta(hours=1))
PAUSES = {"30": gettext_lazy("for 30 days"), "90": gettext_lazy("for 90 days")}
KEEP = "keep"


class ChoicesForm(forms.Form):
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Subscriber.Frequency.choices,
        widget=forms.RadioSelect,
    )
    topics = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Topics"),
        queryset=Topic.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Choose none to get all of them."),
    )
    pause = forms.ChoiceField(label=gettext_lazy("Pause"), required=False)

    def __init__(self, subscriber: Subscriber, data: Any = None) -> None:
        self.subscriber = subscriber
        until = subscriber.paused_until
        is_paused = until is not None and until > timezone.now()
        initial = {
            "frequency": subscriber.frequency,
            "topics": subscriber.topics.all(),
            "pause": KEEP if is_paused else "",
        }
        super().__init__(data, initial=initial)
        choices = [("", _("no pause")), *PAUSES.items()]
        if until and is_paused:
            day = date_format(timezone.localtime(until), "DATE_FORMAT")
            choices.insert(1, (KEEP, _("until %(day)s, as chosen") % {"day": day}))
        self.fields["pause"].choices = choices  # type: ignore[attr-defined]
        if not Topic.objects.exists():
            del self.fields["topics"]
        self.helper = tokenless_helper(*self.fields, Submit("choose", _("Save my choices")))

    def save(self) -> None:
        pause = self.cleaned_data["pause"]
        until = self.subscriber.paused_until if pause == KEEP else None
        if pause in PAUSES:
            until = timezone.now() + timedelta(days=int(pause))
        self.subscriber.choose(
            frequency=self.cleaned_data["frequency"],
            topics=self.cleaned_data.get("topics", []),
            paused_until=until,
        )


class AddressForm(forms.Form):
    email = AddressField(
        label=gettext_lazy("New e-mail address"),
        error_messages={
            "required": gettext_lazy("Write your e-mail address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def __init__(self, subscriber: Subscriber, data: Any = None, *, page: str = "") -> None:
        super().__init__(data, auto_id="address_%s")
        self.subscriber, self.page = subscriber, page
        self.helper = tokenless_helper("email", Submit("move", _("Send a link to this address")))

    def save(self) -> None:
        """Ask the new address to confirm. This one stays subscribed until it does."""
        Subscriber.objects.request(
            self.cleaned_data["email"],
            wording=str(CONSENT_WORDING),
            page=self.page,
            replaces=self.subscriber,
        )


class LinksForm(BotTrapMixin, forms.Form):
    email = AddressField(
        label=gettext_lazy("Your e-mail address"),
        error_messages={
            "required": gettext_lazy("Write your e-mail address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        traps = [name for name in self.fields if name != "email"]
        self.helper = tokenless_helper("email", *traps, Submit("", _("Send me the link")))


@behind_a_link("newsletter")
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Topics, frequency, pause and address of one subscription; GET changes nothing."""
    subscriber = links.subscriber_to_unsubscribe(token)
    if subscriber is None or not subscriber.is_confirmed:
        return render(request, "newsletter/unsubscribed.html", {"changed": False})
    sent = request.POST if request.method == "POST" else None
    is_move = sent is not None and "move" in sent
    choices = ChoicesForm(subscriber, None if is_move else sent)
    address = AddressForm(subscriber, sent if is_move else None, page="/newsletter/preferences/")
    form: Any = address if is_move else choices
    done = ""
    if sent is not None and form.is_valid():
        if is_move and not PER_NETWORK.allows(client_network(request)):
            address.add_error(None, _("Too many tries. Please come back in an hour."))
        else:
            form.save()
            done = "moved" if is_move else "saved"
            choices, address = ChoicesForm(subscriber), AddressForm(subscriber)
    context = {
        "subscriber": subscriber,
        "choices": choices,
        "address": address,
        "done": done,
        "unsubscribe_url": links.unsubscribe_url(subscriber),
    }
    status = 422 if form.is_bound and not done else 200
    return render(request, "newsletter/preferences.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin_required
@cached_until()
def yours(request: HttpRequest) -> HttpResponse:
    """Ask for a mail with links. A known and an unknown address get the same answer."""
    form = LinksForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _yours_page(request, form)
    if not form.is_valid():
        return _yours_page(request, form, status=422)
    if not PER_NETWORK.allows(client_network(request)):
        return too_many(_yours_page, request, form, PER_NETWORK, TOO_MANY)
    # Looked up by the worker: the time of this answer tells nobody who is subscribed.
    send_links.enqueue(form.cleaned_data["email"])
    return HttpResponseRedirect(reverse("newsletter:yours_sent"), status=303)


def _yours_page(request: HttpRequest, form: Any, *, status: int = 200) -> HttpResponse:
    return render(request, "newsletter/yours.html", {"form": form}, status=status)


@require_safe
@cached_until()
def yours_sent(request: HttpRequest) -> HttpResponse:
    """The page after the request: look for our mail."""
    response = render(request, "newsletter/yours_sent.html")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@behind_a_link("newsletter")
def your_data(request: HttpRequest, token: str) -> HttpResponse:
    """Show all that the newsletter keeps of an address. POST with `sure` erases it."""
    subscriber = links.subscriber_of_data(token)
    if request.method == "POST" and request.POST.get("sure") == "on":
        subscriber.delete()
        return render(request, "newsletter/erased.html")
    context = {
        "token": token,
        "data": export(subscriber),
        "is_unsure": request.method == "POST",
        "unsubscribe_url": links.unsubscribe_url(subscriber) if subscriber.may_leave else "",
    }
    return render(
        request, "newsletter/your_data.html", context, status=422 if context["is_unsure"] else 200
    )


@require_safe
@behind_a_link("newsletter")
def your_data_file(request: HttpRequest, token: str) -> HttpResponse:
    """The same data as a file of JSON."""
    response = JsonResponse(
        export(links.subscriber_of_data(token)), json_dumps_params={"indent": 2}
    )
    response.headers["Content-Disposition"] = 'attachment; filename="newsletter.json"'
    return response
