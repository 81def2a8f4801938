from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from config.web.cache.cache_tags import cached_until
from config.web.requests.client_address import client_network
from config.web.requests.same_origin import same_origin_required
from config.web.requests.signed_links import BadLink, ExpiredLink
from config.web.requests.throttle import Limit
from newsletter import links
from newsletter.forms import SignupForm
from newsletter.models import Subscriber

# A school or an office shares one network; nobody else fills in this many.
NETWORK_LIMIT = Limit("signup-network", 20, timedelta(minutes=10))

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@same_origin_required
@cached_until()
def signup(request: HttpRequest) -> HttpResponse:
    """The signup page; POST asks for a mail and answers the same whatever is known of the address."""
    form = SignupForm(request.POST if request.method == "POST" else None, request=request)
    if request.method != "POST":
        return render(request, "newsletter/signup.html", {"form": form})
    if not form.is_valid():
        return render(request, "newsletter/signup.html", {"form": form}, status=422)
    if not NETWORK_LIMIT.allows(client_network(request)):
        return too_many(request, form, NETWORK_LIMIT)
    form.save()
    response = redirect("newsletter:sent")
    response.status_code = 303  # the browser goes on with a GET
    return response


def too_many(request: HttpRequest, form: SignupForm, limit: Limit) -> HttpResponse:
    wait = limit.retry_after()
    minutes = -(-wait // 60)
    text = ngettext(
        "Too many addresses came from your network. Please send again in %(minutes)s minute.",
        "Too many addresses came from your network. Please send again in %(minutes)s minutes.",
        minutes,
    )
    form.add_error(None, text % {"minutes": minutes})
    response = render(request, "newsletter/signup.html", {"form": form}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


@require_safe
@cached_until()
def sent(request: HttpRequest) -> HttpResponse:
    response = render(request, "newsletter/sent.html")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def link_of_a_mail(view: Callable[[HttpRequest, str], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page whose URL is a right of its own: kept by nobody, told to nobody, kind when the link is no good.

    Programs that check mails open every link, so a GET only shows a button. The POST needs no proof of origin: who has
    the link may do what it is for.
    """

    @get_or_post
    @never_cache
    @csrf_exempt
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except (ExpiredLink, Subscriber.DoesNotExist):  # erased in this very moment
            response = render(request, "newsletter/link_expired.html", status=410)
        except BadLink:
            response = render(request, "newsletter/link_unknown.html", status=404)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return page


@link_of_a_mail
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    subscriber = links.subscriber_to_confirm(token)
    changed = request.method == "POST" and subscriber.confirm()
    if not subscriber.is_confirmed:
        if request.method == "POST":  # unsubscribed or asked again in this very moment
            raise ExpiredLink
        return render(request, "newsletter/confirm.html", {"subscriber": subscriber})
    context = {
        "changed": changed,
        "subscriber": subscriber,
        "unsubscribe_url": links.unsubscribe_url(subscriber),
    }
    return render(request, "newsletter/confirmed.html", context)


@link_of_a_mail
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    subscriber = links.subscriber_to_unsubscribe(token)
    if subscriber is None or not subscriber.may_leave:
        return render(request, "newsletter/unsubscribed.html", {"changed": False})
    if request.method != "POST":
        context = {"subscriber": subscriber, "action": links.unsubscribe_url(subscriber)}
        return render(request, "newsletter/unsubscribe.html", context)
    return render(request, "newsletter/unsubscribed.html", {"changed": subscriber.unsubscribe()})


@link_of_a_mail
def one_click(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: a mail program's POST, with no cookie and any body, is answered 200 each time and not redirected."""
    if request.method != "POST":
        return unsubscribe(request, token)
    subscriber = links.subscriber_to_unsubscribe(token)
    if subscriber is not None:
        subscriber.unsubscribe()
    return HttpResponse(_("You are unsubscribed.") + "\n", content_type="text/plain; charset=utf-8")
