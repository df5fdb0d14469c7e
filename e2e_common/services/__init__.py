"""The services that a suite names in its docker-compose.yml (`x-e2e: {services: […]}`), a fresh set for each recording:
throw-away servers on loopback, or, in a container, those that Compose has started beside it."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from e2e_common import container
from e2e_common.errors import did_you_mean, environment, usage
from e2e_common.ports import reserve
from e2e_common.processes import last_lines
from e2e_common.readiness import wait_until
from e2e_common.services import kept
from e2e_common.services.scratch import Scratch
from e2e_common.services.server import Server
from e2e_common.yaml_files import load_yaml

KNOWN = ("upstream", "postgres", "redis", "redis-cluster")
SERVICE_VARIABLES = ("UPSTREAM_URL", "DATABASE_URL", "REDIS_URL", "REDIS_CLUSTER_URL")
"""By which an application finds them. A caller's own reach no run."""
START_LIMIT_S = 20.0


def declared(suite_dir: Path) -> list[str]:
    """Names of the services that the suite in `suite_dir` needs. Raises HarnessError (2) for an unknown one."""
    path = suite_dir / "docker-compose.yml"
    document = load_yaml(path) or {}
    names = (document.get("x-e2e") or {}).get("services") or []
    for name in names:
        if name not in KNOWN:
            raise usage(f"{path}: there is no service {name}{did_you_mean(name, KNOWN)}")
    return list(names)


def variables(addresses: Mapping[str, str]) -> dict[str, str]:
    """What the application reads to find its services. `addresses`: service → `host:port`."""
    from e2e_common.services.postgres import DATABASE, PASSWORD, USER

    forms = {
        "upstream": ("UPSTREAM_URL", "http://{}"),
        "postgres": ("DATABASE_URL", f"postgresql://{USER}:{PASSWORD}@{{}}/{DATABASE}"),
        "redis": ("REDIS_URL", "redis://{}/0"),
        "redis-cluster-1": ("REDIS_CLUSTER_URL", "redis://{}"),  # a client finds the other nodes by itself
    }
    named = {service: forms[service] for service in addresses if service in forms}
    return {variable: form.format(addresses[service]) for service, (variable, form) in named.items()}


class Services:
    """The real services of one recording, each a process of its own on a loopback port of its own.

    Use in order: start, wait, stop, close. Between stop and close the data is still there, so that `keep` can start
    them again, to outlive the run (E2E_KEEP).
    """

    def __init__(self, names: Sequence[str], logs: Path, knobs: Mapping[str, str]) -> None:
        """Find what `names` need. Raises HarnessError (3) for a server that this machine does not have."""
        self._logs = logs
        self._scratch = Scratch(logs.parent)
        self.started = False
        """Whether `start` was called: then there is something to keep."""
        self._servers = [server for name in names for server in _servers(name, self._scratch.folder, knobs)]

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
        Raises HarnessError (3) when one has died or takes too long."""
        self.started = True
        if any(server.keeps_data for server in self._servers):
            self._scratch.make()
        for server in self._servers:
            server.start(self._logs / f"{server.name}.log")
        self._wait(lambda server: server.accepts(), "did not start")

    def wait(self) -> None:
        """Return when all can take requests. Raises HarnessError (3) as `start` does."""
        self._wait(lambda server: server.ready(), "did not start")

    def check_alive(self) -> None:
        """Raises HarnessError (3) when one has died."""
        self._wait(lambda server: server.alive(), "did not stay up")

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
        if self._servers:  # else the folder may be that of services which an earlier run has kept
            self._scratch.drop()

    def keep(self) -> list[int]:
        """Start the stopped ones again, with their data, so that they outlive this process. Returns the process ids;
        the next run of this name ends them, and so does `kill`."""
        self._scratch.make(fresh=False)
        for server in self._servers:
            server.start(self._logs / f"{server.name}.log", outlive=True)
        pids = [server.pid for server in self._servers]
        kept.note(self._scratch.folder, pids)
        self._wait(lambda server: server.accepts(), "did not start again")
        return pids

    def _wait(self, condition: Callable[[Server], bool], fault: str) -> None:
        deadline = time.monotonic() + START_LIMIT_S
        for server in self._servers:
            left = max(deadline - time.monotonic(), 0)
            try:
                wait_until(
                    functools.partial(_holds, condition, server), timeout_s=left, what=server.name, interval_s=0.005
                )
            except (TimeoutError, ChildProcessError) as error:
                log = last_lines(self._logs / f"{server.name}.log") or "(its log is empty)"
                raise environment(f"{server.name} {fault}: {error}\n{log}") from error


def _holds(condition: Callable[[Server], bool], server: Server) -> bool:
    server.alive()
    with contextlib.suppress(OSError):
        return condition(server)
    return False


def _servers(name: str, folder: Path, knobs: Mapping[str, str]) -> list[Server]:
    """The servers behind the service `name`. Their modules are imported here, since a suite needs few."""
    if container.world() and name != "upstream":
        from e2e_common.services.composed import composed

        return composed(name)
    if name == "postgres":
        from e2e_common.services.postgres import Postgres

        return [Postgres(name, reserve(), folder / name, knobs["E2E_PG_BINDIR"])]
    if name.startswith("redis"):
        from e2e_common.services import redis

        program = redis.find_program(knobs["E2E_REDIS_SERVER"])
        if name == "redis":
            return [redis.Redis(name, reserve(), folder / name, program)]
        return [*redis.cluster(name, folder, program)]
    from e2e_common.services.upstream import Upstream

    return [Upstream(name, reserve())]
