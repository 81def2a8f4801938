"""Templates that were folded write what they would write as they stand."""

import pytest
from django.template import Context, Engine, engines
from django.template.base import TextNode
from django.test import RequestFactory
from django.utils import translation

from config.web.template_parts import FoldedNode, Loader, fold

LIBRARIES = {"i18n": "django.templatetags.i18n", "static": "django.templatetags.static"}
TEMPLATE = """{% load i18n static %}{# no words #}
<link href="{% static 'css/base.css' %}"> <a href="{% url 'articles:archive' %}">{% translate "All articles" %}</a>
<a href="{% url 'articles:page' 'privacy' %}">{% translate "Published" context "before a date" %}</a>
{% blocktranslate trimmed %}Related
  articles{% endblocktranslate %}
{% if given %}{% translate "Topics" %} 100 %: {{ given }}{% else %}{% comment %}nothing{% endcomment %}{% endif %}
{% for one in many %}<li>{% translate "Topics" %} {{ one }}{% empty %}{% translate "Authors" %}{% endfor %}
{% translate "Topics" as topics %}{{ topics }} {% url 'articles:front' as front %}{{ front }} {% translate given %}
{% blocktranslate with n=given %}{{ n }} min read{% endblocktranslate %}
{% static given %} {% url 'articles:article' given %} {% translate "topics"|upper %}"""


@pytest.fixture
def folded():
    return _engine().from_string(TEMPLATE)


def _engine():
    return Engine(libraries=LIBRARIES, debug=False)


@pytest.mark.parametrize("given", ["", "sleep"])
@pytest.mark.parametrize("many", [[], [1, 2]])
def test_text_is_the_same_in_each_language(folded, given, many):
    plain = _engine().from_string(TEMPLATE)
    fold(folded.nodelist)
    words = {"given": given or "nap", "many": many} | ({} if given else {"given": "nap"})

    for language in ("en", "de", "fr", "en"):
        with translation.override(language):
            assert folded.render(Context(words)) == plain.render(Context(words))


def test_constant_neighbours_are_one_node(folded):
    fold(folded.nodelist)

    assert isinstance(folded.nodelist[0], FoldedNode)
    assert not any(
        isinstance(one, TextNode) and isinstance(other, TextNode)
        for one, other in zip(folded.nodelist, folded.nodelist[1:], strict=False)
    )
    assert sum(isinstance(node, FoldedNode) for node in folded.nodelist) >= 1


def test_text_is_escaped_as_its_place_wants_it():
    text = "{% load i18n %}{% translate \"Say 'no' & 'yes'\" %}!"
    template = _engine().from_string(text)
    fold(template.nodelist)

    for autoescape in (True, False, True):
        context = Context(autoescape=autoescape)
        assert template.render(context) == _engine().from_string(text).render(context)


def test_address_of_the_desk_is_asked_for_each_time():
    template = _engine().from_string("{% url 'admin:index' %} {% url 'articles:front' %}")

    fold(template.nodelist)

    assert [type(node).__name__ for node in template.nodelist] == ["URLNode", "FoldedNode"]


def test_pages_of_the_site_are_folded_and_those_under_construction_are_not():
    [loader] = engines["django"].engine.template_loaders
    assert isinstance(loader, Loader)
    assert any(isinstance(node, FoldedNode) for node in loader.get_template("base.html").nodelist)

    under_construction = Engine(
        dirs=engines["django"].engine.dirs,
        loaders=["config.web.template_parts.Loader"],
        libraries=engines["django"].engine.libraries,
        debug=True,
    )
    nodes = under_construction.get_template("base.html").nodelist
    assert not nodes.get_nodes_by_type(FoldedNode)


def test_block_of_a_child_stands_in_a_folded_parent(db):
    page = engines["django"].from_string(
        '{% extends "base.html" %}{% block content %}Here{% endblock %}'
    )

    html = page.render({}, RequestFactory().get("/"))

    assert "Here" in html
    assert html.count("</main>") == 1
