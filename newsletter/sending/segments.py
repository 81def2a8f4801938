"""A mail encoded once: fixed pieces of bytes, and slots that are filled for each subscriber.

Encoding a mail for each subscriber takes milliseconds; filling slots takes microseconds.
"""

import re
from binascii import b2a_qp
from collections.abc import Iterator, Mapping
from email.policy import SMTP
from hashlib import sha256

from config.web.mail.headers import REGISTRY
from newsletter.sending.body import SLOTS, Body, slot

_QP_LINE = 75  # RFC 2045 6.7: 76 with the sign of a soft break
_DOT = re.compile(rb"^\.", re.MULTILINE)
_NAMES = {slot(name): name for name in SLOTS}
_MARK = re.compile("|".join(map(re.escape, _NAMES)))


class Segments:
    """`fill` gives the bytes that follow the SMTP command DATA, without the final dot.

    `headers` holds the text of each header, or None where it is a slot named like the header.
    """

    def __init__(self, headers: Mapping[str, str | None], body: Body) -> None:
        self._pieces: list[bytes] = [b""]  # a piece, and so in turn: slot, piece, slot, piece
        self._slots: list[str] = []
        for name, value in headers.items():
            if value is None:
                self._add(f"{name}: ".encode())
                self._add_slot(name)
                self._add(b"\r\n")
            else:
                self._add(REGISTRY(name, value).fold(policy=SMTP).encode("ascii"))
        self._add_parts(body)
        # Each piece begins a line, or follows a slot in a header: a dot there begins no line.
        self._pieces = [_DOT.sub(b"..", piece) for piece in self._pieces]

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The whole mail. `values` holds each slot: of headers as written, of the body as text."""
        filled = [self._pieces[0]]
        encoded = {name: in_body(values[name]) for name in SLOTS}
        for name, piece in zip(self._slots, self._pieces[1:], strict=True):
            filled.append(encoded.get(name) or values[name].encode("ascii"))
            filled.append(piece)
        return b"".join(filled)

    def _add(self, piece: bytes) -> None:
        self._pieces[-1] += piece

    def _add_slot(self, name: str) -> None:
        self._slots.append(name)
        self._pieces.append(b"")

    def _add_parts(self, body: Body) -> None:
        # No line of quoted-printable can begin with it (RFC 2045 6.7).
        boundary = "=_" + sha256((body.text + body.html).encode()).hexdigest()[:32]
        kind = f'multipart/alternative;\r\n boundary="{boundary}"'
        self._add(f"MIME-Version: 1.0\r\nContent-Type: {kind}\r\n".encode())
        for subtype, text in (("plain", body.text), ("html", body.html)):
            self._add(
                f"\r\n--{boundary}\r\n"
                f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
                "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()
            )
            for piece, name in _pieces_of(text):
                self._add(piece)
                if name:
                    self._add_slot(name)
        self._add(f"\r\n--{boundary}--\r\n".encode())


def in_body(value: str) -> bytes:
    """A slot's value in quoted-printable, on lines of its own that end with a soft break."""
    lines = [value[at : at + _QP_LINE] for at in range(0, len(value), _QP_LINE)]
    if "." in value:
        lines = [f"=2E{line[1:]}" if line[0] == "." else line for line in lines]
    return "=\r\n".join([*lines, ""]).encode("ascii")


def _pieces_of(text: str) -> Iterator[tuple[bytes, str]]:
    """The encoded text between slots, each with the name of the slot after it, or ""."""
    position = 0
    for found in _MARK.finditer(text):
        piece = _quoted_printable(text[position : found.start()])
        # A slot begins a line: a soft break inside its value would cut it.
        yield (piece if piece.endswith(b"\n") else piece + b"=\r\n"), _NAMES[found[0]]
        position = found.end()
    yield _quoted_printable(text[position:]), ""


def _quoted_printable(text: str) -> bytes:
    # b2a_qp breaks lines as the text does, and by LF in a text of one line.
    lines = text.replace("\r\n", "\n").encode("utf-8")
    return b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")
