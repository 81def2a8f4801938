"""Parts of templates that are the same on many pages."""

from django import template
from django.template.base import Parser, Token

from config.web.template_parts import KeptNode

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
