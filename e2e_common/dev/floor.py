"""The floor of a run: its application under the SDK, driven by a minimal client and a minimal replayer.

The record side sends the recorded requests in order over one connection, reads each answer to its end, and stops when
the marker's trace is on disk. The replay side answers each call with the span that comes next in its trace. Nothing is
compared, logged or isolated. What a run costs above its floor is the harness's own part.

`python -m e2e_common.dev.floor SUITE PORT`, after a run of the suite; prints its seconds of CPU (of this process after
its imports, and of all that it started: application and services) and of wall time, as JSON.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import resource
import runpy
import socket
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from e2e_common import services
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.base_runner import E2ETestRunnerBase
from e2e_common.record import application
from e2e_common.record.application import HEALTH, Application
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.tusk import traces, wire
from e2e_common.tusk.request import headers_for
from e2e_common.tusk.service import base_environment
from e2e_common.tusk.traces import LoadedTraces, Test
from e2e_common.util.errors import Code
from e2e_common.util.names import MARKER, REQUEST_HEADER
from e2e_common.util.paths import ROOT
from e2e_common.util.processes import spawn, stop
from e2e_common.util.readiness import wait_until

LIMIT_S = 60.0
BACKLOG = 512


def main(argv: Sequence[str]) -> int:
    """Print `{"cpu": s, "wall": s, "tests": n}`. Raises HarnessError (2) if there is no recording."""
    suite_dir, options = folder_of(argv[0]), load_options()
    run = RunFolder(ROOT / options["E2E_OUT"] / f"{name_of(suite_dir)}-{argv[1]}")
    recorded, setup = run.read_recording(), run.read_setup()
    began, started = time.process_time(), time.monotonic()
    recording = traces.load(run.traces)
    with tempfile.TemporaryDirectory(prefix="floor-", dir="/tmp") as scratch:
        folder = RunFolder(Path(scratch, "run"))
        folder.clear_recording()
        running = services.Services(services.declared(suite_dir), folder.logs, options)
        with contextlib.closing(running):
            running.start()
            variables = services.variables(running.addresses, folder.root)
            _set_up(suite_dir, variables)
            where = (suite_dir, recorded.app_port, run.env_bin, {**variables, **setup.variables})
            running.wait()
            _record(application.lay_out(folder.work, *where), folder.record_log, recording.tests)
        app = application.lay_out(folder.replay_work, *where)
        _replay(app, folder.cli_log, Path(scratch, "s"), recording)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() - began + children.ru_utime + children.ru_stime
    print(json.dumps({"cpu": cpu, "wall": time.monotonic() - started, "tests": len(recording.tests)}))
    return Code.PASSED


def _set_up(suite_dir: Path, variables: dict[str, str]) -> None:
    """Call `set_up` of the suite's runner."""
    defined = runpy.run_path(str(suite_dir / "entrypoint.py")).values()
    runner = next(each for each in defined if isinstance(each, type) and each in E2ETestRunnerBase.__subclasses__())
    runner.set_up(runner.__new__(runner), variables)


@contextlib.contextmanager
def _running(app: Application, log: Path, variables: dict[str, str]) -> Iterator[http.client.HTTPConnection]:
    """The application, ready; a client's connection to it, which reopens itself."""
    with log.open("wb") as output:
        process = spawn(app.command, cwd=app.work, env={**app.env, **variables}, stdout=output)
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=LIMIT_S)

    def ready() -> bool:
        with contextlib.suppress(OSError):
            connection.request("GET", HEALTH)
            return connection.getresponse().read() is not None
        connection.close()
        return False

    try:
        wait_until(ready, timeout_s=LIMIT_S, what="application")
        yield connection
    finally:
        connection.close()
        stop(process)


def _send(connection: http.client.HTTPConnection, test: Test) -> None:
    try:
        connection.request(test.method, test.path, test.body or None, headers_for(test))
        connection.getresponse().read()
    except (OSError, http.client.HTTPException, ValueError):
        connection.close()  # some requests end so in a run, too


def _record(app: Application, log: Path, tests: Sequence[Test]) -> None:
    with _running(app, log, {"TUSK_DRIFT_MODE": "RECORD"}) as connection:
        for test in tests:
            _send(connection, test)
        connection.request("GET", HEALTH, headers={REQUEST_HEADER: MARKER})
        connection.getresponse().read()
        seen: set[Path] = set()

        def marked() -> bool:
            new = set((app.work / ".tusk" / "traces").glob("*.jsonl")) - seen
            seen.update(new)
            return any(MARKER in path.read_text() for path in new)

        wait_until(marked, timeout_s=LIMIT_S, what="the marker's trace")


class _Replayer:
    """Answers the SDK: each call with the next span of its trace."""

    def __init__(self, recording: LoadedTraces, listener: socket.socket) -> None:
        self._next = defaultdict(list)
        for span in reversed(traces.by_start(span for span in recording.suite if not span.is_root)):
            self._next["" if span.is_pre_app_start else span.trace_id].append(span)
        self._listener = listener
        self._sdk: socket.socket
        self._travelled = threading.Event()
        threading.stack_size(wire.STACK_BYTES)
        threading.Thread(target=self._accept, daemon=True).start()

    def travel(self, test: Test) -> None:
        """Set the application's clock to the time of the recorded request."""
        travel = {"timestamp_seconds": test.root.start_ns / 1e9, "trace_id": test.trace_id}
        self._travelled.clear()
        self._sdk.sendall(wire.frame(wire.CLIMessage(type=wire.SET_TIME_TRAVEL, set_time_travel_request=travel)))
        self._travelled.wait(LIMIT_S)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._serve, args=(self._listener.accept()[0],), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, client.makefile("rb") as stream:
            for payload in wire.frames(stream, lambda _: None):
                message = wire.SDKMessage.FromString(payload)
                reply: Any = wire.CLIMessage(type=message.type, request_id=message.request_id)
                if message.type == wire.SET_TIME_TRAVEL:
                    self._travelled.set()
                    continue
                if message.type == wire.ALERT:
                    continue
                if message.type == wire.SDK_CONNECT:
                    self._sdk = client
                    reply.connect_response.success = True
                elif message.type == wire.MOCK_REQUEST:
                    self._answer(message.get_mock_request, reply.get_mock_response)
                else:
                    reply.send_inbound_span_for_replay_response.success = True
                client.sendall(wire.frame(reply))

    def _answer(self, call: Any, response: Any) -> None:
        response.request_id = call.request_id
        spans = self._next["" if call.outbound_span.is_pre_app_start else call.test_id]
        response.found = bool(spans)
        if spans:
            response.response_data.update(wire.response_data(spans.pop()))


def _replay(app: Application, log: Path, path: Path, recording: LoadedTraces) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(BACKLOG)
        replayer = _Replayer(recording, listener)
        mode = {"TUSK_DRIFT_MODE": "REPLAY", "TUSK_MOCK_SOCKET": str(path)}
        with _running(app, log, base_environment({}, traces.snapshot_of(recording)) | mode) as connection:
            for test in recording.tests:
                replayer.travel(test)
                _send(connection, test)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
