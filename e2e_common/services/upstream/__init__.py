"""The local replacement of public APIs (e2e_common/services/upstream/app.py) as a server process."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from e2e_common.services import Service
from e2e_common.services.sentinels.http import HttpConversation
from e2e_common.services.server import Server
from e2e_common.util.paths import ROOT
from e2e_common.util.ports import reserve
from e2e_common.util.processes import spawn


class UpstreamServer(Server):
    """It starts together with the application, which may call it at once: calls wait in the socket that this process
    opens and passes on."""

    def start(self, log: Path) -> None:
        with socket.create_server((self.host, self.port.number), backlog=128) as listener, log.open("ab") as output:
            fd = listener.fileno()
            command = [sys.executable, "-m", "e2e_common.services.upstream.app", str(self.port.number), str(fd)]
            self._process = spawn(
                command, cwd=ROOT, env=os.environ, stdout=output, pass_fds=[fd], in_child=self.in_child
            )


SERVICE = Service(
    "upstream",
    "UPSTREAM_URL",
    url=lambda address, _: f"http://{address}",
    servers=lambda _: [UpstreamServer("upstream", reserve())],
    sentinel=lambda _: HttpConversation,
)
