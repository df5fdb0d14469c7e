"""Send a recorded request again (replay protocol, section 11)."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import threading
import time
import zlib
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from e2e_common.ports import connect
from e2e_common.replay.traces import Test

# As Go's client: the host comes from the URL and the length from the body, whatever was recorded.
NOT_SENT = frozenset({"host", "content-length", "transfer-encoding"})
AFTER_ANSWER_S = 2.0  # how long what a handler does after its answer is waited for
LOCALHOST = "localhost"
BODY_METHODS = ("POST", "PUT", "PATCH")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Go sends a blank in a path as %20, and one in a query as it is.
_IN_NO_TARGET = re.compile(r"[\x00-\x1f\x7f]|^[^#]*\?[^#]* ")
_IN_NO_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}")
_GZIP = 16 + zlib.MAX_WBITS
_URL_SAFE = "/?&=+,;:@!$'()*%~[]|\"<>^`{}\\"


class TransportError(Exception):
    """No complete answer. The message says what happened; `timed_out`: the time limit was reached."""

    def __init__(self, message: str, *, timed_out: bool = False) -> None:
        super().__init__(message)
        self.timed_out = timed_out


@dataclass(frozen=True)
class Answer:
    """`duration_ms`: until the headers were there; `headers`: as they came, without that of a compression undone."""

    status: int
    body: bytes
    duration_ms: int
    headers: tuple[tuple[str, str], ...] = ()


class _Connection(http.client.HTTPConnection):
    """To localhost it goes wherever the service listens: on 127.0.0.1, else on ::1. /etc/hosts may know only one."""

    def connect(self) -> None:
        if self.host != LOCALHOST:
            super().connect()
            return
        self.sock = connect(self.port, self.timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as http.client does


def headers_for(test: Test) -> dict[str, str]:
    """The headers to send, in order: the trace id, the content type for a body, then the recorded ones over them."""
    headers = {"x-td-trace-id": test.trace_id}
    if test.body:
        headers["content-type"] = "application/json"
    headers.update({name.lower(): value for name, value in test.headers.items() if name.lower() not in NOT_SENT})
    headers.setdefault("user-agent", "Go-http-client/1.1")
    if _adds_gzip(test):
        headers["accept-encoding"] = "gzip"
    return headers


def _adds_gzip(test: Test) -> bool:
    """Whether Go's client asks for gzip by itself, and undoes it by itself (net/http, Transport)."""
    recorded = {name.lower() for name in test.headers}
    return test.method != "HEAD" and not recorded & {"accept-encoding", "range"}


def problem_of(test: Test) -> str:
    """Why Go's client (net/url, net/http) refuses to send this request; empty when it does not."""
    if not test.method or not test.path:
        return f"{test.file}: its root span is not of an HTTP request (method and target are missing)"
    if not _TOKEN.fullmatch(test.method):
        return f"invalid method {test.method!r}"
    return _target_problem(test.path) or _header_problem(test) or test.body_problem


def _target_problem(target: str) -> str:
    if _IN_NO_TARGET.search(target):
        return f"invalid blank or control character in URL {target!r}"
    if not target.startswith(("/", "?", "http://", "https://")):
        return f"the target {target!r} is neither a path nor a URL"
    rest, _, fragment = target.partition("#")
    bad = _BAD_ESCAPE.search(rest.partition("?")[0]) or _BAD_ESCAPE.search(fragment)  # Go lets a query be
    return "" if bad is None else f'invalid URL escape "{bad.group()}" in {target!r}'


def _header_problem(test: Test) -> str:
    for name, value in [*test.headers.items(), ("x-td-trace-id", test.trace_id)]:
        if not _TOKEN.fullmatch(name):
            return f"invalid header field name {name!r}"
        if _IN_NO_VALUE.search(value):
            return f"invalid header field value for {name!r}"
    return ""


def _address(test: Test, port: int) -> tuple[str, int, str]:
    """Host, port and request target. Raises ValueError for a URL that is none."""
    if test.path.startswith(("/", "?")):
        return LOCALHOST, port, "/" * test.path.startswith("?") + test.path
    parts = urlsplit(test.path)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.hostname or LOCALHOST, parts.port or port, target


def send(test: Test, port: int, timeout_s: float) -> Answer:
    """Send the request of a test to localhost and read the whole answer. Redirects are not followed: no recorded test
    expects one. Raises TransportError, after `timeout_s` seconds at the latest, and at once for what Go refuses."""
    problem = problem_of(test)
    if problem:
        raise TransportError(problem)
    try:
        host, port, target = _address(test, port)
    except ValueError as error:
        raise TransportError(f"invalid URL {test.path!r}: {error}") from error
    connection = _Connection(host, port, timeout=timeout_s)
    expired = threading.Event()
    timer = threading.Timer(timeout_s, _expire, (connection, expired))
    timer.daemon = True
    timer.start()
    try:
        return _exchange(connection, test, quote(target.partition("#")[0], safe=_URL_SAFE))
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = expired.is_set() or isinstance(error, TimeoutError)
        what = f"no complete answer within {timeout_s:g} s" if late else _in_words(error)
        raise TransportError(f"{test.method} http://{host}:{port}{test.path}: {what}", timed_out=late) from error
    finally:
        timer.cancel()
        connection.close()


def _exchange(connection: http.client.HTTPConnection, test: Test, target: str) -> Answer:
    started = time.monotonic()
    connection.putrequest(test.method, target, skip_accept_encoding=True)
    for name, value in headers_for(test).items():
        connection.putheader(name, value.encode("utf-8", "surrogateescape"))
    if test.body or test.method in BODY_METHODS:
        connection.putheader("content-length", str(len(test.body)))
    connection.endheaders(test.body or None)
    with connection.sock.dup() as line:  # stays open when http.client is done with the answer
        response = connection.getresponse()
        duration_ms = int((time.monotonic() - started) * 1000)
        body, headers = response.read(), response.getheaders()
        if response.will_close:
            _await_end(line)
    if _adds_gzip(test) and response.headers.get("content-encoding", "").lower() == "gzip":
        body = _gunzip(body)
        headers = [(name, value) for name, value in headers if name.lower() != "content-encoding"]
    return Answer(response.status, body, duration_ms, tuple(headers))


def _await_end(line: socket.socket) -> None:
    """Wait for the server to close the connection, as it does when the handler has ended: what that does after its
    answer belongs to its test, not to the next."""
    line.settimeout(AFTER_ANSWER_S)
    with contextlib.suppress(OSError):
        while line.recv(1024):
            pass


def _gunzip(data: bytes) -> bytes:
    """All members of a gzip stream; nothing may follow them. Raises ValueError."""
    out = []
    while data:
        member = zlib.decompressobj(_GZIP)
        try:
            out.append(member.decompress(data))
        except zlib.error as error:
            raise ValueError(f"the response body is no gzip: {error}") from error
        if not member.eof:
            raise ValueError("the gzip of the response body is cut short")
        data = member.unused_data
    return b"".join(out)


def _expire(connection: http.client.HTTPConnection, expired: threading.Event) -> None:
    """The timeout of the connection is one per read; this is the one for all of them."""
    expired.set()
    try:
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


def _in_words(error: Exception) -> str:
    if isinstance(error, http.client.IncompleteRead):
        expected = f" of {len(error.partial) + error.expected}" if error.expected is not None else ""
        return f"the response body was cut short after {len(error.partial)}{expected} bytes"
    return str(error) or type(error).__name__
