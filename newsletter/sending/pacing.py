"""How fast mails may go out, counted in the database for all workers together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from config.web.requests.throttle import Limit

_PERIODS = {
    "second": (1, "NEWSLETTER_PER_SECOND"),
    "hour": (3600, "NEWSLETTER_PER_HOUR"),
    "day": (86400, "NEWSLETTER_PER_DAY"),
}


@dataclass(frozen=True)
class Room:
    """So many mails may be sent now. With none, the rest of the period in seconds."""

    mails: int
    wait: float = 0.0


def take_room(wanted: int) -> Room:
    """Reserve room for up to `wanted` mails in all periods that have a limit."""
    limits = _limits()
    taken: list[Limit] = []
    for limit in limits:
        got = limit.take("", wanted)
        if got < wanted:  # the shorter periods have given more
            for other in taken:
                other.give_back("", wanted - got)
        if not got:
            return Room(0, limit.retry_after())
        wanted = got
        taken.append(limit)
    return Room(wanted)


def give_back_room(number: int) -> None:
    """Give back room that no mail was found for."""
    for limit in _limits() if number > 0 else ():
        limit.give_back("", number)


def room_of_domain(email: str) -> Room:
    """Reserve room for one mail to the domain of an address."""
    times = settings.NEWSLETTER_PER_DOMAIN_HOUR
    if not times:
        return Room(1)
    limit = Limit("newsletter.domain", times, timedelta(hours=1))
    domain = email.rpartition("@")[2]
    return Room(limit.take(domain, 1), limit.retry_after())


def _limits() -> Sequence[Limit]:
    return [
        Limit(f"newsletter.{name}", getattr(settings, setting), timedelta(seconds=seconds))
        for name, (seconds, setting) in _PERIODS.items()
        if getattr(settings, setting)
    ]
