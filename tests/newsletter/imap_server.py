"""A mailbox on this computer that is read over TLS, with faults on demand."""

import contextlib
import socket
import ssl
import threading
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


def write_certificate(path: Path) -> Path:
    """A certificate for this computer that nobody else signed, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mailbox of the tests")])
    begin, end = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), begin, end
    )
    signed = builder.add_extension(here, critical=False).sign(key, hashes.SHA256())
    written = key.private_bytes(
        Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(signed.public_bytes(Encoding.PEM) + written)
    return path


class Mailbox:
    """`mails` by number. `faults` maps a command to "hang", "drop" or what is answered instead."""

    def __init__(self, certificate: Path, *, starttls: bool = False, offers_tls: bool = True):
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(certificate)
        self.starttls, self.offers_tls = starttls, offers_tls
        self.mails: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.logins: list[str] = []
        self.faults: dict[str, str] = {}
        self.ending = threading.Event()
        self.socket = socket.create_server((HOST, 0))

    @property
    def login(self) -> dict[str, object]:
        port = self.socket.getsockname()[1]
        return {"host": HOST, "port": port, "starttls": self.starttls, "user": "me",
                "password": "secret", "folder": "INBOX"}  # fmt: skip

    def serve(self) -> None:
        while True:
            try:
                client, _address = self.socket.accept()
            except OSError:  # closed
                return
            with contextlib.suppress(OSError, ValueError):
                self._take(client if self.starttls else self._secured(client))

    def _secured(self, client: socket.socket) -> socket.socket:
        return self.tls.wrap_socket(client, server_side=True)

    def _take(self, client: socket.socket) -> None:
        with client:
            client.sendall(b"* OK ready\r\n")
            if self._talk(client):
                with self._secured(client) as secured:
                    self._talk(secured)

    def _talk(self, client: socket.socket) -> bool:
        """Answer until the client goes away, or wants TLS."""
        with client.makefile("rb") as lines:
            for line in lines:
                tag, command, rest = (line.decode().strip() + " ").split(" ", 2)
                fault = self.faults.get(command)
                if fault == "hang":
                    self.ending.wait(60)
                if fault in ("hang", "drop"):
                    client.shutdown(socket.SHUT_RDWR)
                    return False
                answer = fault.encode() if fault else self._answer(command, rest)
                client.sendall(answer + f"{tag} OK done\r\n".encode())
                if command == "STARTTLS":
                    return True
        return False

    def _answer(self, command: str, rest: str) -> bytes:
        number = int(rest.split(" ")[0]) if command in ("FETCH", "STORE") else 0
        match command:
            case "CAPABILITY":
                return f"* CAPABILITY IMAP4rev1{' STARTTLS' * self.offers_tls}\r\n".encode()
            case "LOGIN":
                self.logins.append(rest)
            case "SELECT":
                return f"* {len(self.mails)} EXISTS\r\n".encode()
            case "SEARCH":
                unseen = [str(number) for number in self.mails if number not in self.seen]
                return f"* SEARCH {' '.join(unseen)}\r\n".encode()
            case "FETCH":
                mail = self.mails[number]
                return f"* {number} FETCH (BODY[]<0> {{{len(mail)}}}\r\n".encode() + mail + b")\r\n"
            case "STORE":
                self.seen.add(number)
        return b""


@contextlib.contextmanager
def running(mailbox: Mailbox):
    """The mailbox, at work on a port of this computer."""
    thread = threading.Thread(target=mailbox.serve, daemon=True)
    thread.start()
    try:
        yield mailbox
    finally:
        mailbox.ending.set()
        mailbox.socket.shutdown(socket.SHUT_RDWR)
        mailbox.socket.close()
        thread.join(60)
