"""What readers choose: topics, how often, a pause, another address."""

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Topic
from config.web.requests.client_address import client_network
from config.web.requests.same_origin import tokenless_helper
from config.web.requests.signed_links import behind_a_link
from config.web.requests.throttle import Limit
from config.web.text.address_field import AddressField
from newsletter import links
from newsletter.forms import CONSENT_WORDING, TopicsField
from newsletter.models import Issue, Subscriber

PER_NETWORK = Limit("newsletter.move.network", times=10, period=timedelta(hours=1))
PAUSES = {"30": gettext_lazy("for 30 days"), "90": gettext_lazy("for 90 days")}
KEEP = "keep"


class ChoicesForm(forms.Form):
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"),
        widget=forms.RadioSelect,
    )
    topics = TopicsField(label=gettext_lazy("Topics"))
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
        often = self.fields["frequency"]
        often.choices = offered_frequencies(subscriber)  # type: ignore[attr-defined]
        choices = [("", _("no pause")), *PAUSES.items()]
        if until and is_paused:
            day = date_format(timezone.localtime(until), "DATE_FORMAT")
            choices.insert(1, (KEEP, _("until %(day)s") % {"day": day}))
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


def offered_frequencies(subscriber: Subscriber) -> list[tuple[str, Any]]:
    """What this publication sends, and what the subscriber has now: nobody shall wait in vain."""
    every, articles, weekly = Subscriber.Frequency
    offered = {every, subscriber.frequency}
    if settings.NEWSLETTER_EACH_ARTICLE != "off":
        offered.add(articles)
    # Editors may also make digests by hand.
    digests = Issue.objects.filter(kind=Issue.Kind.DIGEST)
    if settings.NEWSLETTER_DIGEST_DAY != "never" or digests.exists():
        offered.add(weekly)
    return [choice for choice in Subscriber.Frequency.choices if choice[0] in offered]


class AddressForm(forms.Form):
    email = AddressField(
        label=gettext_lazy("New email address"),
        error_messages={
            "required": gettext_lazy("Enter your email address, such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def __init__(self, subscriber: Subscriber, data: Any = None, *, page: str = "") -> None:
        super().__init__(data, auto_id="address_%s")
        self.subscriber, self.page = subscriber, page
        self.helper = tokenless_helper("email", Submit("move", _("Send link")))

    def save(self) -> None:
        """Ask the new address to confirm. This one stays subscribed until it does."""
        Subscriber.objects.request(
            self.cleaned_data["email"],
            wording=str(CONSENT_WORDING),
            page=self.page,
            replaces=self.subscriber,
        )


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
            address.add_error(None, _("Too many tries. Try again in an hour."))
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
        "never_url": links.never_url(subscriber),
    }
    status = 422 if form.is_bound and not done else 200
    return render(request, "newsletter/preferences.html", context, status=status)
