"""Sending a recorded request, and what Go's client refuses to send (replay protocol, section 11)."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from e2e_common.tusk.request import Answer, TransportError, send
from e2e_common.tusk.service import port_is_taken
from tests.unit.tusk.replay_support import recording_of, root_dict
from tests.unit.util.test_ports import needs_ipv6

LIMIT_S = 20.0
PACKED = gzip.compress(b"plain", mtime=0)


class Server(HTTPServer):
    """Answers every request alike. `seen`: target and Host of the last request; `works_on_s`: how long the handler is
    at work after its response; `done`: whether it has ended."""

    seen: tuple[str, str | None] | None = None
    works_on_s = 0.0
    done = False


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.seen = (self.path, self.headers.get("host"))
        self.send_response(200)
        for name, value in (("content-encoding", "gzip"), ("x-tea", "hot"), ("X-Tea", "cold")):
            self.send_header(name, value)
        self.send_header("content-length", str(len(PACKED)))
        self.end_headers()
        self.wfile.write(PACKED)
        threading.Event().wait(self.server.works_on_s)
        self.server.done = True

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def serving(host: str) -> Iterator[Server]:
    with Server((host, 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join(LIMIT_S)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving("127.0.0.1") as running:
        yield running


def _send(folder: Path, port: int, **recorded: Any) -> Answer:
    root = root_dict()
    root["inputValue"].update(recorded)
    return send(recording_of(folder, a=[root]).tests[0], port, LIMIT_S)


def test_an_answer_is_taken_as_it_comes(tmp_path: Path, server: Server) -> None:
    answer = _send(tmp_path, server.server_port, headers={"Accept-Encoding": "gzip"})
    assert (answer.status, answer.body) == (200, PACKED)
    assert [value for name, value in answer.headers if name.lower() == "x-tea"] == ["hot", "cold"]


def test_what_a_handler_does_after_its_answer_is_waited_for(tmp_path: Path, server: Server) -> None:
    """As long as it keeps its connection: that is closed when it has ended."""
    server.works_on_s = 0.2
    assert _send(tmp_path, server.server_port).body == PACKED
    assert server.done


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
def test_targets(tmp_path: Path, server: Server, target: str, sent: str) -> None:
    _send(tmp_path, server.server_port, target=target)
    assert server.seen == (sent, f"localhost:{server.server_port}")


@pytest.mark.parametrize(
    ("target", "message"),
    [("/a%", 'invalid URL escape "%"'), ("/a%zz", 'invalid URL escape "%zz"'), ("/a#%zz", 'invalid URL escape "%zz"')],
)
def test_what_go_refuses_to_send(tmp_path: Path, server: Server, target: str, message: str) -> None:
    with pytest.raises(TransportError, match=message):
        _send(tmp_path, server.server_port, target=target)
    assert server.seen is None


@needs_ipv6
def test_a_service_that_listens_over_ipv6_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever /etc/hosts knows of localhost."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest: resolve(host.replace("localhost", "."), *rest))
    monkeypatch.setattr(Server, "address_family", socket.AF_INET6)
    with serving("::1") as running:
        assert port_is_taken(running.server_port)
        assert _send(tmp_path, running.server_port).body == PACKED
    assert not port_is_taken(running.server_port)
