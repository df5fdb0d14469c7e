"""One replay from the command line to the exit status.

The main thread starts and stops the service and listens for signals; the tests run in a thread of their own. A signal
thus never interrupts anything half-way: the main thread cleans up, whatever the tests are waiting for.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from e2e_common.replay import arguments
from e2e_common.replay.config import ConfigError
from e2e_common.replay.journal import Journal
from e2e_common.replay.lifecycle import Replay, ReplayError
from e2e_common.replay.report import Reporter
from e2e_common.replay.service import ServiceError

SIGNAL_POLL_S = 0.2
SIGNAL_NAMES = {signal.SIGINT: "interrupt", signal.SIGTERM: "terminated"}


def main(argv: list[str], replay_class: type[Replay] = Replay) -> int:
    """Run the command line `argv` (without the program's name) as such a replay. Returns the exit status
    (official-cli.md, 4); ends the process with 2 where the command line is wrong."""
    options = arguments.parse(argv)
    reporter = Reporter()
    try:
        journal = Journal(options.mocks_file)
    except OSError as error:
        reporter.say(f"Error: --mocks-file: {error}")
        return 1
    status = _run(options, reporter, journal, replay_class)
    journal.close(status)
    return status


def _run(options: arguments.Options, reporter: Reporter, journal: Journal, replay_class: type[Replay]) -> int:
    """A replay with its clean-up; its failures as lines on stderr."""
    # A SimpleQueue, since its `put` may interrupt its own `get` (a signal handler runs in between)
    events: queue.SimpleQueue[tuple[str, int | Exception]] = queue.SimpleQueue()
    for signum in SIGNAL_NAMES:
        signal.signal(signum, lambda number, _frame: events.put(("signal", number)))
    replay: Replay | None = None
    try:
        replay = replay_class(options, reporter, journal, Path.cwd(), os.environ)
        replay.prepare()
        threading.Thread(target=_report_outcome, args=(replay.run, events), daemon=True).start()
        kind, value = _next(events)
        if kind == "signal":
            reporter.interrupted(f"Received {SIGNAL_NAMES[signal.Signals(value)]} signal, cleaning up")  # type: ignore[arg-type]
            return 1
        return _status_or_raise(value)
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


def _status_or_raise(value: int | Exception) -> int:
    if isinstance(value, Exception):
        raise value
    return value


def _report_outcome(work: Callable[[], int], events: queue.SimpleQueue[tuple[str, int | Exception]]) -> None:
    try:
        events.put(("ended", work()))
    except Exception as error:  # the main thread raises it again
        events.put(("ended", error))
