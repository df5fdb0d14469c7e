"""Send a recorded request again (replay protocol, section 11)."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from e2e_common.replay.traces import Test

# As Go's client: the host comes from the URL and the length from the body, whatever was recorded.
NOT_SENT = frozenset({"host", "content-length", "transfer-encoding"})
BODY_METHODS = ("POST", "PUT", "PATCH")
_URL_SAFE = "/?&=+,;:@!$'()*%~[]|\"<>^`{}\\"


class TransportError(Exception):
    """No complete answer. The message says what happened; `timed_out`: the time limit was reached."""

    def __init__(self, message: str, *, timed_out: bool = False) -> None:
        super().__init__(message)
        self.timed_out = timed_out


@dataclass(frozen=True)
class Answer:
    """`duration_ms`: until the headers were there."""

    status: int
    body: bytes
    duration_ms: int


def headers_for(test: Test) -> dict[str, str]:
    """The headers to send, in order: the trace id, the content type for a body, then the recorded ones over them."""
    headers = {"x-td-trace-id": test.trace_id}
    if test.body:
        headers["content-type"] = "application/json"
    headers.update({name.lower(): value for name, value in test.headers.items() if name.lower() not in NOT_SENT})
    headers.setdefault("user-agent", "Go-http-client/1.1")
    return headers


def send(test: Test, port: int, timeout_s: float) -> Answer:
    """Send the request of a test to localhost and read the whole answer. Redirects are not followed: no recorded test
    expects one. Raises TransportError, after `timeout_s` seconds at the latest."""
    host, target = "localhost", test.path
    if target.startswith(("http://", "https://")):
        parts = urlsplit(target)
        host, port = parts.hostname or host, parts.port or port
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not test.method or not target:
        raise TransportError(f"{test.file}: its root span is not of an HTTP request (method and target are missing)")
    connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
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
    response = connection.getresponse()
    duration_ms = int((time.monotonic() - started) * 1000)
    return Answer(response.status, response.read(), duration_ms)


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
