"""What a request shows about who sends a comment, beyond what was typed."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from comments.reading.own import remembered_comments
from comments.writing.badges import logged_in
from comments.writing.known_sender import confirmed_address
from config.web.requests.client_address import client_network

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# What comments.js draws; anything short could be guessed.
_ATTEMPT = re.compile(r"[0-9A-Za-z-]{20,64}", re.ASCII)


@dataclass(frozen=True)
class Sender:
    """`owned_address` is the one that the browser has confirmed by a mailed link, `remembered` the numbers of the
    comments that it sent before, `attempt` what its script drew for this form; each empty when there is none."""

    network: str = ""
    user: "User | None" = None
    owned_address: str = ""
    attempt: str = ""
    remembered: tuple[int, ...] = ()


NOBODY = Sender()


def sender_of(request: HttpRequest, *, attempt: str) -> Sender:
    return Sender(
        network=client_network(request),
        user=logged_in(request),
        owned_address=confirmed_address(request),
        attempt=attempt if _ATTEMPT.fullmatch(attempt) else "",
        remembered=tuple(remembered_comments(request)),
    )
