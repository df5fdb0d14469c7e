"""Send a recorded request as Go's client does."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import time
from typing import NamedTuple
from urllib.parse import quote

from e2e_common.tusk.traces import Test
from e2e_common.util.ports import connect

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


def headers_for(test: Test) -> dict[str, str]:
    """The headers to send, in order: the trace id, a content type if there is a body, the recorded ones over them."""
    recorded = {name.lower(): value for name, value in test.headers.items() if name.lower() not in NOT_SENT}
    return {"x-td-trace-id": test.trace_id, **({"content-type": "application/json"} if test.body else {}), **recorded}


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
    for name, value in headers_for(test).items():
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
