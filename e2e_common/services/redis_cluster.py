"""A cluster of three Redis masters, which divide the slots among them."""

from __future__ import annotations

import socket
from pathlib import Path

from e2e_common.services import Composed, Service, Services
from e2e_common.services.redis import PORT, PROGRAM, RedisServer, prefix
from e2e_common.services.sentinels.redis import UNUSED, RedisConversation, shares
from e2e_common.util.ports import reserve

NAME = "redis-cluster"
"""The servers are `redis-cluster-1` and so on."""
NODES = 3
WITHOUT = f"""
acl bgrewriteaof bgsave dbsize debug failover flushall flushdb function georadius_ro georadiusbymember_ro lastsave
latency lolwut module monitor pfdebug pfselftest psubscribe publish pubsub punsubscribe randomkey readwrite replicaof
reset restore-asking role save script select slaveof slowlog subscribe sunsubscribe swapdb time unsubscribe wait
zrandmember {UNUSED}
"""
"""Commands of Redis 7.0 that the nodes do not know, since no request sends them to a cluster: its client asks for
COMMAND when it connects, and the SDK takes seconds to convert the answer of a node with all commands."""
ARGUMENTS = [word for name in WITHOUT.split() for word in ("--rename-command", name, "")]


class ClusterNode(RedisServer):
    """One master. Every node starts with all nodes in its nodes.conf, so no CLUSTER MEET is needed. It answers CLUSTER
    SLOTS at once, and takes commands after the two seconds that a master waits when it joins."""

    def __init__(self, node: int, run: Services, nodes: list[ClusterNode]) -> None:
        super().__init__(f"{NAME}-{node}", run)
        self._nodes = nodes
        self._bus = reserve()

    def prepare(self) -> list[str]:
        command = super().prepare()
        rows = ""
        for number, (node, (first, last)) in enumerate(zip(self._nodes, shares(NODES)), start=1):
            who = f"{number:040x} {node.address}@{node._bus.number} {'myself,' if node is self else ''}master"
            rows += f"{who} - 0 0 {number} connected {first}-{last}\n"
        (self.folder / "nodes.conf").write_text(f"{rows}vars currentEpoch {NODES} lastVoteEpoch 0\n")
        # Not the default bus port, port + 10000: it may be above 65535.
        bus = ["--cluster-enabled", "yes", "--cluster-port", str(self._bus.number)]
        return [*command, *bus, "--cluster-config-file", "nodes.conf", *ARGUMENTS]

    def ready(self) -> bool:
        return "cluster_state:ok" in self.ask("CLUSTER INFO")

    def release(self) -> None:
        super().release()
        self._bus.release()


class ComposedNode(Composed, RedisServer):
    """A master of Compose's. Container addresses are known only at run time, so `start` sets the cluster up: each node
    takes its share of the slots and meets the first node. It can be repeated."""

    def start(self, log: Path) -> None:
        node = int(self.name.rpartition("-")[2])
        first, last = shares(NODES)[node - 1]
        meet = f"CLUSTER MEET {socket.gethostbyname(f'{NAME}-1')} {PORT}"
        log.write_text(self.ask(f"CLUSTER ADDSLOTSRANGE {first} {last}", f"CLUSTER SET-CONFIG-EPOCH {node}", meet))

    def accepts(self) -> bool:
        """Whether all slots are served and every node has a name; CLUSTER SLOTS reports both."""
        answers = self.ask("CLUSTER INFO", "CLUSTER SLOTS")
        return "cluster_state:ok" in answers and all(f"{NAME}-{node}" in answers for node in range(1, NODES + 1))


def cluster(run: Services) -> list[ClusterNode]:
    nodes: list[ClusterNode] = []
    nodes += [ClusterNode(node, run, nodes) for node in range(1, NODES + 1)]
    return nodes


SERVICE = Service(
    NAME,
    "REDIS_CLUSTER_URL",
    url=lambda address, password: f"{prefix(password)}{address}",  # a client finds the other nodes by itself
    servers=cluster,
    sentinel=lambda recorded, touched, opened: RedisConversation(
        [at for server, at in recorded.addresses.items() if server.startswith(f"{NAME}-")], touched, opened
    ),
    composed=lambda: [ComposedNode(f"{NAME}-{node}", PORT) for node in range(1, NODES + 1)],
    arguments=ARGUMENTS,
    program=PROGRAM,
)
