"""A mail server (aiosmtpd) in a thread of the tests."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from tests.ports import own_port


@contextmanager
def mail_server(handler: object, **options: object) -> Iterator[int]:
    """The port of a server that gives its mails to the handler."""
    with own_port() as port:
        # Its own five seconds are too few for a busy machine.
        server = Controller(
            handler, hostname="127.0.0.1", port=port, ready_timeout=300.0, **options
        )
        server.start()
        try:
            yield port
        finally:
            server.stop()
