"""What stands where the services stood, during replay.

A correct replay never connects to a service: every answer comes from the recording. So a sentinel listens at the same
address, learns what was asked, answers with an error, and writes it to touched.jsonl, where the judge reads it
(verdict rule 6). The file's first lines say which sentinels stood; without them nothing would be proved.
"""

from __future__ import annotations

import contextlib
import functools
import json
import socketserver
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from e2e_common.errors import HarnessError, environment

HEAD_LIMIT_S = 0.3
REFUSAL = b"sentinel: nothing real can be reached in replay\n"


class Sentinels:
    """The sentinels of one replay. `services`: name → `host:port` as in the recording; `log`: touched.jsonl.

    `listen`, then start the processes of the replay, then `serve` (which starts threads), and `close` at the end.
    """

    def __init__(self, services: Mapping[str, str], log: Path) -> None:
        self._services = services
        self._log: IO[str] = log.open("w", buffering=1)
        self._lock = threading.Lock()
        self._servers: list[_HttpSentinel] = []
        self._threads: list[threading.Thread] = []

    def listen(self) -> None:
        """Bind every address. Raises HarnessError (3) when one is taken: then a real service may still be there."""
        for service, address in self._services.items():
            host, _, port = address.rpartition(":")
            try:
                server = _HttpSentinel((host, int(port)), functools.partial(self._touched, service))
            except OSError as error:
                raise _taken(service, address, error) from error
            self._servers.append(server)
            self._write(event="listening", service=service, address=address)

    def serve(self) -> None:
        """Begin to answer (connections made since `listen` have been waiting)."""
        for server in self._servers:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Take what is still waiting, then stop; the `closed` line says that the account is complete."""
        for server in self._servers:
            if self._threads:
                server.shutdown()
            server.drain()
            server.server_close()  # joins the handlers
        self._write(event="closed")
        self._log.close()

    def _touched(self, service: str, what: str, at: float) -> None:
        self._write(event="touched", service=service, what=what, at=at)

    def _write(self, **line: Any) -> None:
        with self._lock:
            self._log.write(json.dumps({"at": time.time(), **line}) + "\n")


class _HttpSentinel(socketserver.ThreadingTCPServer):
    """Any connection at all is a leak; it reads just enough to learn the request line."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], touched: Callable[[str, float], None]) -> None:
        self.touched = touched
        super().__init__(address, _HttpHandler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note the moment: the request that was running then is the one that leaked."""
        super().process_request(request, (*client_address, time.time()))

    def drain(self) -> None:
        """Handle the connections that the kernel has accepted and `serve_forever` has not."""
        self.socket.setblocking(False)
        while True:
            try:
                connection, client = self.socket.accept()
            except BlockingIOError:
                return
            connection.setblocking(True)
            self.process_request(connection, client)


class _HttpHandler(socketserver.BaseRequestHandler):
    server: _HttpSentinel

    def handle(self) -> None:
        head = self._read_head()
        first = head.split(b"\r\n", 1)[0].decode(errors="replace").rpartition(" HTTP/")[0]
        what = first or f"a connection that sent {len(head)} bytes and no HTTP request"
        self.server.touched(what, self.client_address[-1])
        answer = (
            b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
        )
        with contextlib.suppress(OSError):  # it may be gone; what counts is written
            self.request.sendall(answer % (len(REFUSAL), REFUSAL))

    def _read_head(self) -> bytes:
        head = b""
        deadline = time.monotonic() + HEAD_LIMIT_S
        while b"\r\n\r\n" not in head and len(head) < 65536 and (left := deadline - time.monotonic()) > 0:
            self.request.settimeout(left)
            try:
                part = self.request.recv(8192)
            except OSError:
                break
            if not part:
                break
            head += part
        return head


def _taken(service: str, address: str, error: OSError) -> HarnessError:
    return environment(
        f"the sentinel of {service} cannot listen on {address} ({error.strerror}): something else does, perhaps the "
        f"service itself. See what it is (ss -ltnp), or run where network namespaces are allowed."
    )
