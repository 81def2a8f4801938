"""What the article page shows of comments."""

from django import template

register = template.Library()


@register.simple_tag
def comments_section(article):
    return ""


@register.simple_tag
def comment_count(article):
    return 0
