"""The banner on each page of the admin of an installation that may be a copy."""

from typing import Any

from django import template
from django.template.context import RequestContext

from config.web.mail import hold

register = template.Library()


@register.inclusion_tag("admin/_mail_hold.html", takes_context=True)
def mail_hold_banner(context: RequestContext) -> dict[str, Any]:
    """Shows to those who are logged in that no mail goes out, and to administrators the button."""
    if not context.get("has_permission"):
        return {"is_held": False}
    return {"is_held": hold.is_held_lately(), "may_release": context["request"].user.is_superuser}
