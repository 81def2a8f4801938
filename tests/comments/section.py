"""The comments below an article, as a page shows them."""

from django.template import Context, Template


def section(article):
    template = "{% load comments %}{% comments_section article %}"
    return Template(template).render(Context({"article": article}))
