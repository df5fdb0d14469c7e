"""One replay from the command line to the exit status.

The main thread starts and stops the service and listens for signals; the tests run in a thread of their own. A signal
thus never interrupts anything half-way: the main thread cleans up, whatever the tests are waiting for.
"""

from __future__ import annotations

import argparse
import contextlib
import queue
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from e2e_common.replay.config import ConfigError
from e2e_common.replay.journal import Journal
from e2e_common.replay.lifecycle import Replay, ReplayError
from e2e_common.replay.report import Reporter
from e2e_common.replay.service import ServiceError

SIGNAL_POLL_S = 0.2
SIGNAL_NAMES: dict[Any, str] = {signal.SIGINT: "interrupt", signal.SIGTERM: "terminated"}


def parse(argv: list[str]) -> argparse.Namespace:
    """The command line: of the official CLI's flags those that a run passes, and one of our own. Anything that is not
    understood ends the process with the usage on stderr (status 2)."""
    parser = argparse.ArgumentParser("python -m e2e_common.replay", allow_abbrev=False)
    parser.add_argument("command", choices=["run"])
    parser.add_argument("--trace-dir", metavar="DIR", type=Path, required=True, help="where the traces are")
    parser.add_argument(
        "--run-folder", metavar="DIR", type=Path, required=True,
        help="gets mocks.jsonl, an account of the run; after each test what requests.jsonl there states that it does "
        "outside its answer is waited for (not in the official CLI)",
    )  # fmt: skip
    fixed = parser.add_argument_group("for the official CLI; here it is so in any case")
    fixed.add_argument("--print", action="store_true")
    fixed.add_argument("--enable-service-logs", action="store_true")
    for flag, value in (("--output-format", "json"), ("--sandbox-mode", "off"), ("--concurrency", "1")):
        fixed.add_argument(flag, choices=[value])
    return parser.parse_args(argv)


def main(argv: list[str], replay_class: type[Replay] = Replay) -> int:
    """Run the command line `argv` (without the program's name) as such a replay. Returns the exit status
    (official-cli.md, 4)."""
    options = parse(argv)
    reporter = Reporter()
    try:
        journal = Journal(options.run_folder / "mocks.jsonl")
    except OSError as error:
        reporter.say(f"Error: {error}")
        return 1
    status = _run(lambda: replay_class(options.trace_dir, options.run_folder, reporter, journal), reporter)
    journal.close(status)
    return status


def _run(make: Callable[[], Replay], reporter: Reporter) -> int:
    """A replay with its clean-up; its failures as lines on stderr."""
    # A SimpleQueue, since its `put` may interrupt its own `get` (a signal handler runs in between)
    events: queue.SimpleQueue[tuple[str, int | Exception]] = queue.SimpleQueue()
    for signum in SIGNAL_NAMES:
        signal.signal(signum, lambda number, _frame: events.put(("signal", number)))
    replay: Replay | None = None
    try:
        replay = make()
        replay.prepare()
        threading.Thread(target=_report_outcome, args=(replay.run, events), daemon=True).start()
        kind, value = _next(events)
        if kind == "signal":
            reporter.interrupted(f"Received {SIGNAL_NAMES[value]} signal, cleaning up")
            return 1
        return _status(value)
    except (ReplayError, ConfigError, ServiceError) as error:
        reporter.say(f"Error: {error}")
        return 1
    finally:
        if replay is not None:
            replay.close()


def _next(events: queue.SimpleQueue[tuple[str, int | Exception]]) -> tuple[str, int | Exception]:
    """The next event. It wakes up now and then, since a signal that comes in the moment before a wait begins is only
    handled when that wait ends."""
    while True:
        with contextlib.suppress(queue.Empty):
            return events.get(timeout=SIGNAL_POLL_S)


def _status(outcome: int | Exception) -> int:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def _report_outcome(work: Callable[[], int], events: queue.SimpleQueue[tuple[str, int | Exception]]) -> None:
    try:
        events.put(("ended", work()))
    except Exception as error:  # the main thread raises it again
        events.put(("ended", error))
