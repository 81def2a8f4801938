"""How to cite an article: `{{ article|apa }}`, `{{ article|mla }}`, `{{ article|bibtex }}`."""

from django import template

from articles.reading.citations import apa, bibtex, mla

register = template.Library()
register.filter("apa", apa)
register.filter("mla", mla)
register.filter("bibtex", bibtex)
