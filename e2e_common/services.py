"""The services that a suite names in its docker-compose.yml (`x-e2e: {services: […]}`), for runs without Docker."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from e2e_common.errors import did_you_mean, environment, usage
from e2e_common.paths import ROOT
from e2e_common.ports import Port, reserve
from e2e_common.processes import exit_status, last_lines, spawn, stop
from e2e_common.readiness import http_answers, wait_until
from e2e_common.yaml_files import load_yaml

KNOWN = ("upstream",)
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


def variables(addresses: dict[str, str]) -> dict[str, str]:
    """What the application reads to find its services. `addresses`: service → `host:port`."""
    return {"UPSTREAM_URL": f"http://{addresses['upstream']}"} if "upstream" in addresses else {}


class Services:
    """The real services of one recording, each a process of its own on a loopback port of its own."""

    def __init__(self, names: Sequence[str], logs: Path) -> None:
        self._ports: dict[str, Port] = {name: reserve() for name in names}
        self._logs = logs
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def addresses(self) -> dict[str, str]:
        """Service → `host:port`, known before anything is started."""
        return {name: f"127.0.0.1:{port.number}" for name, port in self._ports.items()}

    def start(self) -> None:
        """Start them all; `wait` says when they answer."""
        for name, port in self._ports.items():
            command = [sys.executable, "-m", "e2e_common.upstream", str(port.number)]
            with (self._logs / f"{name}.log").open("wb") as log:
                self._processes[name] = spawn(command, cwd=ROOT, env=os.environ, stdout=log)

    def wait(self) -> None:
        """Return when all answer. Raises HarnessError (3) when one has died or takes too long."""
        for name, process in self._processes.items():
            number = self._ports[name].number
            try:
                wait_until(functools.partial(self._ready, process, number), timeout_s=START_LIMIT_S, what=name)
            except (TimeoutError, ChildProcessError) as error:
                log = self._logs / f"{name}.log"
                raise environment(
                    f"{name} did not start: {error}\n{last_lines(log) or '(its log is empty)'}"
                ) from error

    def stop(self) -> None:
        """End them and give their ports free."""
        while self._processes:
            stop(self._processes.popitem()[1])
        for port in self._ports.values():
            port.release()

    def _ready(self, process: subprocess.Popen[bytes], port: int) -> bool:
        status = exit_status(process)
        if status is not None:
            raise ChildProcessError(f"it exited with status {status}")
        return http_answers("127.0.0.1", port, "/health")
