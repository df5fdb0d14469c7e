"""The services that Compose has started beside the container of a recording. Each is found by its name; nothing here
starts or ends one."""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path

from e2e_common.ports import Port
from e2e_common.services import postgres, redis
from e2e_common.services.server import Server

LOOK_EVERY_S, ANSWER_LIMIT_S = 1.0, 2.0
PORTS = {"postgres": 5432, "redis": 6379, "redis-cluster": 6379}
"""The services that e2e_common/compose.base.yml has, and where each listens."""
ADD_GUEST = f"""
DO $$ BEGIN
    CREATE ROLE {postgres.GUEST} LOGIN PASSWORD '{postgres.COMPOSE_PASSWORD}';
EXCEPTION WHEN duplicate_object THEN NULL;
END $$"""


def composed(name: str) -> list[Server]:
    """The server, or servers, behind the service `name`, a key of PORTS."""
    if name == "postgres":
        return [Postgres(name)]
    if name == "redis":
        return [Redis(name)]
    return [ClusterNode(name, node) for node in range(1, redis.NODES + 1)]


class Composed(Server):
    """One server of Compose's, healthy before this container was started."""

    keeps_data = False

    def __init__(self, name: str, port: int) -> None:
        super().__init__(name, Port(port, None))
        self._at = ""  # its address, which nobody knows any more when it has gone
        self._next_look = 0.0

    @property
    def address(self) -> str:
        return f"{self.name}:{self.port.number}"

    def start(self, log: Path) -> None:
        """Compose did."""

    def ended(self) -> str:
        """Its process is not ours to see: what is there takes connections. Looks once a second."""
        if time.monotonic() < self._next_look:
            return ""
        self._next_look = time.monotonic() + LOOK_EVERY_S
        try:
            self._at = self._at or socket.gethostbyname(self.name)
            socket.create_connection((self._at, self.port.number), timeout=ANSWER_LIMIT_S).close()
        except OSError as error:
            return f"nobody answers at {self.address}: {error}"
        return ""


class Postgres(Composed):
    """Its image makes the application's user a superuser; nobody else is in its network."""

    def __init__(self, name: str) -> None:
        super().__init__(name, PORTS[name])

    def start(self, log: Path) -> None:
        """Make the second role, unless it is there."""
        with postgres.connected(self.address, postgres.COMPOSE_PASSWORD) as connection:
            connection.cursor().execute(ADD_GUEST)

    def accepts(self) -> bool:
        import psycopg2

        with contextlib.suppress(psycopg2.OperationalError):
            return bool(self.parameters())
        return False

    def versions(self) -> dict[str, str]:
        return postgres.versions(self.parameters())

    def parameters(self) -> dict[str, str]:
        return postgres.parameters(self.address, postgres.COMPOSE_PASSWORD)


class Redis(Composed):
    def __init__(self, name: str) -> None:
        super().__init__(name, PORTS[name])

    def accepts(self) -> bool:
        return redis.ask(self.address, "PING").startswith("+PONG")

    def versions(self) -> dict[str, str]:
        return redis.versions(redis.ask(self.address, "INFO server"))


class ClusterNode(Composed):
    """One master. The addresses of containers are known only once they run, so the nodes are introduced then: each
    takes its share of the slots, and meets the first. What is there already is left as it is."""

    def __init__(self, cluster: str, node: int) -> None:
        super().__init__(f"{cluster}-{node}", PORTS[cluster])
        self._node = node
        self._names = [f"{cluster}-{other}" for other in range(1, redis.NODES + 1)]

    def start(self, log: Path) -> None:
        first, last = (redis.SLOTS * node // redis.NODES for node in (self._node - 1, self._node))
        share = f"CLUSTER ADDSLOTSRANGE {first} {last - 1}"
        meet = f"CLUSTER MEET {socket.gethostbyname(self._names[0])} {self.port.number}"
        log.write_text(redis.ask(self.address, share, f"CLUSTER SET-CONFIG-EPOCH {self._node}", meet))

    def accepts(self) -> bool:
        """Whether all slots are served and every node has a name: CLUSTER SLOTS answers with both."""
        said = redis.ask(self.address, "CLUSTER INFO", "CLUSTER SLOTS")
        return "cluster_state:ok" in said and all(name in said for name in self._names)

    def versions(self) -> dict[str, str]:
        return redis.versions(redis.ask(self.address, "INFO server")) if self._node == 1 else {}  # one speaks for all
