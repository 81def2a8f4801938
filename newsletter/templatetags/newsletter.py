"""The signup box, for any page."""

from typing import Any

from django import template
from django.template.context import Context

from config.web.cache.kept_values import blank_form
from newsletter.forms import SignupForm

register = template.Library()


@register.inclusion_tag("newsletter/_signup_box.html", takes_context=True)
def signup_box(context: Context) -> dict[str, Any]:
    """`{% load newsletter %}{% signup_box %}`: works without JavaScript, cookie or session."""
    request = context.get("request")
    return {
        "blank_form": blank_form(_form_on, page=request.path if request else ""),
        "site_name": context.get("site_name"),
    }


def _form_on(page: str) -> SignupForm:
    return SignupForm(request=None, initial={"page": page})
