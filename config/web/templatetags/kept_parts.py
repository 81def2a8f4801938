"""Parts of templates that are the same on many pages."""

from typing import Any

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from config.web.cache.kept_values import kept

register = template.Library()


@register.tag("kept")
def kept_part(parser: Parser, token: Token) -> "KeptNode":
    """`{% kept "menu" here tags="topics articles" %} … {% endkept %}`: made once.

    `here` tells apart parts of the same name and may be left out. Nothing within may depend on the
    request in another way. `tags` are those of the rows that the part shows. A part without tags is
    written by its texts and the values of `here` alone; while DEBUG is on, it is made each time,
    because somebody may be changing the template.
    """
    _tag, name, *more = token.split_contents()
    nodes = parser.parse(["endkept"])
    parser.delete_first_token()
    *of, tags = more
    expressions = [parser.compile_filter(text) for text in of]
    return KeptNode(nodes, name.strip('"'), expressions, tags.removeprefix("tags=").strip('"'))


class KeptNode(template.Node):
    def __init__(
        self, nodelist: NodeList, name: str, of: list[FilterExpression], tags: str
    ) -> None:
        self.nodelist, self.name, self.of, self.tags = nodelist, name, of, tags.split()

    def render(self, context: Context) -> SafeString:
        if settings.DEBUG and not self.tags:
            return self.nodelist.render(context)
        of: Any = tuple(expression.resolve(context) for expression in self.of)
        return kept(self.name, lambda: self.nodelist.render(context), *self.tags, of=of)
