"""The local replacement of public APIs (e2e_common/services/upstream/app.py) as a server process."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from e2e_common.services import Service
from e2e_common.services.sentinels.http import HttpConversation
from e2e_common.services.server import Server
from e2e_common.util.errors import environment
from e2e_common.util.paths import ROOT
from e2e_common.util.ports import reserve
from e2e_common.util.processes import spawn
from e2e_common.util.readiness import http_answers


class UpstreamServer(Server):
    """It starts together with the application, which may call it during its own start. So this process opens the socket
    at once and passes it on."""

    keeps_data = False

    def start(self, log: Path) -> None:
        try:
            listener = socket.create_server(("127.0.0.1", self.port.number), backlog=128)
        except OSError as error:
            raise environment(f"{self.name} cannot listen on {self.address}: {error.strerror}") from error
        with listener, log.open("ab") as output:
            command = [*self.command(), str(listener.fileno())]
            self._process = spawn(
                command, cwd=ROOT, env=os.environ, stdout=output, pass_fds=[listener.fileno()], in_child=self.in_child
            )

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "e2e_common.services.upstream.app", str(self.port.number)]

    def accepts(self) -> bool:
        return True

    def ready(self) -> bool:
        return http_answers("127.0.0.1", self.port.number, "/health")


SERVICE = Service(
    "upstream",
    "UPSTREAM_URL",
    url=lambda address, _: f"http://{address}",
    servers=lambda _: [UpstreamServer("upstream", reserve())],
    sentinel=lambda _: HttpConversation,
    has_password=False,
)
