"""Reports of mail servers, read from a mailbox over IMAP."""

import imaplib
from collections.abc import Mapping
from typing import Any

from newsletter.bounces.reading import take_in

AT_ONCE = 200
SECONDS = 30


def read_mailbox(login: Mapping[str, Any]) -> int:
    """Take in unread mails and mark them as read. Returns how many reports were new.

    Two workers may read the same mail at once: a report counts once. Raises OSError and
    imaplib.IMAP4.error.
    """
    new = 0
    with imaplib.IMAP4_SSL(login["host"], login["port"], timeout=SECONDS) as mailbox:
        mailbox.login(login["user"], login["password"])
        mailbox.select(f'"{login["folder"]}"')
        _answer, [numbers] = mailbox.search(None, "UNSEEN")
        for number in numbers.split()[:AT_ONCE]:
            _answer, parts = mailbox.fetch(number, "(BODY.PEEK[])")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            new += take_in(raw)
            mailbox.store(number, "+FLAGS", "(\\Seen)")
    return new
