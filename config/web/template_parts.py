"""Parts of templates that are written once in each process.

A third of the nodes of a page are texts, translations of texts, and addresses of views and static
files: they depend on nothing but the language. When a template is loaded, neighbours of that kind
become one node, which keeps what they wrote. Templates need not know. What depends on rows is kept
where a template says so, by `{% kept %}`.
"""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.template import Engine, Node, Origin
from django.template.base import FilterExpression, NodeList, Template, TextNode, TokenType, Variable
from django.template.context import Context
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.loaders import base, cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from config.web.cache.kept_values import kept


class _Folding(base.Loader):
    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        template = super().get_template(template_name, skip)
        if not self.engine.debug:
            fold(template.nodelist)
        return template


class Loader(cached.Loader, _Folding):
    """Django's usual loaders, which keep folded templates. While DEBUG is on they fold none."""

    def __init__(self, engine: Engine) -> None:
        loaders = ("filesystem", "app_directories")
        super().__init__(engine, [f"django.template.loaders.{name}.Loader" for name in loaders])


class FoldedNode(TextNode):
    """Neighbours that write the same each time."""

    def __init__(self, nodes: list[Node]) -> None:
        super().__init__("")
        self.nodes = NodeList(nodes)
        self._written: dict[tuple[str | None, bool], SafeString] = {}

    def render_annotated(self, context: Context) -> SafeString:
        key = get_language(), context.autoescape
        written = self._written.get(key)
        if written is None:
            written = self._written[key] = self.nodes.render(context)
        return written

    render = render_annotated


class KeptNode(Node):
    """What stands between `{% kept %}` and `{% endkept %}`, see templatetags/kept_parts.py."""

    def __init__(
        self, nodelist: NodeList, name: str, of: list[FilterExpression], tags: str
    ) -> None:
        self.nodelist, self.name, self.of, self.tags = nodelist, name, of, tags.split()

    def render(self, context: Context) -> SafeString:
        if settings.DEBUG and not self.tags:
            return self.nodelist.render(context)
        of: Any = tuple(expression.resolve(context) for expression in self.of)
        return kept(self.name, lambda: self.nodelist.render(context), *self.tags, of=of)


def fold(nodes: NodeList) -> None:
    """Put one node in place of neighbours that write the same each time, here and further in."""
    folded: list[Node] = []
    for is_constant, some in groupby(nodes, key=_is_constant):
        run = list(some)
        if is_constant and not (len(run) == 1 and type(run[0]) is TextNode):
            folded.append(FoldedNode(run))
            continue
        folded += run
        for node in run:
            inner = [*vars(node).values()]
            if isinstance(node, IfNode):
                inner = [nodes for _condition, nodes in node.conditions_nodelists]
            for one in inner:
                if isinstance(one, NodeList):
                    fold(one)
    nodes[:] = folded


def _is_constant(node: Node) -> bool:
    match node:
        case TextNode() | LoadNode() | CommentNode():
            return True
        case TranslateNode():
            return not node.asvar and _are_texts(node.filter_expression, node.message_context)
        case BlockTranslateNode():
            is_bare = not (node.asvar or node.message_context or node.extra_context or node.plural)
            return is_bare and all(part.token_type == TokenType.TEXT for part in node.singular)
        case StaticNode():
            return type(node) is StaticNode and not node.varname and _are_texts(node.path)
        case URLNode():
            # The address of a page of the desk depends on which instance of the desk asks.
            is_of_desk = str(node.view_name.var).startswith("admin:")
            is_bare = not (node.asvar or node.kwargs or is_of_desk)
            return is_bare and _are_texts(node.view_name, *node.args)
    return False


def _are_texts(*expressions: FilterExpression | None) -> bool:
    """Whether all are texts in quotes, without filters."""
    for one in filter(None, expressions):
        text = one.var.literal if isinstance(one.var, Variable) else one.var
        if one.filters or not isinstance(text, str):
            return False
    return True
