"""The entrance of the JSON API and its description (OpenAPI 3.1)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from config.web.api import answer, api_view
from config.web.site import absolute_url, public_url

_ROOT = Path(settings.BASE_DIR)
# What each part says of itself: paths, schemas, parameters, answers.
_PARTS = ("config/api/openapi.json", "articles/api/openapi.json", "comments/api/openapi.json")


@api_view
def entrance(request: HttpRequest) -> HttpResponse:
    """Where everything begins."""
    fields = {
        "name": settings.SITE_NAME,
        "url": absolute_url("/"),
        "description_url": public_url("api:description"),
        "articles_url": public_url("api:articles"),
        "topics_url": public_url("api:topics"),
        "series_url": public_url("api:all_series"),
        "authors_url": public_url("api:authors"),
    }
    return answer(fields)


@api_view
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI file, put together from those of the apps."""
    return answer(openapi() | {"servers": [{"url": absolute_url("/")[:-1]}]})


@api_view
def nothing(request: HttpRequest) -> HttpResponse:
    """Any other address of the API gets an error as the API has them."""
    raise Http404


@cache
def openapi() -> dict[str, Any]:
    """The description of all parts. Raises ValueError when two say something of the same name."""
    whole: dict[str, Any] = {}
    for name in _PARTS:
        _add(whole, json.loads((_ROOT / name).read_text(encoding="utf-8")), name)
    return whole


def _add(whole: dict[str, Any], part: dict[str, Any], name: str) -> None:
    for key, value in part.items():
        if key not in whole:
            whole[key] = value
        elif key in {"paths", "components", "schemas", "parameters", "responses"}:
            _add(whole[key], value, name)
        else:
            raise ValueError(f"{name}: {key} is described twice.")
