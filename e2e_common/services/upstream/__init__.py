"""The local replacement of public APIs (app.py) as a server process, and the sentinel in its place."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from e2e_common.services import Server, Service
from e2e_common.services.sentinels import Conversation
from e2e_common.util.paths import ROOT
from e2e_common.util.processes import spawn

REASON = b"Sentinel: nothing real can be reached in replay"
ANSWER = b"HTTP/1.1 502 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % REASON


class UpstreamServer(Server):
    """It starts together with the application, which may call it at once: calls wait in the socket that this process
    opens and passes on as standard input."""

    def start(self, log: Path) -> None:
        with socket.create_server((self.host, self.port.number), backlog=128) as listener, log.open("ab") as output:
            command = [sys.executable, "-m", "e2e_common.services.upstream.app"]
            self._process = spawn(command, cwd=ROOT, env=os.environ, stdout=output, stdin=listener.fileno())


class HttpConversation(Conversation):
    """The sentinel of an HTTP service. Every connection is a leak. It reads the first line of a request, or other
    bytes; the leak is logged with the time of the connection."""

    def take(self, at: float) -> bytes | None:
        if b"\n" not in self.buffer and self.buffer[:1].isalpha():
            return None
        self.ended()  # a TLS client, for instance, waits for an answer without having sent a line
        self.over = True
        return ANSWER

    def ended(self) -> None:
        request = self.buffer.split(b"\r\n", 1)[0].decode(errors="replace").rpartition(" HTTP/")[0]
        if not self.over:
            self.touched(request or f"a connection that sent {len(self.buffer)} bytes and no HTTP request", self.opened)


SERVICE = Service(
    "upstream",
    "UPSTREAM_URL",
    url=lambda address, _: f"http://{address}",
    servers=lambda run: [UpstreamServer("upstream", run)],
    sentinel=lambda _, touched, opened: HttpConversation(touched, opened),
)
