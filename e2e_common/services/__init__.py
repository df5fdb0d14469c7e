"""The services that a suite names in its docker-compose.yml (`x-e2e: {services: […]}`), a fresh set for each recording:
throw-away servers on loopback, or, in a container, those that Compose has started beside it."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from e2e_common import container
from e2e_common.errors import Code, HarnessError, did_you_mean, environment, usage
from e2e_common.names import READY_KNOB, READY_LIMIT_S
from e2e_common.ports import reserve
from e2e_common.processes import last_lines
from e2e_common.readiness import wait_until
from e2e_common.services import password
from e2e_common.services.scratch import Scratch
from e2e_common.services.server import Server
from e2e_common.yaml_files import load_yaml

KNOWN = ("upstream", "postgres", "redis", "redis-cluster")
SERVICE_VARIABLES = ("UPSTREAM_URL", "DATABASE_URL", "REDIS_URL", "REDIS_CLUSTER_URL")
"""By which an application finds them. A caller's own reach no run."""


def declared(suite_dir: Path) -> list[str]:
    """Names of the services that the suite in `suite_dir` needs. Raises HarnessError (2) for an unknown one."""
    path = suite_dir / "docker-compose.yml"
    document = load_yaml(path) or {}
    names = (document.get("x-e2e") or {}).get("services") or []
    for name in names:
        if name not in KNOWN:
            raise usage(f"{path}: there is no service {name}{did_you_mean(name, KNOWN)}")
    return list(names)


def variables(addresses: Mapping[str, str], run: Path | None = None) -> dict[str, str]:
    """What the application reads to find its services. `addresses`: service → `host:port`; `run`: the folder of the run
    that recorded, which holds the password of the services that it started itself (those of Compose have a fixed one,
    or none)."""
    from e2e_common.services.postgres import DATABASE, USER

    secret = password.read(run) if run else ""
    redis = f"redis://:{secret}@" if secret else "redis://"
    forms = {
        "upstream": ("UPSTREAM_URL", "http://{}"),
        "postgres": ("DATABASE_URL", f"postgresql://{USER}:{postgres_password(run)}@{{}}/{DATABASE}"),
        "redis": ("REDIS_URL", f"{redis}{{}}/0"),
        "redis-cluster-1": ("REDIS_CLUSTER_URL", f"{redis}{{}}"),  # a client finds the other nodes by itself
    }
    named = {service: forms[service] for service in addresses if service in forms}
    return {variable: form.format(addresses[service]) for service, (variable, form) in named.items()}


def postgres_password(run: Path | None) -> str:
    """That of PostgreSQL's user, in the run of the folder `run`; of Compose's where that has none."""
    from e2e_common.services.postgres import COMPOSE_PASSWORD

    return (password.read(run) if run else "") or COMPOSE_PASSWORD


class Services:
    """The real services of one recording, each a process of its own on a loopback port of its own.

    Use in order: start, wait, stop, close.
    """

    def __init__(
        self, names: Sequence[str], logs: Path, knobs: Mapping[str, str], *, limit_s: float | None = None
    ) -> None:
        """Find what `names` need, and leave a new password in the run's folder, the parent of `logs`, where one needs
        it. `limit_s`: how long each may take from its start until it is ready; None: what the knobs say. Raises
        HarnessError (3) for a server that this machine does not have."""
        self._logs = logs
        self._limit_s = float(knobs.get(READY_KNOB, READY_LIMIT_S)) if limit_s is None else limit_s
        self._deadlines: dict[str, float] = {}
        self._scratch = Scratch(logs.parent)
        makes_password = not container.world() and any(name != "upstream" for name in names)
        secret = password.make(logs.parent) if makes_password else ""
        self._servers = [server for name in names for server in _servers(name, self._scratch.folder, knobs, secret)]

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
            self._deadlines[server.name] = time.monotonic() + self._limit_s
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
        """End them."""
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
            left = max(self._deadlines[server.name] - time.monotonic(), 0)
            holds = functools.partial(self._holds, condition, server)
            try:
                wait_until(holds, timeout_s=left, what=server.name, interval_s=0.005)
            except TimeoutError:
                raise HarnessError(
                    Code.TIMED_OUT,
                    f"{server.name}: not ready within {self._limit_s:g} s of its start; {READY_KNOB} allows it "
                    f"more\n{self._last_words(server)}",
                    str(self._log(server)),
                ) from None

    def _holds(self, condition: Callable[[Server], bool], server: Server) -> bool:
        self.check_alive()  # whichever has died: it is told at once
        with contextlib.suppress(OSError):
            return condition(server)
        return False

    def _log(self, server: Server) -> Path:
        return self._logs / f"{server.name}.log"

    def _last_words(self, server: Server) -> str:
        return last_lines(self._log(server)) or "(its log is empty)"


def _servers(name: str, folder: Path, knobs: Mapping[str, str], secret: str) -> list[Server]:
    """The servers behind the service `name`, whose password is `secret`. Their modules are imported here, since a suite
    needs few."""
    if container.world() and name != "upstream":
        from e2e_common.services.composed import composed

        return composed(name)
    if name == "postgres":
        from e2e_common.services.postgres import Postgres

        return [Postgres(name, reserve(), folder / name, knobs["E2E_PG_BINDIR"], secret)]
    if name.startswith("redis"):
        from e2e_common.services import redis

        program = redis.find_program(knobs["E2E_REDIS_SERVER"])
        if name == "redis":
            return [redis.Redis(name, reserve(), folder / name, program, secret)]
        return [*redis.cluster(name, folder, program, secret)]
    from e2e_common.services.upstream import Upstream

    return [Upstream(name, reserve())]
