"""Sending a recorded request: what Go's client refuses, and the gzip that it undoes (replay protocol, section 11)."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from e2e_common.replay.request import Answer, TransportError, send
from e2e_common.replay.service import port_is_taken
from tests.unit.replay.replay_support import recording_of, root_dict
from tests.unit.test_ports import needs_ipv6

LIMIT_S = 20.0
PACKED = gzip.compress(b"plain", mtime=0)


class Server(HTTPServer):
    """Answers with the Accept-Encoding it was asked with, and the body and Content-Encoding of the test."""

    body = PACKED
    encoding = "gzip"
    seen: tuple[str, str | None] = ("", "")
    works_on_s = 0.0
    """How long the handler is at work after its answer."""
    done = False
    """Whether it has ended."""
    host: str | None = None


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.seen = (self.path, self.headers.get("accept-encoding"))
        self.server.host = self.headers.get("host")
        self.send_response(200)
        self.send_header("content-length", str(len(self.server.body)))
        if self.server.encoding:
            self.send_header("content-encoding", self.server.encoding)
        self.send_header("x-tea", "hot")
        self.send_header("X-Tea", "cold")
        self.end_headers()
        self.wfile.write(self.server.body)
        threading.Event().wait(self.server.works_on_s)
        self.server.done = True

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join(LIMIT_S)


def _send(folder: Path, port: int, **recorded: Any) -> Answer:
    root = root_dict()
    root["inputValue"].update(recorded)
    return send(recording_of(folder, a=[root]).tests[0], port, LIMIT_S)


@pytest.mark.parametrize(
    ("headers", "asked", "encoding", "body", "read"),
    [
        ({}, "gzip", "gzip", PACKED, b"plain"),
        ({}, "gzip", "GZIP", PACKED + PACKED, b"plainplain"),
        ({}, "gzip", "gzip", b"", b""),
        ({}, "gzip", "", PACKED, PACKED),
        ({}, "gzip", "br", PACKED, PACKED),
        ({"Accept-Encoding": ""}, "gzip", "gzip", PACKED, b"plain"),  # empty headers are not sent
        ({"Accept-Encoding": "gzip"}, "gzip", "gzip", PACKED, PACKED),
        ({"accept-encoding": "identity"}, "identity", "gzip", PACKED, PACKED),
        ({"Range": "bytes=0-"}, None, "gzip", PACKED, PACKED),
    ],
)
def test_gzip_is_undone_where_the_client_asked_for_it_by_itself(
    tmp_path: Path, server: Server, headers: dict[str, str], asked: str | None, encoding: str, body: bytes, read: bytes
) -> None:
    server.encoding, server.body = encoding, body
    answer = _send(tmp_path, server.server_port, headers=headers)
    assert (answer.body, server.seen[1]) == (read, asked)
    undone = encoding.lower() == "gzip" and asked == "gzip" and not headers.get("Accept-Encoding")
    named = {name.lower(): value for name, value in answer.headers}
    assert named.get("content-encoding", "") == ("" if undone else encoding)
    assert [value for name, value in answer.headers if name.lower() == "x-tea"] == ["hot", "cold"]


def test_what_a_handler_does_after_its_answer_is_waited_for(tmp_path: Path, server: Server) -> None:
    """As long as it keeps its connection: that is closed when it has ended."""
    server.works_on_s = 0.2
    assert _send(tmp_path, server.server_port).body == b"plain"
    assert server.done


@pytest.mark.parametrize(
    ("body", "message"),
    [(PACKED[:-3], "cut short"), (b"no gzip", "is no gzip"), (PACKED + b"\0\0\0\0", "cut short|no gzip")],
)
def test_a_broken_gzip_is_an_error(tmp_path: Path, server: Server, body: bytes, message: str) -> None:
    server.body = body
    with pytest.raises(TransportError, match=message):
        _send(tmp_path, server.server_port)


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        ("/a%20b%C3%a9", "/a%20b%C3%a9"),
        ("/a b?x=y", "/a%20b?x=y"),
        ("/a b#c d?e f", "/a%20b"),
        ("/a?x=%zz&y=%", "/a?x=%zz&y=%"),  # Go looks at the escapes of the path only
        ("?x=1", "/?x=1"),
        ("/\u00e9", "/%C3%A9"),
        ("/a#b", "/a"),
    ],
)
def test_targets(tmp_path: Path, server: Server, target: str, sent: str) -> None:
    _send(tmp_path, server.server_port, target=target)
    assert server.seen[0] == sent


@pytest.mark.parametrize(
    ("recorded", "message"),
    [
        ({"target": "/a%"}, 'invalid URL escape "%"'),
        ({"target": "/a%zz"}, 'invalid URL escape "%zz"'),
        ({"target": "/a%2"}, 'invalid URL escape "%2"'),
        ({"target": "/a#%zz"}, 'invalid URL escape "%zz"'),
        ({"target": "/a?x= y"}, "invalid blank or control character in URL"),
        ({"target": "/a\x00"}, "invalid blank or control character in URL"),
        ({"target": "/a\x7f"}, "invalid blank or control character in URL"),
        ({"target": "/a\n"}, "invalid blank or control character in URL"),
        ({"target": "a"}, "neither a path nor a URL"),
        ({"target": "http://localhost:port/"}, "invalid URL"),
        ({"method": "GE T"}, "invalid method"),
        ({"headers": {"a b": "x"}}, "invalid header field name 'a b'"),
        ({"headers": {"": "x"}}, "invalid header field name ''"),
        ({"headers": {"a:": "x"}}, "invalid header field name"),
        ({"headers": {"\u00e9": "x"}}, "invalid header field name"),
        ({"headers": {"a": "x\ny"}}, "invalid header field value for 'a'"),
        ({"headers": {"a": "x\x00"}}, "invalid header field value for 'a'"),
        ({"headers": {"Host": "x\x7f"}}, "invalid header field value for 'Host'"),
        ({"method": "POST", "body": "a,b!"}, "failed to decode request body"),
        ({"method": "POST", "body": {"a": 1}}, "failed to decode request body"),
    ],
)
def test_what_go_refuses_to_send(tmp_path: Path, server: Server, recorded: dict[str, Any], message: str) -> None:
    with pytest.raises(TransportError, match=message):
        _send(tmp_path, server.server_port, **recorded)
    assert server.seen == ("", "")


@pytest.mark.parametrize("localhost", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("listens", ["127.0.0.1", pytest.param("::1", marks=needs_ipv6)])
def test_localhost_is_where_the_service_listens(
    listens: str, localhost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of whichever family that is, and whichever one /etc/hosts knows."""
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest: resolve(localhost if host == "localhost" else host, *rest)
    )
    monkeypatch.setattr(Server, "address_family", socket.AF_INET6 if ":" in listens else socket.AF_INET)
    with Server((listens, 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        assert port_is_taken(running.server_port)
        assert _send(tmp_path, running.server_port).body == b"plain"
        assert running.host == f"localhost:{running.server_port}"
        running.shutdown()
        thread.join(LIMIT_S)
    assert not port_is_taken(running.server_port)
