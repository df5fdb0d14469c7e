"""Trace files as tests and as pools of mocks, and a recorded request as Go's client sends it."""

from __future__ import annotations

import base64
import contextlib
import http.client
import re
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from e2e_common.artifacts.traces import MalformedTrace, Span, parse_trace, uncollected
from e2e_common.tusk import ReplayError
from e2e_common.tusk.comparison import decode_recorded
from e2e_common.util.ports import connect

SKIPPED_FROM_STATUS = 300
# As in Go's client, the host comes from the URL and the length from the body.
NOT_SENT = frozenset({"host", "content-length", "transfer-encoding"})
AFTER_ANSWER_S = 2.0  # time limit for a handler's work after its response
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}")
_URL_SAFE = "/?&=+,;:@!$'()*%~[]|\"<>^`{}\\"  # a blank is sent as %20


class TransportError(Exception):
    """There is no complete response. The message has the reason; `timed_out`: the time limit was reached."""

    timed_out = False


class Answer(NamedTuple):
    """`duration_ms`: time until the headers were received; `headers`: as received."""

    status: int
    body: bytes
    duration_ms: int
    headers: list[tuple[str, str]]


class Test:
    """One recorded inbound request, and all spans of its file. A request that cannot be sent is a failing test and does
    not stop the others, as in the official CLI: `problem` says why, or is "". `headers`: those to send, in order: the
    trace id, a content type if there is a body, the recorded ones over them."""

    __test__ = False  # not a test for pytest

    def __init__(self, root: Span, spans: list[Span]) -> None:
        """Raises TypeError or ValueError if the recorded response is malformed."""
        value, answer = root.input_value, root.output_value
        self.root, self.spans, self.trace_id = root, spans, root.trace_id
        self.method, self.path = str(value.get("method")), str(value.get("target"))
        self.problem = "" if value.get("method") and value.get("target") else "the root span is no HTTP request"
        self.body = b""
        try:
            self.body = base64.b64decode(value.get("body") or "", validate=True)
        except (TypeError, ValueError) as error:
            self.problem = f"failed to decode request body: {error}"
        self.headers = {"x-td-trace-id": self.trace_id, **({"content-type": "application/json"} if self.body else {})}
        for name, text in (value.get("headers") or {}).items():
            if isinstance(text, str) and text and name.lower() not in NOT_SENT:
                self.headers[name.lower()] = text
        self.expected_status = int(answer.get("statusCode") or 200)
        self.expected_body = decode_recorded(answer.get("body"))


@dataclass
class LoadedTraces:
    """`suite`: calls before the application was ready, then all spans of tests. A file without a root span is no test,
    as in the official CLI."""

    tests: list[Test]
    suite: list[Span]


@uncollected()
def load(folder: Path) -> LoadedTraces:
    """Load all trace files in `folder`. Raises ReplayError for a line that is not a span."""
    tests: list[Test] = []
    pre_app_start: list[Span] = []
    for path in sorted(folder.rglob("*.jsonl")):
        try:
            spans = parse_trace(path.name, path.read_bytes())
            pre_app_start += (span for span in spans if span.is_pre_app_start)
            root = next((span for span in spans if span.is_root), None)
            if root is not None:
                tests.append(Test(root, spans))
        except (TypeError, ValueError, RecursionError, MalformedTrace, OSError) as error:
            raise ReplayError(f"failed to load tests: malformed span in {path}: {error!r}") from error
    in_order = [*pre_app_start, *(span for test in tests for span in test.spans)]
    suite = list({(span.trace_id, span.span_id): span for span in in_order}.values())
    return LoadedTraces([test for test in tests if test.expected_status < SKIPPED_FROM_STATUS], suite)


def snapshot_of(recording: LoadedTraces) -> dict[str, str]:
    """The newest recorded process environment; empty if none was recorded."""
    spans = [span for span in recording.suite if span.name == "ENV_VARS_SNAPSHOT"]
    newest = max(spans, key=lambda span: span.start_ns, default=None)
    variables = newest.output_value.get("ENV_VARS") if newest is not None else None
    return {str(name): str(value) for name, value in variables.items()} if isinstance(variables, dict) else {}


def by_start(spans: Iterable[Span]) -> list[Span]:
    """Oldest first, a missing time first of all, ties by span id."""
    return sorted(spans, key=lambda span: (span.start_ns, span.span_id))


def send(test: Test, port: int, timeout_s: float) -> Answer:
    """Send the request of a test to localhost and read the whole response. Redirects are not followed, because no
    recorded test expects one. Raises TransportError if no data arrives for `timeout_s` seconds, and at once for a
    request that Go's client refuses."""
    target, _, fragment = test.path.partition("#")
    bad = _BAD_ESCAPE.search(target.partition("?")[0]) or _BAD_ESCAPE.search(fragment)  # Go does not check a query
    if problem := test.problem or (f'invalid URL escape "{bad[0]}" in {test.path!r}' if bad else ""):
        raise TransportError(problem)
    connection = http.client.HTTPConnection("localhost", port)
    try:
        connection.sock = connect(port, timeout_s)  # /etc/hosts may have only one address for localhost
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as http.client does
        return _exchange(connection, test, quote(target, safe=_URL_SAFE))
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = isinstance(error, socket.timeout)
        what = f"no complete answer within {timeout_s:g} s" if late else str(error) or type(error).__name__
        failure = TransportError(f"{test.method} http://localhost:{port}{test.path}: {what}")
        failure.timed_out = late
        raise failure from error
    finally:
        connection.close()


def _exchange(connection: http.client.HTTPConnection, test: Test, target: str) -> Answer:
    started = time.monotonic()
    connection.putrequest(test.method, target, skip_accept_encoding=True)
    for name, value in test.headers.items():
        connection.putheader(name, value.encode("utf-8", "surrogateescape"))
    if test.body or test.method in ("POST", "PUT", "PATCH"):
        connection.putheader("content-length", str(len(test.body)))
    connection.endheaders(test.body or None)
    with connection.sock.dup() as line:  # stays open after http.client has closed its socket
        response = connection.getresponse()
        duration_ms = int((time.monotonic() - started) * 1000)
        body, headers = response.read(), response.getheaders()
        line.settimeout(AFTER_ANSWER_S)
        with contextlib.suppress(OSError):
            while response.will_close and line.recv(1024):
                pass  # the server closes the connection when the handler has ended: its work belongs to this test
    return Answer(response.status, body, duration_ms, headers)
