"""Asks the JSON API, and holds each answer against its description (config/api/views.py)."""

import copy
import json
import re

from jsonschema import Draft202012Validator

from config.api.views import openapi


def _strict(node):
    """The same schema, which refuses fields that are not described: clients may meet new ones, tests may not."""
    if isinstance(node, dict):
        found = {key: _strict(value) for key, value in node.items()}
        closed = {"additionalProperties": False} if node.get("type") == "object" else {}
        return found | (closed if "properties" in node else {})
    return [_strict(value) for value in node] if isinstance(node, list) else node


DESCRIBED = _strict(copy.deepcopy(openapi()))


def ask(client, address, *, status=200, method="get", **headers):
    """The answer, after a look whether the description allows it."""
    response = getattr(client, method)(address, headers=headers)
    assert response.status_code == status, response.text
    if method == "get":
        hold_against_description(address, status, response.headers, response.text)
    return response


def fields(client, address, **how):
    return json.loads(ask(client, address, **how).text)


def hold_against_description(address, status, headers, text):
    path = address.removeprefix("http://testserver").partition("?")[0]
    [answers] = [
        described["get"]["responses"]
        for template, described in DESCRIBED["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", re.escape(template).replace(r"\{", "{").replace(r"\}", "}")), path)
    ]  # fmt: skip
    answer = _resolved(answers[str(status)])
    kind = headers.get("Content-Type", "")
    if "content" not in answer or kind.startswith("text/xml"):
        return
    schema = {"components": DESCRIBED["components"], **answer["content"][kind]["schema"]}
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert not [error.message for error in validator.iter_errors(json.loads(text))]


def _resolved(node):
    if "$ref" not in node:
        return node
    found = DESCRIBED
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found
