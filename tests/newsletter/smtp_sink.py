"""A mail server in a thread that notes what it takes: for tests and for benchmarks/newsletter.py.

`python -m tests.newsletter.smtp_sink PORT_FILE` runs one as a process that only counts.
"""

import asyncio
import contextlib
import re
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

MESSAGE_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


class Sink:
    """`answer(part, line)` may give another answer to "mail", "rcpt", "data" or "text".

    An answer of None ends the connection without one. `delay` seconds pass before the answer to a text.
    """

    def __init__(
        self,
        answer: Callable[[str, str], str | None] | None = None,
        *,
        delay: float = 0.0,
        pipelining: bool = True,
    ):
        self.answer = answer or (
            lambda part, line: "354 go on" if part == "data" else "250 2.0.0 ok"
        )
        self.delay, self.pipelining = delay, pipelining
        self.ids: list[str] = []
        self.mails: list[bytes] = []
        self.envelopes: list[tuple[str, str]] = []
        self.count = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(b"220 sink ready\r\n")
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = recipient = ""
        while line := (await reader.readline()).decode().strip():
            verb = line.split(":")[0].split(" ")[0].upper()
            match verb:
                case "EHLO":
                    more = "250-PIPELINING\r\n" if self.pipelining else ""
                    writer.write(f"250-sink\r\n{more}250 8BITMIME\r\n".encode())
                case "MAIL":
                    sender = line
                    writer.write(self._said("mail", line))
                case "RCPT":
                    said = self._said("rcpt", line)
                    recipient = line if said[:1] == b"2" else ""
                    writer.write(said)
                case "DATA":
                    said = self._said("data", line) if recipient else b"503 nobody to send to\r\n"
                    writer.write(said)
                    if said[:3] == b"354" and not await self._take(
                        reader, writer, sender, recipient
                    ):
                        return
                    recipient = ""
                case "QUIT":
                    writer.write(b"221 bye\r\n")
                    return
                case _:
                    writer.write(b"250 ok\r\n")

    def _said(self, part: str, line: str) -> bytes:
        said = self.answer(part, line)
        if said is None:
            raise ConnectionResetError
        return f"{said}\r\n".encode()

    async def _take(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        sender: str,
        recipient: str,
    ) -> bool:
        await writer.drain()
        first = await reader.readline()
        if first == b".\r\n":  # RFC 2920 3.1: a client that had a refusal before
            writer.write(b"554 5.5.1 no mail\r\n")
            return True
        data = first + await reader.readuntil(b"\r\n.\r\n")
        if self.delay:
            await asyncio.sleep(self.delay)
        said = self._said("text", recipient)
        if said[:1] == b"2":
            self.count += 1
            self.ids.append(MESSAGE_ID.search(data)[1].decode())
            self.mails.append(re.sub(rb"(?m)^\.\.", b".", data.removesuffix(b".\r\n")))
            self.envelopes.append((sender, recipient))
        writer.write(said)
        return True

    async def listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self.serve, "127.0.0.1", self.port, limit=10_000_000)
        self.port = server.sockets[0].getsockname()[1]
        return server


@contextlib.contextmanager
def running(sink: Sink):
    """The sink, at work on a port of this computer."""
    loop = asyncio.new_event_loop()
    # Of a thread of its own: in this one the browser may have a loop that runs.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(sink.listen(), loop).result(60)
    try:
        yield sink
    finally:
        asyncio.run_coroutine_threadsafe(_end(server, loop), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        loop.close()


async def _end(server: asyncio.Server, loop: asyncio.AbstractEventLoop) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class Counting(asyncio.Protocol):
    """Takes every mail and keeps none, at a tenth of what Sink costs."""

    def connection_made(self, transport: Any) -> None:
        self._transport, self._rest, self._in_text = transport, b"", False
        transport.write(b"220 sink ready\r\n")

    def data_received(self, data: bytes) -> None:
        self._rest += data
        answers = []
        while True:
            line, end, rest = self._rest.partition(b"\r\n.\r\n" if self._in_text else b"\r\n")
            if not end:
                break
            self._rest = rest
            answers.append(self._answer(line))
        self._transport.write(b"".join(answers))

    def _answer(self, line: bytes) -> bytes:
        verb = b"" if self._in_text else line[:4].upper()
        self._in_text = verb == b"DATA"
        said = {b"EHLO": b"250-sink\r\n250 PIPELINING", b"DATA": b"354 go on", b"QUIT": b"221 bye"}
        return said.get(verb, b"250 2.0.0 ok") + b"\r\n"


async def _count_for_ever(port_file: str) -> None:
    server = await asyncio.get_running_loop().create_server(Counting, "127.0.0.1", 0)
    Path(port_file).write_text(str(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_count_for_ever(sys.argv[1]))
