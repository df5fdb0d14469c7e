"""Record: start the services and the application with the SDK, send the requests, wait for the traces.

The SDK's exporter writes batches every two seconds, in order, and loses its queue when the process ends. So a marker
request follows the last request: once its root span is on disk, all spans that ended before it are on disk too.
"""

from __future__ import annotations

import http.client
import json
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from e2e_common import services
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.artifacts.traces import MalformedTrace, Span, parse_trace
from e2e_common.record.application import HEALTH, Application
from e2e_common.util import names
from e2e_common.util.errors import Code, HarnessError, did_you_mean, usage
from e2e_common.util.forked import fork
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.ports import connect
from e2e_common.util.processes import Process, exit_status, has_exited, spawn, stop
from e2e_common.util.readiness import NO_LIMIT_S, wait_until

EXPORT_INTERVAL_S = 2.0
MARKER_LIMIT_S = 3 * EXPORT_INTERVAL_S
STRAGGLER_LIMIT_S = EXPORT_INTERVAL_S + 0.1


class Recorder:
    """One recording: call start, send, flush and stop in this order; stop may be called at any time. `tick` is called
    during waits."""

    def __init__(self, run: RunFolder, app: Application, services: services.Services, tick: Callable[[], None]) -> None:
        self._run, self._app, self._services, self._tick = run, app, services, tick
        self.started = 0.0
        """Time of the application's start, in seconds since the epoch."""
        self._traces = Traces(run.work_traces)
        self._process: subprocess.Popen[bytes] | None = None
        self._requester: Process | None = None

    def start(self, mode: str, set_up: Callable[[], None]) -> None:
        """Start the services, call `set_up`, and start the application in `mode` (RECORD or DISABLED). Returns when the
        services are ready; src/test_requests.py waits for the application. Raises HarnessError: 3 if a service does not
        start, 5 if it is not ready in time."""
        self._services.start()
        set_up()
        self.started = time.time()
        with self._run.record_log.open("wb") as log:
            env = {**self._app.env, "TUSK_DRIFT_MODE": mode}
            self._process = spawn(self._app.command, cwd=self._app.work, env=env, stdout=log)
        self._services.wait()

    def send(self, only: str) -> int:
        """Run src/test_requests.py. Returns its exit status. `only`: the pattern of E2E_ONLY.

        Raises HarnessError: 1 if the application dies or the script fails; 2 if `only` matches no request; 4 if the
        script sends nothing; 5 if the application is not ready in time.
        """
        env = {**os.environ, "E2E_ONLY": only, names.URL_VARIABLE: f"http://127.0.0.1:{self._app.port}"}
        env |= {names.LOG_VARIABLE: str(self._run.requests), names.READY_VARIABLE: str(self._app.ready_s)}
        with self._run.requests_log.open("wb") as log:
            requester = self._requester = fork(["src/test_requests.py"], cwd=self._app.work, env=env, stdout=log)
        self._comes(lambda: has_exited(requester), NO_LIMIT_S)
        self._check_alive()
        status = stop(requester)
        self._check_sent(status, only)
        return status

    def flush(self, unrecorded: Callable[[Mapping[str, Any]], Collection[str]]) -> None:
        """Wait until every trace is on disk, except for requests whose names `unrecorded` returns: they are known to
        have no trace. It gets name → `calls` of each. The judge reports traces that are missing.

        Raises HarnessError (1) if the application no longer responds, or if there are traces but not the marker's: the
        others may then be incomplete.
        """
        self._send_marker()
        traces = self._traces
        if self._comes(lambda: names.MARKER in traces.look(again=False), MARKER_LIMIT_S):
            expected = self._expected(unrecorded)
            self._comes(lambda: traces.have(expected), STRAGGLER_LIMIT_S)
        elif traces.look():
            message = f"the exporter has not written the trace of the marker request within {MARKER_LIMIT_S:g} s"
            raise HarnessError(Code.FAILED, message, log=str(self._run.record_log))

    def _send_marker(self) -> None:
        self._check_alive()
        connection = http.client.HTTPConnection("127.0.0.1", self._app.port, timeout=MARKER_LIMIT_S)
        try:
            connection.sock = connect(self._app.port, MARKER_LIMIT_S)
            connection.request("GET", HEALTH, headers={names.REQUEST_HEADER: names.MARKER})
            connection.getresponse().read()
        except (OSError, http.client.HTTPException) as error:
            message = f"after its requests the application no longer answers {HEALTH}: {error}"
            raise HarnessError(Code.FAILED, message, log=str(self._run.record_log)) from error
        finally:
            connection.close()

    def _comes(self, condition: Callable[[], bool], limit_s: float) -> bool:
        """Whether `condition` becomes true in time. Raises HarnessError as `_check_alive` does."""

        def checked() -> bool:
            self._tick()
            self._check_alive()
            return condition()

        try:
            wait_until(checked, timeout_s=limit_s, what="traces")
        except TimeoutError:
            return False
        return True

    def stop(self) -> None:
        """Stop the application and the services, and move the traces to their folders."""
        for process in (self._requester, self._process):
            if process is not None:
                stop(process)
        self._services.stop()
        self._traces.look()
        for path in self._run.work_traces.glob("*.jsonl"):
            path.replace((self._run.aside if path.name in self._traces.aside else self._run.traces) / path.name)

    def _check_sent(self, status: int, only: str) -> None:
        rows, log = _rows(self._run.requests), str(self._run.requests_log)
        if status == names.NEVER_READY and not rows:
            message = f"the application did not answer {HEALTH} within {self._app.ready_s:g} s ({names.READY_OPTION})"
            raise HarnessError(Code.TIMED_OUT, message, str(self._run.record_log))
        if not rows or "end" not in rows[-1]:
            raise HarnessError(Code.FAILED, f"src/test_requests.py broke off (exit status {status})", log)
        if len(rows) == 1 and only:
            raise usage(f"E2E_ONLY={only}: no request is called so{did_you_mean(only, rows[-1]['names'])}")
        if len(rows) == 1:
            raise HarnessError(Code.NOTHING_VERIFIED, "src/test_requests.py sent nothing", log)

    def _expected(self, unrecorded: Callable[[Mapping[str, Any]], Collection[str]]) -> dict[str, int]:
        """Number of each recorded request → minimum of spans in its trace. More than the root span is required only if
        the request is `late`: its spans may also end after the marker's."""
        rows = [row for row in _rows(self._run.requests) if "n" in row and not row["recorded"]]
        lost = unrecorded({row["name"]: row["calls"] for row in rows})
        return {str(row["n"]): 1 + sum(row["calls"].values()) * row["late"] for row in rows if row["name"] not in lost}

    def _check_alive(self) -> None:
        """Raises HarnessError: 3 if a service has died (reported first: the application may fail because of it), 1 if
        the application has."""
        self._services.check_alive(" while the application was being recorded")
        status = exit_status(self._process) if self._process is not None else None
        if status is not None:
            how = f"exited with status {status}" if status >= 0 else f"was ended by signal {-status}"
            has_sent = self._run.requests.exists() and self._run.requests.stat().st_size
            when = "while it was being recorded" if has_sent else "at start"
            raise HarnessError(Code.FAILED, f"the application {how} {when}", log=str(self._run.record_log))


class Traces:
    """The traces in `folder` that have a root span on disk: number of the request → number of spans. `aside`: the files
    that belong to no request of the suite, such as the readiness check's; one without a root span belongs to one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sizes: dict[str, int] = {}
        self._found: dict[str, int] = {}
        self._whole: set[str] = set()
        self.aside: set[str] = set()

    def look(self, *, again: bool = True) -> Mapping[str, int]:
        """The traces, after reading the files that have grown; without `again` only those that had no root span."""
        listed = os.listdir(self._folder) if self._folder.exists() else []  # noqa: PTH208 - a run looks every 20 ms
        files = {name for name in listed if name.endswith(".jsonl")}
        for path in map(self._folder.joinpath, files if again else files - self._whole):
            size = path.stat().st_size
            spans = _spans(path) if self._sizes.get(path.name) != size else []
            self._sizes[path.name] = size
            requests = {span.request for span in spans if span.is_root}
            self._found.update({request: len(spans) for request in requests if request})
            if requests:
                self._whole.add(path.name)
                (self.aside.add if requests <= {None, names.MARKER} else self.aside.discard)(path.name)
        return self._found

    def have(self, expected: Mapping[str, int]) -> bool:
        """Whether they have at least the expected number of spans."""
        found = self.look()
        return all(found.get(number, 0) >= count for number, count in expected.items())


def _rows(log: Path) -> list[dict[str, Any]]:
    text = log.read_text() if log.exists() else ""  # the script may not have created its Api
    return [json.loads(line) for line in text.splitlines()]


def _spans(path: Path) -> list[Span]:
    try:
        return parse_trace(path.name, path.read_bytes())
    except MalformedTrace:
        return []  # incomplete, or nested too deep; if it remains so, the judge reports it


def serve(
    suite_dir: Path, folder: RunFolder, options: Mapping[str, str], set_up: Callable[[Mapping[str, str]], None]
) -> int:
    """For an application that is started by hand: start the services of the suite in `suite_dir`, call `set_up`, print
    the variables with their addresses, and wait for a signal. `folder`: for the logs. Returns 0 after Ctrl-C, 143 after
    TERM. Raises HarnessError."""
    with Interrupts() as interrupts:
        running = services.Services([], folder.logs, options)
        try:
            folder.lock()
            if not (names := services.declared(suite_dir)):
                raise usage(f"{suite_dir / 'docker-compose.yml'} names no services")
            folder.clear_recording()
            running = services.Services(names, folder.logs, options)
            running.start()
            running.wait()
            variables = services.variables(running.addresses, folder.root)
            set_up(variables)
            exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
            print("# for a second terminal; Ctrl-C here ends the services", *exports, sep="\n", flush=True)
            while True:
                running.check_alive()
                time.sleep(0.5)
        except Interrupted as error:
            return Code.PASSED if error.signum == signal.SIGINT else error.code
        finally:
            interrupts.hold()
            running.close()
