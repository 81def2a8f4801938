"""Slow clients hold no thread of the web server, and are cut off in the end."""

import http.client
import os
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from uuid import uuid4

import pytest

from config.management.commands.serve import gunicorn
from config.running.client_line import Line
from config.running.web_worker import BODY_BYTES, HEAD_BYTES, TURN_SECONDS
from tests.config.test_page_cache_gunicorn import ROOT
from tests.ports import own_port
from tests.waiting import wait_until

pytestmark = pytest.mark.long

SLOW = 60  # one worker has four threads
PATIENCE = 300  # seconds; what should come comes at once
LONG = 12_000_000  # bytes: more than a socket takes unread
HEAD = b"GET /page HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
def port():
    """Of a server that waits for all that a busy machine does late."""
    with serving(seconds=PATIENCE) as port:
        yield port


@pytest.fixture(scope="module")
def hasty():
    """Of a server that waits three seconds for each step of a client."""
    with serving(seconds=3) as port:
        yield port


@contextmanager
def serving(seconds):
    with own_port() as port:
        words = gunicorn("127.0.0.1", port, 1)
        words[words.index("config.wsgi")] = "tests.config.quick_worker"
        words[words.index("config.running.web_worker.PatientWorker")] = (
            "tests.config.quick_worker.PatientWorker"
        )
        environment = os.environ | {"DEADLINE_SECONDS": str(seconds), "LONG": str(LONG)}
        process = subprocess.Popen(words, cwd=ROOT, env=environment)
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def wait_for(port, process):
    def answers():
        assert process.poll() is None, "gunicorn did not start"
        try:
            return get(port) == b"/page 0"
        except OSError:
            return False

    wait_until(answers)


def get(port, path="/page"):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request("GET", path)
        return line.getresponse().read()
    finally:
        line.close()


def send(port, data):
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)  # takes little unread
    line.settimeout(PATIENCE)
    line.connect(("127.0.0.1", port))
    line.sendall(data)
    return line


def all_of(line):
    """What comes until the server ends the connection; a test fails when it does not."""
    received = b""
    try:
        while data := line.recv(65_536):
            received += data
    except ConnectionResetError:
        pass
    line.close()
    return received


def form(body, *, length=None, path="/form", more=b""):
    length = len(body) if length is None else length
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n".encode()
    return head + more + b"\r\n" + body


HALVES = {
    "nothing": b"",
    "half a head": HEAD + b"X-Long: ",
    "half a body": form(b"email=", length=5_000),
    "half a body in chunks": HEAD.replace(b"GET", b"POST")
    + b"Transfer-Encoding: chunked\r\n\r\n5\r\nemail\r\n",
    "an answer that nobody takes": b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n",
    "a file that nobody takes": b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n",
    "a long body that nobody reads": form(b"x", length=10_000_000, path="/unread"),
}


@pytest.mark.parametrize("half", HALVES)
def test_others_are_served_beside_many_slow_clients(port, half):
    slow = [send(port, HALVES[half]) for _number in range(SLOW)]

    # Four threads that each wait for a deadline would not get to these.
    assert {get(port) for _time in range(5)} == {b"/page 0"}
    for line in slow:
        line.close()


def test_slow_clients_are_cut_off(hasty):
    slow = {half: send(hasty, sent) for half, sent in HALVES.items() if "nobody" not in half}

    received = {half: all_of(line) for half, line in slow.items()}

    assert received == dict.fromkeys(slow, b"")


def test_long_body_that_nobody_reads_is_answered_and_ended(port):
    assert all_of(send(port, HALVES["a long body that nobody reads"])).endswith(b"not read")


@pytest.mark.parametrize("path", ["/long", "/file"])
def test_who_does_not_take_an_answer_is_cut_off(hasty, path):
    query = uuid4().hex
    line = send(hasty, f"GET {path}?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    wait_until(lambda: get(hasty, f"/is-dropped?{query}") == b"True")

    assert len(all_of(line)) < LONG  # what the kernel had of it still comes


def test_byte_now_and_then_prolongs_no_deadline(hasty):
    line = send(hasty, HEAD + b"X-Long: ")
    began = time.monotonic()

    with pytest.raises(OSError):  # a broken pipe, or a reset
        while time.monotonic() - began < PATIENCE:
            line.sendall(b"x")
            time.sleep(0.1)

    line.close()


def test_requests_sent_at_once_are_answered_in_order(port):
    sent = (
        form(b"one\r\n\r\n", path="/unread") + form(b"four") + HEAD + b"Connection: close\r\n\r\n"
    )

    answer = all_of(send(port, sent))

    bodies = [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 200 OK")[1:]]
    assert bodies == [b"not read", b"/form 4", b"/page 0"]


@pytest.mark.parametrize("size", [0, 1, 100_000, BODY_BYTES, BODY_BYTES + 1, 3_000_000])
def test_body_of_any_length_arrives_whole(port, size):
    answer = all_of(send(port, form(b"x" * size, more=b"Connection: close\r\n")))

    assert answer.endswith(f"/form {size}".encode())


def chunked(*chunks, more=b""):
    parts = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    head = b"POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    return head + more + b"\r\n" + parts


def test_body_in_chunks_arrives_whole(port):
    sent = chunked(b"a\r\n\r\nb", b"c" * 70_000, b"", more=b"Connection: close\r\n")

    line = send(port, sent[:90])
    line.sendall(sent[90:])

    assert all_of(line).endswith(b"/form 70006")


def test_endless_body_in_chunks_is_refused(port):
    answer = all_of(send(port, chunked(b"c" * 200_000, b"c" * 200_000)))

    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (HEAD + b"X-Long: " + b"x" * HEAD_BYTES, b"431"),
        (HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", b"400"),
        (chunked(b"a").replace(b"1\r\na", b"zz\r\na"), b"400"),
    ],
)
def test_what_is_no_request_is_refused(port, sent, status):
    answer = all_of(send(port, sent))

    assert answer.split(b" ", 2)[1] == status


def test_fault_of_the_application_is_answered(port):
    """An OSError of its own is not taken for a client that has gone."""
    assert asked(port, "/fault") == 500


def test_fault_in_the_middle_of_an_answer_ends_it(port):
    with pytest.raises(http.client.IncompleteRead) as broken:
        asked(port, "/late-fault")

    assert broken.value.partial == b"begun"


def asked(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def test_client_that_asks_first_is_told_to_go_on(port):
    line = send(port, form(b"", length=4, more=b"Expect: 100-continue\r\nConnection: close\r\n"))

    assert line.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    line.sendall(b"four")
    assert all_of(line).endswith(b"/form 4")


def test_threads_take_turns_quickly(port):
    line = send(port, b"GET /turn HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert float(all_of(line).rpartition(b"\r\n")[2]) == pytest.approx(TURN_SECONDS)


def test_head_and_body_leave_at_once():
    """Of a process that is killed between the two, half an answer would be left."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    line = Line(ours)
    with closing(ours), closing(theirs):
        theirs.setblocking(False)
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with pytest.raises(BlockingIOError):
            theirs.recv(100)

        line.sendall(b"body")
        assert theirs.recv(100) == b"HTTP/1.1 200 OK\r\n\r\nbody"
        line.sendall(b"more")
        assert theirs.recv(100) == b"more"


@pytest.mark.parametrize("path", ["/long", "/file"])
def test_long_answer_arrives_whole(port, path):
    assert len(get(port, path)) == LONG
