"""The stand-in for the public APIs (e2e_common/upstream.py) as a process."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from e2e_common.readiness import http_answers
from e2e_common.services.server import Server


class Upstream(Server):
    keeps_data = False

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "e2e_common.upstream", str(self.port.number)]

    def environ(self) -> dict[str, str]:
        return dict(os.environ)

    def accepts(self) -> bool:
        return True  # nobody connects to it before the first request: it starts beside the application

    def ready(self) -> bool:
        return http_answers("127.0.0.1", self.port.number, "/health")
