"""Replay: send the recorded requests to the application, in an environment without real services.

`ReplayProcess`, in the run's process, starts another one: `python -m e2e_common.replay.replaying FOLDER …`. That
process leaves the network, starts sentinels at the addresses of the services, runs the Tusk CLI and writes replay.json.
Its input is in the run's folder, so it also works in a container without a network.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from e2e_common import services
from e2e_common.artifacts import decoding
from e2e_common.artifacts.files import bytes_of
from e2e_common.artifacts.run_folder import RunFolder, write_json
from e2e_common.judge.results import parse_stalls
from e2e_common.record import application
from e2e_common.replay.tusk_cli import TuskCli, environ
from e2e_common.services.scratch import read_password
from e2e_common.util import container
from e2e_common.util.errors import SHOWN, Code, HarnessError, environment, explained
from e2e_common.util.forked import fork
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.isolation import TEMPORARY, isolate, probe, temporary
from e2e_common.util.paths import ROOT
from e2e_common.util.processes import adopt_orphans, await_orphans, end_orphans, has_exited, last_lines, spawn, stop
from e2e_common.util.readiness import NO_LIMIT_S, wait_until

CLI_GRACE_S = 2.5  # the CLI gives the application 1.5 s
PROCESS_GRACE_S = 3.5
MOST_OUTPUT = 256 << 20  # bytes; 100 000 tests print a tenth of it


class ReplayProcess:
    """The replay as seen by the run."""

    def __init__(self, run: RunFolder, cli: TuskCli, tick: Callable[[], None]) -> None:
        self._run, self._tick = run, tick
        self._before = run.fingerprint()  # of the recording at the start; empty once it was compared
        # The isolated process must not reach this listener. In a container without a network there is nothing outside.
        self._beacon = None if container.is_cut_off() else socket.create_server(("127.0.0.1", 0))
        beacon = "" if self._beacon is None else "{}:{}".format(*self._beacon.getsockname())
        words = [str(run.root), beacon, cli.name, cli.version, *cli.program]
        with (run.logs / "isolated.log").open("wb") as log:
            self._process = fork(["e2e_common.replay.replaying", *words], cwd=run.root, env=os.environ, stdout=log)

    def finish(self) -> None:
        """Wait for the end of the replay. Raises HarnessError if it failed."""

        def done() -> bool:
            self._tick()
            return has_exited(self._process)

        wait_until(done, timeout_s=NO_LIMIT_S, what="the replay")
        status = stop(self._process)
        self._check_untouched()
        _keep_logs(self._run, "")
        if status != 0:
            reason = last_lines(self._run.logs / "isolated.log") or f"the replay ended with {status}"
            raise HarnessError(status if status > 0 else Code.FAILED, reason)

    def _check_untouched(self) -> None:
        """Fail if the replay has changed the recording: a CLI that removes a request and its trace would else pass."""
        before, after = self._before, self._run.fingerprint()
        self._before = {}
        changed = sorted(name for name in {**before, **after} if before.get(name) != after.get(name))
        if changed:
            self._run.recording.unlink(missing_ok=True)
            names = ", ".join(changed[:SHOWN]) + (", …" if len(changed) > SHOWN else "")
            raise HarnessError(Code.FAILED, f"the replay has changed the recording ({names}): record again")

    def stop(self) -> None:
        if self._beacon is not None:
            self._beacon.close()
        stop(self._process, PROCESS_GRACE_S)
        if self._before:  # interrupted or out of time, which is the error to report
            with contextlib.suppress(HarnessError):
                self._check_untouched()


def main(folder: str, beacon: str, name: str, version: str, *program: str) -> int:
    """The isolated process. `beacon`: `host:port` that it must not reach, or empty; the others: the fields of the
    TuskCli. Returns 0 if the CLI has run, whatever its result; else the exit code of the error."""
    adopt_orphans()
    run = RunFolder(Path(folder))
    with Interrupts() as interrupts:
        try:
            _Isolated(run, TuskCli(name, version, program)).replay(beacon)
        except Interrupted as error:
            return error.code
        except Exception as error:
            failure = explained(error, run.logs / "harness.log")
            print(failure)
            return failure.code
        finally:
            interrupts.hold()
            end_orphans()
    return Code.PASSED


class _Isolated:
    """The replay in its own process: a call of the CLI for all tests, and one for each test that is retried after a
    stalled clock. `_env`: the CLI's variables."""

    def __init__(self, run: RunFolder, cli: TuskCli) -> None:
        self._run, self._cli = run, cli
        self._env: dict[str, str] = {}
        self._left_behind: list[str] = []

    def replay(self, beacon: str) -> None:
        from e2e_common.services.sentinels.standing import Sentinels  # slow to import; the run's process does without

        run, cli = self._run, self._cli
        setup, recording, env_bin = run.read_setup(), run.read_recording(), run.env_bin  # a link that will be hidden
        outside = temporary()
        try:
            detail = isolate([ROOT, run.root, *_programs(env_bin, cli)])
        except OSError as error:
            raise environment(f"the namespaces of the replay could not be set up: {error}") from error
        isolated, finding = probe(beacon)
        own_files = container.is_cut_off() or not outside & temporary()
        with contextlib.ExitStack() as at_end:
            serve = None
            if setup.sentinels:
                recorded = services.Recorded(recording.services, recording.parameters, read_password(run.root))
                sentinels = at_end.enter_context(contextlib.closing(Sentinels(recorded, run.touched)))
                sentinels.listen()
                serve = sentinels.serve
            started = time.monotonic()
            added = {**services.variables(recording.services, run.root), **setup.variables}
            variables = application.variables(run.replay_work, env_bin, setup.app_port, added)
            variables |= {"TMPDIR": TEMPORARY[0]} if own_files else {}
            self._env = environ(variables, run.replay_work)
            self._env["TUSK_TEST_DEFAULT_WAIT"] = f"{setup.ready_s:g}s"  # time for the SDK to connect
            status = self._call(cli.command(run.traces, run.root, run.agent), run.results, run.cli_log, serve)
            retries = tuple(self._retry())
        replay = decoding.Replay(
            exit_status=status,
            cli=decoding.CliVersion(cli.name, cli.version),
            network_isolated=isolated,
            own_files=own_files,
            left_behind=tuple(self._left_behind),
            retries=retries,
            seconds={"replay": round(time.monotonic() - started, 3)},
            network_detail=f"{detail}: {finding}",
        )
        write_json(run.replay, replay)

    def _retry(self) -> Iterator[decoding.RetriedTest]:
        """Retry, one by one, the tests for which the official CLI could not set the clock, up to the number that may
        stall. The others fail."""
        run, cli = self._run, self._cli
        stalled: list[str] = []
        with contextlib.suppress(OSError):  # the CLI has removed its own log, which the judge reports
            stalled = parse_stalls(bytes_of(run.cli_log))
        self._env["TUSK_TRACES_DIR"] = str(run.traces)
        for trace_id in list(filter(None, stalled))[: cli.stalls(len(list(run.traces.glob("*.jsonl"))))]:
            _keep_logs(run, "")
            started, folder = time.time(), run.retries / trace_id
            folder.mkdir(parents=True)
            command = cli.command(run.traces, run.root, folder / "agent", trace_id)
            status = self._call(command, folder / "results.json", run.logs / f"tusk-cli-retry-{trace_id}.log")
            _keep_logs(run, f"retry-{trace_id}-")
            yield decoding.RetriedTest(trace_id, started, status)

    def _call(self, command: list[str], results: Path, log: Path, serve: Callable[[], None] | None = None) -> int:
        """Run the CLI to its end and return its exit status. The official one does not wait for the application: the
        call ends when all its processes have. `results`, `log`: files for its stdout and stderr; `serve`: called once
        it has started."""
        start = fork if self._cli.name == "bundled" else spawn
        with results.open("wb") as stdout, log.open("wb") as stderr:
            process = start(command, cwd=self._run.replay_work, env=self._env, stdout=stdout, stderr=stderr)

        def done() -> bool:
            for path in (results, log):
                if path.exists() and path.stat().st_size > MOST_OUTPUT:
                    most = f"{path} holds more than {MOST_OUTPUT >> 20} MiB"
                    raise HarnessError(Code.FAILED, f"the {self._cli.name} CLI prints without end: {most}")
            return has_exited(process)

        try:
            if serve is not None:
                serve()
            wait_until(done, timeout_s=NO_LIMIT_S, what=f"the {self._cli.name} CLI")
            self._left_behind += await_orphans(process)
        finally:
            status = stop(process, CLI_GRACE_S)
        end_orphans()
        return status


def _programs(env_bin: Path, cli: TuskCli) -> list[Path]:
    """Folders and files of the programs that run in the replay: the environment, the Pythons and the CLI."""
    python = (env_bin / "python").resolve()
    here = [env_bin.parent, python.parents[1], Path(sys.prefix), Path(sys.base_prefix)]
    return [*here, *(Path(path) for word in cli.program if (path := shutil.which(word)))]


def _keep_logs(run: RunFolder, mark: str) -> None:
    """Move the application's log out of the working folder: the next call may use the same name."""
    for path in run.work_logs.glob("tusk-replay-*.log"):
        path.replace(run.logs / path.name.replace("tusk-replay-", f"tusk-replay-{mark}", 1))


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
