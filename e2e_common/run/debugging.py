"""`make debug-<suite>`: the application in this terminal, so that `breakpoint()` works in its handlers and in the SDK,
and the requests of E2E_ONLY. There are no time limits, and there is no verdict.

PHASE=record (the default): with its services. PHASE=replay: answered from the last recording, without sentinels and
without a network of its own. DEBUGPY=5678 waits for an editor on that port of loopback. `make send-<suite>` in another
terminal sends requests again.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from e2e_common import services
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.record import application
from e2e_common.setup import environments
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util import names
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, usage
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.paths import ROOT
from e2e_common.util.ports import LOOPBACK, reserve
from e2e_common.util.readiness import tcp_answers
from e2e_common.util.streams import say

DEBUGPY = "debugpy==1.8.22"
WAIT_FOR_EDITOR = "import debugpy; debugpy.listen(('127.0.0.1', {})); debugpy.wait_for_client()\n"
NO_LIMIT_S = 1e6
ONLY, PID = "only", "pid"
"""Files in the folder of a debugged suite: E2E_ONLY of the next requests, and the process to signal for them."""

Send = Callable[[str], None]
"""Sends the requests that a pattern of E2E_ONLY selects."""


def debug(
    suite_dir: Path, folder: RunFolder, options: dict[str, str], set_up: Callable[[Mapping[str, str]], None], port: int
) -> int:
    """Run the suite's application until it or Ctrl-C ends. `folder`: for its files. Returns 0. Raises HarnessError."""
    phase, editor = os.environ.get("PHASE") or "record", os.environ.get("DEBUGPY", "")
    if phase not in ("record", "replay"):
        raise usage(f"PHASE={phase}: record or replay")
    if editor and not editor.isdecimal():
        raise usage(f"DEBUGPY={editor}: the port for the editor, for instance 5678")
    options["E2E_WITH"] += f" {DEBUGPY}" if editor else ""
    folder.lock()
    with contextlib.suppress(Interrupted), Interrupts(), contextlib.ExitStack() as at_end:
        used = environments.prepare(suite_dir, options, folder.environment)
        folder.clear_recording()
        (folder.root / ONLY).write_text(options["E2E_ONLY"])
        bound = reserve(port)
        at_end.callback(bound.release)
        added = application.passed_on(options["E2E_APP_ENV"], os.environ)
        if editor:
            (folder.root / "sitecustomize.py").write_text(WAIT_FOR_EDITOR.format(editor))
            added["PYTHONPATH"] = str(folder.root)
        if phase == "record":
            running = services.Services(services.declared(suite_dir), folder.logs, options)
            at_end.callback(running.close)
            running.start()
            running.wait()
            found = services.variables(running.addresses, folder.root)
            set_up(found)
            added |= {**found, "TUSK_DRIFT_MODE": "RECORD"}
            send: Send = lambda only: _send_all(folder, bound.number, only)  # noqa: E731
        else:
            recorded = RunFolder(ROOT / options["E2E_OUT"] / f"{name_of(suite_dir)}-{port}")
            replayed, send = _answering(recorded, folder, bound.number, at_end)
            added |= replayed
        app = application.lay_out(folder.work, suite_dir, bound.number, used.home / "bin", added)
        say(f"{name_of(suite_dir)} in {phase} mode on port {app.port}; Ctrl-C ends it", sys.stderr)
        # Not in a session of its own: it reads from this terminal, and gets its Ctrl-C.
        process = subprocess.Popen(["/bin/sh", "-c", app.command], cwd=app.work, env=app.env)
        at_end.callback(_end, process)
        _serve(folder, app.port, process, send)
    return Code.PASSED


def _serve(folder: RunFolder, port: int, process: subprocess.Popen[bytes], send: Send) -> None:
    """Send the requests now, and again at each signal of `make send-<suite>`, until the application has ended."""
    wanted = [True]
    signal.signal(signal.SIGUSR1, lambda *_: wanted.append(True))
    (folder.root / PID).write_text(str(os.getpid()))
    try:
        while process.poll() is None:
            if wanted and any(tcp_answers(host, port) for host in LOOPBACK):
                wanted.clear()
                send((folder.root / ONLY).read_text())
            time.sleep(0.05)
    finally:
        (folder.root / PID).unlink()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(2)
    process.kill()
    process.wait()


def _send_all(folder: RunFolder, port: int, only: str) -> None:
    """Run src/test_requests.py, which waits for the application."""
    limits = dict.fromkeys((names.READY_VARIABLE, names.ANSWER_VARIABLE), str(NO_LIMIT_S))
    where = {names.URL_VARIABLE: f"http://127.0.0.1:{port}", names.LOG_VARIABLE: str(folder.requests)}
    env = {**os.environ, **limits, **where, "E2E_ONLY": only}
    subprocess.run([sys.executable, "src/test_requests.py"], cwd=folder.work, env=env, check=False)


def _answering(
    recorded: RunFolder, folder: RunFolder, port: int, at_end: contextlib.ExitStack
) -> tuple[dict[str, str], Send]:
    """Answer the SDK from the recording in `recorded`. Returns the application's variables, and what sends the recorded
    requests. Raises HarnessError (2) without a recording."""
    from e2e_common.tusk import Journal, traces
    from e2e_common.tusk.lifecycle import BACKLOG
    from e2e_common.tusk.matching import Matcher
    from e2e_common.tusk.server import MockServer
    from e2e_common.tusk.service import base_environment

    addresses = recorded.read_recording().services
    loaded = traces.load(recorded.traces)
    path = Path(at_end.enter_context(tempfile.TemporaryDirectory(dir="/tmp")), "s")  # at most 107 bytes long
    listener = at_end.enter_context(socket.socket(socket.AF_UNIX))
    listener.bind(str(path))
    listener.listen(BACKLOG)
    server = MockServer(listener, Journal(folder.mocks), Matcher(loaded))
    lines = recorded.requests.read_text().splitlines()
    called = {row["n"]: row["name"] for row in map(json.loads, lines) if "n" in row}

    def send(only: str) -> None:
        for test in loaded.tests:
            name = called.get(int(test.root.request or 0), "")
            if not names.selects(only, name):
                continue
            server.start_test(test.trace_id)
            server.travel(test.trace_id, test.root.start_ns / 1e9)
            try:
                status = str(traces.send(test, port, NO_LIMIT_S).status)
            except traces.TransportError as error:
                status = str(error)
            say(f"→ {name}: {status}, recorded {test.expected_status}", sys.stderr)
            server.finish_test(test.trace_id)

    snapshot = base_environment({}, traces.snapshot_of(loaded))
    found = services.variables(addresses, recorded.root)
    return {**snapshot, **found, "TUSK_DRIFT_MODE": "REPLAY", "TUSK_MOCK_SOCKET": str(path)}, send


def send(argv: Sequence[str]) -> int:
    """`send SUITE [port]`: let the debugged suite send the requests of E2E_ONLY. Raises HarnessError (2) if none is."""
    words, options = parse_run("send", argv), load_options()
    suite = name_of(folder_of(words.suite))
    folder = ROOT / options["E2E_OUT"] / f"{suite}-{words.port}-debug"
    if not (folder / PID).exists():
        raise usage(f"{suite} is not being debugged: make debug-{suite}")
    (folder / ONLY).write_text(options["E2E_ONLY"])
    os.kill(int((folder / PID).read_text()), signal.SIGUSR1)
    return Code.PASSED
