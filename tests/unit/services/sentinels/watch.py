"""Sentinels on free ports, and what they have written."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from e2e_common.services import Recorded
from e2e_common.services.sentinels.standing import Sentinels
from e2e_common.util.ports import reserve
from e2e_common.util.readiness import wait_until

LIMIT_S = 10
PASSWORD = "recorded"
PARAMETERS = {
    "server_version": "15.18 (Debian 15.18-0+deb12u1)", "server_encoding": "UTF8", "client_encoding": "UTF8",
    "application_name": "", "is_superuser": "off", "session_authorization": "app", "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres", "TimeZone": "UTC", "integer_datetimes": "on", "standard_conforming_strings": "on",
}  # fmt: skip


class Watch:
    """Sentinels in the place of `services`. As a context manager they serve, and are closed at the end."""

    def __init__(self, folder: Path, *services: str, parameters: Mapping[str, str] = PARAMETERS) -> None:
        self.log = folder / "touched.jsonl"
        self._ports = {service: reserve() for service in services}
        addresses = {service: f"127.0.0.1:{port.number}" for service, port in self._ports.items()}
        self.sentinels = Sentinels(Recorded(addresses, parameters, PASSWORD), self.log)
        self.sentinels.listen()
        self.database = f"postgresql://app:{PASSWORD}@{addresses.get('postgres')}/app"

    def __enter__(self) -> Watch:
        self.sentinels.serve()
        return self

    def __exit__(self, *_: object) -> None:
        self.sentinels.close()

    def port(self, service: str) -> int:
        return self._ports[service].number

    def connect(self, service: str, data: bytes = b"") -> socket.socket:
        """A client that has sent `data`."""
        connection = socket.create_connection(("127.0.0.1", self.port(service)), LIMIT_S)
        connection.sendall(data)
        return connection

    def lines(self) -> list[dict[str, Any]]:
        """Every line that is written whole: a reader beside the writer can see the beginning of one."""
        return [json.loads(line) for line in self.log.read_text().splitlines(keepends=True) if line.endswith("\n")]

    def leaks(self) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["event"] == "touched"]

    def touched(self) -> list[str]:
        return [line["what"] for line in self.leaks()]

    def comes(self, condition: Callable[[], bool]) -> None:
        """Wait for something that the sentinels' thread does."""
        wait_until(condition, timeout_s=LIMIT_S, what="the sentinels", interval_s=0.005)


def everything(connection: socket.socket) -> bytes:
    """What is answered until the connection ends."""
    with connection.makefile("rb") as answer:
        return answer.read()


def command(*words: bytes) -> bytes:
    """A command in Redis's protocol."""
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)
