"""What the apps keep of e-mail addresses: each app registers itself, one page shows all of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text


@dataclass(frozen=True)
class Keeper:
    """What one app keeps of an address. The functions take it in any spelling."""

    name: str  # in the file, and in the form that erases
    title: "Text"
    # Shows `data`, which `export` gives, and `links`.
    template: str
    keeps: Callable[[str], bool]
    export: Callable[[str], dict[str, Any]]
    links: Callable[[str], dict[str, str]]
    # Safe to run again after an error.
    erase: Callable[[str], None]
    # Whether the owner of the address asked never to be written to.
    forbids_mail: Callable[[str], bool] = lambda email: False


_keepers: dict[str, Keeper] = {}


def register(keeper: Keeper) -> None:
    """Call it from `AppConfig.ready`."""
    _keepers[keeper.name] = keeper


def keepers_of(email: str) -> list[Keeper]:
    """The apps that keep something of an address."""
    return [keeper for keeper in _keepers.values() if keeper.keeps(email)]


def mail_is_forbidden(email: str) -> bool:
    """Whether not even a link that is asked for may go to an address."""
    return any(keeper.forbids_mail(email) for keeper in _keepers.values())


def json_file(data: dict[str, Any], name: str) -> HttpResponse:
    """An export to download."""
    parameters = {"indent": 2, "ensure_ascii": False}
    response = JsonResponse(data, json_dumps_params=parameters)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def rename_in_admin_log(model: type[Model], pks: list[int]) -> None:
    """Take the names of rows out of the admin's log: an address, the first words of a comment."""
    entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))
    entries.filter(object_id__in=[str(pk) for pk in pks]).update(object_repr=_("(erased)"))
