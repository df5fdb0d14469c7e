"""The floor of a run: its application under the SDK, driven by a minimal client and a minimal replayer.

The record side sends the recorded requests in order over one connection, reads each answer to its end, and stops when
the marker's trace is on disk. The replay side answers each call with the next span of its trace. Nothing is compared,
logged or isolated. What a run costs above its floor is the harness's own part.

`python -m e2e_common.dev.floor SUITE PORT`, after a run of the suite; prints its seconds of CPU (of this process after
its imports, and of all that it started: application and services) and of wall time, as JSON.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import resource
import runpy
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from e2e_common import services
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.base_runner import E2ETestRunnerBase
from e2e_common.record import application
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.tusk import traces, wire
from e2e_common.tusk.lifecycle import BACKLOG
from e2e_common.tusk.service import base_environment
from e2e_common.tusk.traces import Test
from e2e_common.util.errors import Code, HarnessError
from e2e_common.util.names import MARKER, REQUEST_HEADER
from e2e_common.util.paths import ROOT
from e2e_common.util.ports import reserve
from e2e_common.util.processes import has_exited, last_lines, spawn, stop
from e2e_common.util.readiness import wait_until

LIMIT_S = 60.0
LOG = "app.log"


def main(argv: Sequence[str]) -> int:
    """Print `{"cpu": s, "wall": s}`. Raises HarnessError (2) if there is no recording."""
    began, started = time.process_time(), time.monotonic()
    with RecordedRun(*argv) as recorded, recorded.services():
        with recorded.application({"TUSK_DRIFT_MODE": "RECORD"}) as app:
            for test in recorded.tests:
                app.send(test)
            app.get(application.HEALTH, {REQUEST_HEADER: MARKER})
            app.wait_for_marker()
        with recorded.replay() as (app, replayer):
            for test in recorded.tests:
                replayer.travel(test)
                app.send(test)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() - began + children.ru_utime + children.ru_stime
    print(json.dumps({"cpu": cpu, "wall": time.monotonic() - started}))
    return Code.PASSED


class App:
    """The application in `work`, and one connection to it, which reopens itself."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, work: Path) -> None:
        self.process, self._work = process, work
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)

    def get(self, path: str, headers: Mapping[str, str]) -> None:
        """Raises OSError or HTTPException."""
        self._connection.request("GET", path, headers=dict(headers))
        self._connection.getresponse().read()

    def send(self, test: Test) -> None:
        """Send a recorded request, and read the answer to its end. Some break the connection, in a run too."""
        try:
            self._connection.request(test.method, test.path, test.body or None, test.headers)
            self._connection.getresponse().read()
        except (OSError, http.client.HTTPException, ValueError):
            self._connection.close()

    def is_ready(self) -> bool:
        if has_exited(self.process):
            raise HarnessError(Code.FAILED, f"the application ended at its start\n{last_lines(self._work / LOG)}")
        with contextlib.suppress(OSError):
            self.get(application.HEALTH, {})
            return True
        self._connection.close()
        return False

    def wait_for_marker(self) -> None:
        marker = re.compile(rf'"{REQUEST_HEADER}":\s*"{MARKER}"', re.IGNORECASE)
        folder, seen = self._work / ".tusk" / "traces", set[Path]()

        def is_marked() -> bool:
            texts = {path: path.read_text() for path in set(folder.iterdir()) - seen}
            seen.update(path for path, text in texts.items() if text.endswith("\n"))  # else it is being written
            return any(map(marker.search, texts.values()))

        wait_until(is_marked, timeout_s=LIMIT_S, what="the marker's trace")

    def close(self) -> None:
        self._connection.close()
        stop(self.process)


class RecordedRun(contextlib.ExitStack):
    """The last run of `suite` on `port`: its requests, services and application, in a temporary folder. Raises
    HarnessError (2) if there is no recording."""

    def __init__(self, suite: str, port: str) -> None:
        super().__init__()
        self._suite_dir, self._options = folder_of(suite), load_options()
        self._run = RunFolder(ROOT / self._options["E2E_OUT"] / f"{name_of(self._suite_dir)}-{port}")
        recording, self._variables = self._run.read_recording(), dict(self._run.read_setup().variables)
        self._traces = traces.load(self._run.traces)
        self.tests = self._traces.tests
        self._port = reserve(recording.app_port)
        self._folder = RunFolder(Path(self.enter_context(tempfile.TemporaryDirectory(dir="/tmp")), "run"))

    @contextlib.contextmanager
    def services(self) -> Iterator[None]:
        """The services, new, ready and set up."""
        self._folder.clear_recording()
        names = services.declared(self._suite_dir)
        with contextlib.closing(services.Services(names, self._folder.logs, self._options)) as running:
            running.start()
            self._variables |= services.variables(running.addresses, self._folder.root)
            defined = runpy.run_path(str(self._suite_dir / "entrypoint.py")).values()
            runner = next(value for value in defined if value in E2ETestRunnerBase.__subclasses__())
            runner.set_up(runner.__new__(runner), self._variables)
            running.wait()
            yield

    @contextlib.contextmanager
    def application(self, variables: Mapping[str, str]) -> Iterator[App]:
        """The application, ready, in a new folder and with these additional `variables`."""
        work = Path(tempfile.mkdtemp(dir=self._folder.root))
        layout = application.lay_out(work, self._suite_dir, self._port.number, self._run.env_bin, self._variables)
        with (work / LOG).open("wb") as log:
            process = spawn(layout.command, cwd=work, env={**layout.env, **variables}, stdout=log)
        with contextlib.closing(App(process, layout.port, work)) as app:
            wait_until(app.is_ready, timeout_s=LIMIT_S, what="application")
            yield app

    @contextlib.contextmanager
    def replay(self) -> Iterator[tuple[App, Replayer]]:
        """The application in replay, and what answers it. Its services run on: in a run it connects to sentinels."""
        with socket.socket(socket.AF_UNIX) as listener:
            path = self._folder.root / "s"
            listener.bind(str(path))
            listener.listen(BACKLOG)
            replayer = Replayer(self._traces, listener)
            mode = {"TUSK_DRIFT_MODE": "REPLAY", "TUSK_MOCK_SOCKET": str(path), "PORT": str(self._port.number)}
            recorded = base_environment({}, traces.snapshot_of(self._traces))
            with self.application(recorded | self._variables | mode) as app:
                yield app, replayer


class Replayer:
    """Answers the SDK: each call with the next span of its trace that has the same input, else with the next one."""

    def __init__(self, recording: traces.LoadedTraces, listener: socket.socket) -> None:
        self._next = defaultdict(list)
        for span in traces.by_start(span for span in recording.suite if not span.is_root):
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
                if message.type == wire.SDK_CONNECT:
                    self._sdk = client
                    reply.connect_response.success = True
                elif message.type == wire.MOCK_REQUEST:
                    self._answer(message.get_mock_request, reply.get_mock_response)
                else:
                    reply.send_inbound_span_for_replay_response.success = True
                if message.type == wire.SET_TIME_TRAVEL:
                    self._travelled.set()
                elif message.type != wire.ALERT:
                    client.sendall(wire.frame(reply))

    def _answer(self, call: Any, response: Any) -> None:
        response.request_id, asked = call.request_id, call.outbound_span
        spans = self._next["" if asked.is_pre_app_start else call.test_id]
        response.found = bool(spans)
        if spans:
            equal = (span for span in spans if span.raw.get("inputValueHash") == asked.input_value_hash)
            span = next(equal, spans[0])
            spans.remove(span)
            response.response_data.update(wire.response_data(span))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
