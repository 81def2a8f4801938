"""What the tests of issues share."""

from collections import Counter

from newsletter.models import Delivery
from newsletter.sending.sender import Sender


def work(turns: int = 20) -> None:
    """Let a sender of its own send what can be sent now."""
    sender = Sender()
    for _turn in range(turns):
        sender.turn()
        if not sender._lines:
            break
        for thread in sender._lines:
            thread.join(60)


def statuses() -> Counter:
    return Counter(Delivery.objects.values_list("status", flat=True))
