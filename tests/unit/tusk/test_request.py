"""Sending a recorded request, and what Go's client refuses to send."""

from __future__ import annotations

import gzip
import socket
import threading

import pytest

from e2e_common.tusk.service import port_is_taken
from e2e_common.tusk.traces import TransportError, send
from tests.unit.tusk.replay_support import request_of
from tests.unit.util.test_ports import needs_ipv6

LIMIT_S = 20.0
PACKED = gzip.compress(b"plain", mtime=0)
HEADERS = [("content-encoding", "gzip"), ("x-tea", "hot"), ("X-Tea", "cold"), ("content-length", str(len(PACKED)))]


class Server:
    """Answers one request, `seen`, and works on for `works_on_s` after its response; then it is `done`."""

    def __init__(self, host: str = "127.0.0.1", works_on_s: float = 0) -> None:
        self.listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port: int = self.listener.getsockname()[1]
        self.works_on_s, self.seen, self.done = works_on_s, "", False
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self.listener, self.listener.accept()[0] as peer:
            self.seen = peer.recv(65536).decode()
            head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS)
            peer.sendall(f"HTTP/1.0 200 OK\r\n{head}\r\n".encode() + PACKED)
            threading.Event().wait(self.works_on_s)
            self.done = True


def test_an_answer_is_taken_as_it_comes_and_the_work_after_it_is_waited_for() -> None:
    """The handler keeps its connection until it has ended."""
    server = Server(works_on_s=0.2)
    answer = send(request_of(headers={"Accept-Encoding": "gzip"}), server.port, LIMIT_S)
    assert (answer.status, answer.body, answer.headers) == (200, PACKED, HEADERS)
    assert server.done


def test_the_headers_of_the_recording() -> None:
    recorded = {"Host": "there", "Content-Length": "9", "X-A": "b", "Empty": "", "User-Agent": "curl"}
    sent = {"x-td-trace-id": "t1", "content-type": "application/json", "x-a": "b", "user-agent": "curl"}
    assert list(request_of(headers=recorded, body="YSxi").headers.items()) == list(sent.items())
    assert request_of(headers={"Content-Type": "text/csv"}, body="YSxi").headers["content-type"] == "text/csv"


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        ("/a%20b%C3%a9", "/a%20b%C3%a9"),
        ("/a b?x=y", "/a%20b?x=y"),
        ("/a b#c d?e f", "/a%20b"),
        ("/a?x=%zz&y=%", "/a?x=%zz&y=%"),  # Go looks at the escapes of the path only
        ("/\u00e9", "/%C3%A9"),
        ("/a#b", "/a"),
    ],
)
def test_targets(target: str, sent: str) -> None:
    server = Server()
    send(request_of(target=target), server.port, LIMIT_S)
    assert server.seen.splitlines()[:2] == [f"GET {sent} HTTP/1.1", f"Host: localhost:{server.port}"]


@pytest.mark.parametrize(
    ("request_parts", "problem"),
    [
        ({"target": "/a%"}, 'invalid URL escape "%"'),
        ({"target": "/a%zz"}, 'invalid URL escape "%zz"'),
        ({"target": "/a#%zz"}, 'invalid URL escape "%zz"'),
        ({"body": "YSx"}, "failed to decode request body: "),
        ({"body": "no base64!"}, "failed to decode request body: "),
        ({"body": 5}, "failed to decode request body: "),
        ({"method": None}, "the root span is no HTTP request"),
        ({"target": None}, "the root span is no HTTP request"),
        ({}, "GET http://localhost:0/get: .*Connection refused"),
    ],
)
def test_what_cannot_be_sent(request_parts: dict[str, object], problem: str) -> None:
    with pytest.raises(TransportError, match=problem):
        send(request_of(**request_parts), 0, LIMIT_S)


@needs_ipv6
def test_a_service_that_listens_over_ipv6_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever /etc/hosts knows of localhost."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest: resolve(host.replace("localhost", "."), *rest))
    server = Server("::1")
    assert send(request_of(), server.port, LIMIT_S).body == PACKED
    assert not port_is_taken(server.port)
    with socket.create_server(("::1", server.port), family=socket.AF_INET6):
        assert port_is_taken(server.port)
