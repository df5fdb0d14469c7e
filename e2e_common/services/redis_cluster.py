"""A cluster of three Redis masters, which share the slots out among them."""

from __future__ import annotations

import functools
import socket
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from e2e_common.ports import Port, reserve
from e2e_common.sentinels.cluster import shares
from e2e_common.sentinels.redis import RedisConversation
from e2e_common.sentinels.server import Conversation, Touched
from e2e_common.services import Recorded, Service
from e2e_common.services.redis import PORT, PROGRAM, RedisServer, prefix
from e2e_common.services.server import Composed, Server

NODES = 3


class ClusterNode(RedisServer):
    """One master. Every node starts with the whole map in its nodes.conf, so nobody has to be introduced: it answers
    CLUSTER SLOTS at once, and takes commands after the two seconds that a master waits when it joins."""

    def __init__(
        self, name: str, port: Port, folder: Path, program: Path, password: str, bus: Port, table: Sequence[str]
    ) -> None:
        super().__init__(name, port, folder, program, password)
        self._bus = bus
        self._table = table

    def prepare(self) -> None:
        super().prepare()
        mine = [
            row.replace(" master", " myself,master") if f":{self.port.number}@" in row else row for row in self._table
        ]
        rows = [*mine, f"vars currentEpoch {len(mine)} lastVoteEpoch 0", ""]
        (self.folder / "nodes.conf").write_text("\n".join(rows))

    def command(self) -> Sequence[str]:
        # The bus has a port of its own choice: the usual one, port + 10000, may be beyond the last.
        bus = ["--cluster-enabled", "yes", "--cluster-port", str(self._bus.number)]
        return [*super().command(), *bus, "--cluster-config-file", "nodes.conf"]

    def ready(self) -> bool:
        return "cluster_state:ok" in self.ask("CLUSTER INFO")

    def release(self) -> None:
        super().release()
        self._bus.release()


class ComposedNode(Composed, RedisServer):
    """One master of Compose's. The addresses of containers are known only once they run, so the nodes are introduced
    then: each takes its share of the slots, and meets the first. What is there already is left as it is."""

    def __init__(self, cluster: str, node: int) -> None:
        super().__init__(f"{cluster}-{node}", PORT)
        self._node = node
        self._names = [f"{cluster}-{other}" for other in range(1, NODES + 1)]

    def start(self, log: Path) -> None:
        first, last = shares(NODES)[self._node - 1]
        meet = f"CLUSTER MEET {socket.gethostbyname(self._names[0])} {PORT}"
        share = f"CLUSTER ADDSLOTSRANGE {first} {last}"
        log.write_text(self.ask(share, f"CLUSTER SET-CONFIG-EPOCH {self._node}", meet))

    def accepts(self) -> bool:
        """Whether all slots are served and every node has a name: CLUSTER SLOTS answers with both."""
        said = self.ask("CLUSTER INFO", "CLUSTER SLOTS")
        return "cluster_state:ok" in said and all(name in said for name in self._names)


class RedisCluster(Service):
    """Its servers are `redis-cluster-1` and so on."""

    name = "redis-cluster"
    variable = "REDIS_CLUSTER_URL"
    program = PROGRAM

    def servers(self, folder: Path, knobs: Mapping[str, str], secret: str) -> Sequence[Server]:
        program = PROGRAM.find(knobs)
        ports = [(reserve(), reserve()) for _ in range(NODES)]
        table = [
            f"{node:040x} 127.0.0.1:{port.number}@{bus.number} master - 0 0 {node} connected {first}-{last}"
            for node, ((port, bus), (first, last)) in enumerate(zip(ports, shares(NODES)), start=1)
        ]
        return [
            ClusterNode(f"{self.name}-{node}", port, folder / f"{self.name}-{node}", program, secret, bus, table)
            for node, (port, bus) in enumerate(ports, start=1)
        ]

    def composed(self) -> Sequence[Server]:
        return [ComposedNode(self.name, node) for node in range(1, NODES + 1)]

    def url(self, address: str, secret: str) -> str:
        return f"{prefix(secret)}{address}"  # a client finds the other nodes by itself

    def sentinel(self, recorded: Recorded) -> Callable[[Touched, float], Conversation]:
        return functools.partial(RedisConversation, nodes=self.of(recorded.addresses))


SERVICE = RedisCluster()
