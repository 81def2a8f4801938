"""The signup box for any page."""

from typing import Any

from django import template
from django.template.context import Context

from newsletter.forms import SignupForm

register = template.Library()


@register.inclusion_tag("newsletter/_signup_box.html", takes_context=True)
def signup_box(context: Context) -> dict[str, Any]:
    """`{% load newsletter %}{% signup_box %}`: works without JavaScript, cookie or session."""
    return {
        "form": SignupForm(request=context.get("request")),
        "site_name": context.get("site_name"),
    }
