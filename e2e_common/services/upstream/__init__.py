"""The local replacement of public APIs (e2e_common/services/upstream/app.py) as a server process."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from e2e_common.services import Service
from e2e_common.services.sentinels.http import HttpConversation
from e2e_common.services.server import Server
from e2e_common.util.ports import reserve
from e2e_common.util.readiness import tcp_answers


class UpstreamServer(Server):
    def environ(self) -> dict[str, str]:
        return dict(os.environ)

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "e2e_common.services.upstream.app", str(self.port.number)]

    def accepts(self) -> bool:
        return tcp_answers("127.0.0.1", self.port.number)


SERVICE = Service(
    "upstream",
    "UPSTREAM_URL",
    url=lambda address, _: f"http://{address}",
    servers=lambda _: [UpstreamServer("upstream", reserve())],
    sentinel=lambda _: HttpConversation,
)
