"""The services that a suite declares in its docker-compose.yml (`x-e2e: {services: […]}`). A recording gets new ones:
temporary servers on loopback, or, in a container, those that Compose has started."""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import pkgutil
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from e2e_common.services import scratch
from e2e_common.services.binaries import Program
from e2e_common.services.sentinels import Conversation, Touched
from e2e_common.util import container
from e2e_common.util.errors import Code, HarnessError, did_you_mean, environment, usage
from e2e_common.util.names import READY_LIMIT_S, READY_OPTION
from e2e_common.util.paths import ROOT
from e2e_common.util.ports import Port, reserve
from e2e_common.util.processes import die_with_parent, exit_status, last_lines, spawn, stop
from e2e_common.util.readiness import wait_until
from e2e_common.util.yaml_files import load_yaml

EMPTY = "(its log is empty)"
LOOK_EVERY_S, ANSWER_LIMIT_S = 1.0, 2.0


class Recorded(NamedTuple):
    """What a replay knows of its recording. `addresses`: server → `host:port`; `parameters`: what the servers reported
    at log-in; `password`: of the servers that the run started itself, or empty."""

    addresses: Mapping[str, str]
    parameters: Mapping[str, str]
    password: str


class Server:
    """One server process. Subclasses define how it is started and when it is ready."""

    host = "127.0.0.1"
    _process: subprocess.Popen[bytes] | None = None
    _password = ""

    def __init__(self, name: str, run: Services) -> None:
        self.name, self.port = name, reserve()
        self.folder, self._password = run.folder / name, run.password

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port.number}"

    def start(self, log: Path) -> None:
        command = self.prepare()
        with log.open("ab") as output:
            self._process = spawn(command, cwd=ROOT, env=self.environ(), stdout=output, in_child=self.in_child)

    def prepare(self) -> Sequence[str]:
        """Prepare the data folder, and return the command that serves from it."""
        raise NotImplementedError

    def environ(self) -> dict[str, str]:
        """The server's environment, without the caller's variables that would affect it (PGDATA, PGPORT, …)."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def in_child(self) -> None:
        """Called in the new process, before the program."""
        die_with_parent()

    def ended(self) -> str:
        """How the process has ended (negative status: a signal's number); empty while it runs or if there is none."""
        status = exit_status(self._process) if self._process is not None else None
        return "" if status is None else f"exit status {status}"

    def accepts(self) -> bool:
        """Whether an application may connect."""
        return True

    def ready(self) -> bool:
        """Whether requests may be sent."""
        return self.accepts()

    def versions(self) -> dict[str, str]:
        """Name in result.json → version. Only while it runs."""
        return {}

    def parameters(self) -> dict[str, str]:
        """Parameters that it reports to every client at log-in. Only while it runs."""
        return {}

    def stop(self) -> None:
        """End the process and its group."""
        if self._process is not None:
            stop(self._process)
            self._process = None

    def release(self) -> None:
        self.port.release()


class Composed(Server):
    """A server that Compose has started, and found healthy, before the container of a recording. It is reached by its
    name; this class neither starts nor stops it."""

    def __init__(self, name: str, port: int) -> None:
        self.name = self.host = name
        self.port = Port(port, lambda: None)
        self._at = ""  # its IP address; the name cannot be resolved any more when it has gone
        self._next_look = 0.0

    def start(self, log: Path) -> None:
        """Nothing: Compose has started it."""

    def accepts(self) -> bool:
        return True

    def ended(self) -> str:
        """The process is not visible from here, so check whether it accepts connections, at most once a second."""
        if time.monotonic() < self._next_look:
            return ""
        self._next_look = time.monotonic() + LOOK_EVERY_S
        try:
            self._at = self._at or socket.gethostbyname(self.name)
            socket.create_connection((self._at, self.port.number), timeout=ANSWER_LIMIT_S).close()
        except OSError as error:
            return f"nothing answers at {self.address}: {error}"
        return ""


@dataclass(frozen=True)
class Service:
    """One kind of service. It is the SERVICE of a module in this folder, and has an entry in compose.base.yml.

    `variable`: the variable in which the application gets its URL (the caller's value is ignored); `url`: makes that
    URL from the address of the first server and the password (empty for Compose's servers). `servers`: makes temporary
    servers; raises HarnessError (3) if this machine has no program for them. `composed`: Compose's servers; empty if
    the service runs with the application in Docker too. `arguments`: added to the command of either's servers.
    `sentinel`: makes what replaces the service on one connection in replay. `program`: what `make doctor` looks for.
    """

    name: str
    variable: str
    url: Callable[[str, str], str]
    servers: Callable[[Services], Sequence[Server]]
    sentinel: Callable[[Recorded, Touched, float], Conversation]
    composed: Callable[[], Sequence[Server]] = tuple
    arguments: Sequence[str] = ()
    program: Program | None = None


@functools.cache
def known() -> Mapping[str, Service]:
    """Name → service, of all services."""
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    return {module.SERVICE.name: module.SERVICE for module in modules if hasattr(module, "SERVICE")}


def behind(server: str) -> Service:
    """The service of the server `server`: `redis-cluster` for `redis-cluster-2`. Raises KeyError."""
    return known()[re.sub(r"-\d+$", "", server)]


def declared(suite_dir: Path) -> list[str]:
    """Names of the services that the suite in `suite_dir` declares. Raises HarnessError (2) for an unknown one."""
    path = suite_dir / "docker-compose.yml"
    document = load_yaml(path) or {}
    names = (document.get("x-e2e") or {}).get("services") or []
    for name in names:
        if name not in known():
            raise usage(f"{path}: there is no service {name}{did_you_mean(name, known())}")
    return list(names)


def variables(addresses: Mapping[str, str], run: Path | None = None) -> dict[str, str]:
    """The variables with the URLs of the services. `addresses`: server → `host:port`; `run`: the run's folder, which
    holds the password of the servers that the run started itself."""
    secret = scratch.read_password(run) if run else ""
    found: dict[str, str] = {}
    for server, address in addresses.items():
        found.setdefault(behind(server).variable, behind(server).url(address, secret))
    return found


class Services:
    """The real services of one recording. Each server is a process with its own loopback port. Call start, wait, stop
    and close in this order."""

    def __init__(self, names: Sequence[str], logs: Path, options: Mapping[str, str]) -> None:
        """Prepare the servers for `names`. Writes a new password to the run's folder (the parent of `logs`) if there
        are any. Raises HarnessError (3) for a server that this machine does not have."""
        self._logs = logs
        self._limit_s = float(options.get(READY_OPTION, READY_LIMIT_S))
        self._scratch = scratch.Scratch(logs.parent)
        in_compose = container.is_inside()
        self.folder, self.options = self._scratch.folder, options  # `folder`: for the servers' data
        self.password = secrets.token_hex(16) if names and not in_compose else ""  # needs no quotes in SQL or a URL
        if self.password:
            scratch.write_password(logs.parent, self.password)
        self._servers: list[Server] = []
        for service in (known()[name] for name in names):
            self._servers += (service.composed() if in_compose else ()) or service.servers(self)

    @property
    def addresses(self) -> dict[str, str]:
        """Server → `host:port`, known before the start."""
        return {server.name: server.address for server in self._servers}

    @property
    def versions(self) -> dict[str, str]:
        """Name in result.json → version, of the servers that have one."""
        return {key: version for server in self._servers for key, version in server.versions().items()}

    @property
    def parameters(self) -> dict[str, str]:
        """Parameters that PostgreSQL reported at log-in (ParameterStatus), for its sentinel; else empty."""
        return {key: value for server in self._servers for key, value in server.parameters().items()}

    def start(self) -> None:
        """Start all servers. Returns when those that an application connects to at its start accept connections.
        Raises HarnessError: 3 if one has died, 5 if one is not ready in time."""
        self._scratch.make()
        for server in self._servers:
            server.start(self._log(server))
        for server in self._servers:
            self._wait(server, server.accepts)

    def wait(self) -> None:
        """Wait until all servers are ready for requests. Raises HarnessError as `start` does."""
        for server in self._servers:
            self._wait(server, server.ready)

    def check_alive(self, when: str = "") -> None:
        """Raises HarnessError (3) if a server has died; `when`: ends the message."""
        for server in self._servers:
            if how := server.ended():
                log = self._log(server)
                raise environment(f"{server.name} died ({how}), see {log}{when}\n{last_lines(log) or EMPTY}")

    def stop(self) -> None:
        for server in self._servers:
            server.stop()

    def close(self) -> None:
        """Stop the servers, remove their data and release their ports."""
        self.stop()
        for server in self._servers:
            server.release()
        self._scratch.drop()

    def _wait(self, server: Server, condition: Callable[[], bool]) -> None:
        def holds() -> bool:
            self.check_alive()  # report a dead server at once, whichever it is
            with contextlib.suppress(OSError):
                return condition()
            return False

        try:
            wait_until(holds, timeout_s=self._limit_s, what=server.name, interval_s=0.005)
        except TimeoutError as error:
            log = self._log(server)
            text = f"{error}; {READY_OPTION} allows it more\n{last_lines(log) or EMPTY}"
            raise HarnessError(Code.TIMED_OUT, text, str(log)) from None

    def _log(self, server: Server) -> Path:
        return self._logs / f"{server.name}.log"
