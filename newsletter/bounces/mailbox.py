"""Reports of mail servers, read from a mailbox over IMAP."""

import imaplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from newsletter.bounces.reading import LARGEST, take_in

AT_ONCE = 200
SECONDS = 30  # for each answer


def read_mailbox(login: Mapping[str, Any]) -> int:
    """Take in unread mails and mark them as read. Returns how many reports were new.

    A mail is marked when its report is in the database: what an error leaves is read the next time.
    Two workers may read the same mail at once: a report counts once. Raises OSError and
    imaplib.IMAP4.error.
    """
    new = 0
    with _connected(login) as mailbox:
        mailbox.login(login["user"], login["password"])
        mailbox.select(f'"{login["folder"]}"')
        numbers: Any = mailbox.search(None, "UNSEEN")[1][0] or b""
        for number in numbers.split()[:AT_ONCE]:
            _answer, parts = mailbox.fetch(number, f"(BODY.PEEK[]<0.{LARGEST}>)")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
            new += take_in(raw)
            mailbox.store(number, "+FLAGS", "(\\Seen)")
    return new


@contextmanager
def _connected(login: Mapping[str, Any]) -> Iterator[imaplib.IMAP4]:
    """A connection over TLS. Its certificate is checked, which imaplib would not do by itself."""
    context = ssl.create_default_context()
    place = login["host"], login["port"]
    if login["starttls"]:
        mailbox = imaplib.IMAP4(*place, timeout=SECONDS)
    else:
        mailbox = imaplib.IMAP4_SSL(*place, ssl_context=context, timeout=SECONDS)
    try:
        if login["starttls"]:
            mailbox.starttls(context)
        yield mailbox
        mailbox.logout()
    finally:
        with suppress(OSError):  # closed already
            mailbox.shutdown()
