"""How the queue tells time."""

from django import template

from comments.moderating.queue.rows import ago

register = template.Library()
register.filter("ago", ago)
