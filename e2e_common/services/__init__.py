"""The services that a suite names in its docker-compose.yml (`x-e2e: {services: […]}`), a fresh set for each recording:
throw-away servers on loopback, or, in a container, those that Compose has started beside it."""

from __future__ import annotations

import contextlib
import functools
import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from e2e_common.services import password
from e2e_common.services.binaries import Program
from e2e_common.services.scratch import Scratch
from e2e_common.services.sentinels import Conversation, Touched
from e2e_common.services.server import Server
from e2e_common.util import world
from e2e_common.util.errors import Code, HarnessError, did_you_mean, environment, usage
from e2e_common.util.names import READY_KNOB, READY_LIMIT_S
from e2e_common.util.processes import last_lines
from e2e_common.util.readiness import wait_until
from e2e_common.util.yaml_files import load_yaml


class Needs(NamedTuple):
    """What a throw-away server is made with: a folder for its data, the knobs, and the password of its run."""

    folder: Path
    knobs: Mapping[str, str]
    password: str


class Recorded(NamedTuple):
    """What a replay knows of its recording. `addresses`: server → `host:port`; `parameters`: what the servers said
    about themselves to whoever logged in; `password`: of the servers that the run started itself, or empty."""

    addresses: Mapping[str, str]
    parameters: Mapping[str, str]
    password: str


@dataclass(frozen=True)
class Service:
    """One kind of service: a file of this folder has it, by the name SERVICE, and e2e_common/compose.base.yml an entry.

    `variable`: by which an application finds it; a caller's own reaches no run. `url`: what that says, given the
    address of its first server and the password (empty: of Compose's). `servers`: makes throw-away ones; raises
    HarnessError (3) where this machine has none. `composed`: those of Compose; none where, in Docker too, it runs
    beside the application. `sentinel`: who answers in its place in replay. `program`: what `make doctor` looks for.
    """

    name: str
    variable: str
    url: Callable[[str, str], str]
    servers: Callable[[Needs], Sequence[Server]]
    sentinel: Callable[[Recorded], Callable[[Touched, float], Conversation]]
    composed: Callable[[], Sequence[Server]] = tuple
    program: Program | None = None
    has_password: bool = True


@functools.cache
def known() -> Mapping[str, Service]:
    """Every service, by its name."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if found.name != "__main__")
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {module.SERVICE.name: module.SERVICE for module in modules if hasattr(module, "SERVICE")}


def behind(server: str) -> Service:
    """The service that `server` belongs to. Raises KeyError."""
    return known()[_service_name(server)]


def addresses_of(name: str, addresses: Mapping[str, str]) -> list[str]:
    """Those of the servers of the service `name`."""
    return [address for server, address in addresses.items() if _service_name(server) == name]


def _service_name(server: str) -> str:
    """That of `redis-cluster-2` is `redis-cluster`."""
    return re.sub(r"-\d+$", "", server)


def declared(suite_dir: Path) -> list[str]:
    """Names of the services that the suite in `suite_dir` needs. Raises HarnessError (2) for an unknown one."""
    path = suite_dir / "docker-compose.yml"
    document = load_yaml(path) or {}
    names = (document.get("x-e2e") or {}).get("services") or []
    for name in names:
        if name not in known():
            raise usage(f"{path}: there is no service {name}{did_you_mean(name, known())}")
    return list(names)


def variables(addresses: Mapping[str, str], run: Path | None = None) -> dict[str, str]:
    """What the application reads to find its services. `addresses`: server → `host:port`; `run`: the folder of the run
    that recorded, which holds the password of the servers that it started itself."""
    secret = password.read(run) if run else ""
    found = [(service, addresses_of(service.name, addresses)) for service in known().values()]
    return {service.variable: service.url(own[0], secret) for service, own in found if own}


class Services:
    """The real services of one recording, each a process of its own on a loopback port of its own.

    Use in order: start, wait, stop, close.
    """

    def __init__(self, names: Sequence[str], logs: Path, knobs: Mapping[str, str]) -> None:
        """Find what `names` need, and leave a new password in the run's folder, the parent of `logs`, where one needs
        it. Raises HarnessError (3) for a server that this machine does not have."""
        self._logs = logs
        self._limit_s = float(knobs.get(READY_KNOB, READY_LIMIT_S))
        self._scratch = Scratch(logs.parent)
        services = [known()[name] for name in names]
        in_compose = world.is_container()
        has_password = not in_compose and any(service.has_password for service in services)
        needs = Needs(self._scratch.folder, knobs, password.make(logs.parent) if has_password else "")
        self._servers: list[Server] = []
        for service in services:
            self._servers += (service.composed() if in_compose else ()) or service.servers(needs)

    @property
    def addresses(self) -> dict[str, str]:
        """Service → `host:port`, known before anything is started."""
        return {server.name: server.address for server in self._servers}

    @property
    def versions(self) -> dict[str, str]:
        """What `result.json` calls the servers, and their versions; of those that have one."""
        return {key: version for server in self._servers for key, version in server.versions().items()}

    @property
    def parameters(self) -> dict[str, str]:
        """What PostgreSQL reported about itself at log-in (ParameterStatus), for its sentinel; empty without it."""
        return {key: value for server in self._servers for key, value in server.parameters().items()}

    def start(self) -> None:
        """Start them all, and return once those that an application connects to at its start accept connections.
        Raises HarnessError: 3 as soon as one has died, 5 when one takes too long."""
        if any(server.keeps_data for server in self._servers):
            self._scratch.make()
        for server in self._servers:
            server.start(self._log(server))
        self._wait(lambda server: server.accepts())

    def wait(self) -> None:
        """Return when all can take requests. Raises HarnessError as `start` does."""
        self._wait(lambda server: server.ready())

    def died(self) -> str:
        """The first that has ended, how, and its log; empty while all are alive."""
        dead, how = self._dead()
        return f"{dead.name} died ({how}), see {self._log(dead)}" if dead else ""

    def check_alive(self) -> None:
        """Raises HarnessError (3) when one has died."""
        dead, how = self._dead()
        if dead:
            raise environment(f"{dead.name} died ({how}), see {self._log(dead)}\n{self._last_words(dead)}")

    def stop(self) -> None:
        for server in self._servers:
            server.ask_to_end()
        for server in self._servers:
            server.stop()

    def close(self) -> None:
        """End them, drop their data and give their ports free."""
        self.stop()
        for server in self._servers:
            server.release()
        self._scratch.drop()

    def _dead(self) -> tuple[Server | None, str]:
        ended = ((server, server.ended()) for server in self._servers)
        return next((each for each in ended if each[1]), (None, ""))

    def _wait(self, condition: Callable[[Server], bool]) -> None:
        for server in self._servers:
            holds = functools.partial(self._holds, condition, server)
            try:
                wait_until(holds, timeout_s=self._limit_s, what=server.name, interval_s=0.005)
            except TimeoutError as error:
                text = f"{error}; {READY_KNOB} allows it more\n{self._last_words(server)}"
                raise HarnessError(Code.TIMED_OUT, text, str(self._log(server))) from None

    def _holds(self, condition: Callable[[Server], bool], server: Server) -> bool:
        self.check_alive()  # whichever has died: it is told at once
        with contextlib.suppress(OSError):
            return condition(server)
        return False

    def _log(self, server: Server) -> Path:
        return self._logs / f"{server.name}.log"

    def _last_words(self, server: Server) -> str:
        return last_lines(self._log(server)) or "(its log is empty)"
