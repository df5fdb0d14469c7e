"""Replay: the recorded requests against the application, in a world where nothing real can be reached.

The run (`Replay`, outside) starts the world, a process of its own: `python -m e2e_common.replaying FOLDER …`. That one
leaves the network, puts sentinels where the services stood, calls the Tusk CLI, and writes replay.json. All it needs
stands in the run's folder, so that the same command does in a container without a network.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from e2e_common import application, services
from e2e_common.errors import Code, HarnessError, environment
from e2e_common.interrupts import Interrupted, Interrupts
from e2e_common.isolation import enter_empty_network, probe
from e2e_common.processes import adopt_orphans, end_orphans, has_exited, last_lines, spawn, stop
from e2e_common.readiness import wait_until
from e2e_common.run_folder import RunFolder, write_json
from e2e_common.sentinels import Sentinels
from e2e_common.tusk_cli import Cli, environ, find_cli

NO_LIMIT_S = 3600.0  # the run's own time limit comes first
CLI_GRACE_S = 2.5  # it gives the application 1.5 s
WORLD_GRACE_S = 3.5


class Replay:
    """The run's side. `prestart`: start now, load the traces when `finish` is called (bundled CLI alone)."""

    def __init__(
        self, run: RunFolder, knobs: Mapping[str, str], tick: Callable[[], None], *, prestart: bool = False
    ) -> None:
        self._run, self._tick = run, tick
        self._beacon = socket.create_server(("127.0.0.1", 0))  # reached from inside, it disproves the isolation
        host, port = self._beacon.getsockname()
        command = [sys.executable, "-m", "e2e_common.replaying", str(run.root), "--beacon", f"{host}:{port}"]
        command += ["--cli", knobs["TUSK_CLI"], "--cli-path", knobs["TUSK_CLI_PATH"]]
        command += ["--prestart"] if prestart else []
        with (run.logs / "world.log").open("wb") as log:
            stdin = subprocess.PIPE if prestart else subprocess.DEVNULL
            self._process = spawn(command, cwd=run.root, env=os.environ, stdout=log, stdin=stdin)

    def finish(self) -> None:
        """Let it load the traces, and wait until it is done. Raises HarnessError when it could not do its work."""
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it is gone; its status says why
                self._process.stdin.close()

        def done() -> bool:
            self._tick()
            return has_exited(self._process)

        wait_until(done, timeout_s=NO_LIMIT_S, what="the replay")
        status = stop(self._process)
        for path in self._run.work_logs.glob("tusk-replay-*.log"):
            path.replace(self._run.logs / path.name)
        if status != 0:
            log = self._run.logs / "world.log"
            raise HarnessError(
                status if status > 0 else Code.FAILED, last_lines(log) or f"the replay ended with {status}"
            )

    def stop(self) -> None:
        """End it, in whatever state it is."""
        self._beacon.close()
        stop(self._process, WORLD_GRACE_S)
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()


def may_prestart(cli: Cli, config: Mapping[str, Any]) -> bool:
    """Whether the application of the replay can start while the recording is still being flushed: it needs a network
    of its own (the port is still taken in this one), a CLI that can wait for its traces, and no environment snapshot
    among them (replay protocol, section 16)."""
    snapshot = (config.get("recording") or {}).get("enable_env_var_recording")
    return cli.name == "bundled" and not snapshot and _can_isolate()


def _can_isolate() -> bool:
    """Whether a child can enter an empty network: tried, since no setting tells it for sure."""
    pid = os.fork()
    if pid == 0:
        done = False
        with contextlib.suppress(OSError):
            enter_empty_network()
            done = probe(None)[0]
        os._exit(0 if done else 1)
    return os.waitpid(pid, 0)[1] == 0


def main(argv: list[str]) -> int:
    """The world's side. Returns 0 when the CLI has run (whatever it found), else the code of the contract."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--beacon")
    parser.add_argument("--cli", default="auto")
    parser.add_argument("--cli-path", default="")
    parser.add_argument("--prestart", action="store_true")
    words = parser.parse_args(argv)
    adopt_orphans()
    with Interrupts() as interrupts:
        try:
            _world(
                RunFolder(words.folder),
                find_cli(words.cli, words.cli_path),
                words.beacon,
                words.prestart,
                interrupts,
            )
        except HarnessError as error:
            print(error)
            return error.code
        except Interrupted as error:
            return 128 + error.signum
        finally:
            interrupts.hold()
            end_orphans()
    return Code.PASSED


def _world(run: RunFolder, cli: Cli, beacon: str | None, prestart: bool, interrupts: Interrupts) -> None:
    facts = run.read_run(ended=False)  # it is still being flushed where we start early
    try:
        detail = enter_empty_network()
    except OSError as error:
        raise environment(f"the network namespace could not be set up: {error}") from error
    isolated, finding = probe(beacon)
    with contextlib.ExitStack() as at_end:
        stood = (facts["services"], run.touched, facts.get("parameters") or {})
        sentinels = Sentinels(*stood) if facts["sentinels"] else None
        if sentinels is not None:
            at_end.callback(sentinels.close)
            sentinels.listen()
        started = time.time()
        process = _start_cli(run, cli, facts, prestart)
        at_end.callback(stop, process, CLI_GRACE_S)
        at_end.callback(interrupts.hold)
        if sentinels is not None:
            sentinels.serve()
        wait_until(lambda: has_exited(process), timeout_s=NO_LIMIT_S, what=f"the {cli.name} CLI")
        status = stop(process)
    write_json(
        run.replay,
        {
            "schema": 1,
            "exit_status": status,
            "timed_out": False,
            "cli": {"name": cli.name, "version": cli.version},
            "network_isolated": isolated,
            "network_detail": f"{detail}: {finding}",
            "seconds": {"replay": round(time.time() - started, 3)},
        },
    )


def _start_cli(run: RunFolder, cli: Cli, facts: Mapping[str, Any], prestart: bool) -> subprocess.Popen[bytes]:
    command = cli.command(run.traces, run.mocks, early_traces=run.work_traces if prestart else None)
    more = {**services.variables(facts["services"]), **facts["told"]}
    told = application.variables(Path(facts["env_bin"]), facts["app_port"], more)
    env = environ({**told, "XDG_CONFIG_HOME": str(run.replay_work)})
    with run.results.open("wb") as stdout, run.cli_log.open("wb") as stderr:
        stdin = sys.stdin.fileno() if prestart else subprocess.DEVNULL
        return spawn(command, cwd=run.replay_work, env=env, stdout=stdout, stderr=stderr, stdin=stdin)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
