"""Runs a suite as a child process, for commands that make several runs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e_common.report.write import Progress, has_colour
from e2e_common.util.interrupts import Interrupted
from e2e_common.util.paths import ROOT
from e2e_common.util.processes import has_exited, spawn, stop
from e2e_common.util.readiness import NO_LIMIT_S, wait_until

CLEAN_UP_LIMIT_S = 10.0
FROM_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")  # the runs cannot use make's job server


@dataclass(frozen=True)
class Ended:
    """How a run ended. `code`: its exit status (negative: a signal); `output`: its output; `result`: its result.json,
    or None."""

    code: int
    output: str
    result: dict[str, Any] | None


class SuiteRun:
    """One run of the suite in `folder`, started immediately. `words`: arguments of `e2e.sh run`; `result`: path of its
    result.json; `environ`: additional environment variables. Its output is kept until `end`."""

    def __init__(
        self, folder: Path, words: Sequence[str], result: Path, environ: Mapping[str, str] | None = None
    ) -> None:
        self._result = result
        self._before = identity(result)
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 - open until `end` has read it
        kept = {key: value for key, value in os.environ.items() if key not in FROM_MAKE}
        colour = {"FORCE_COLOR": "1"} if has_colour(sys.stdout) else {}
        command = [str(ROOT / "scripts" / "e2e.sh"), "run", str(folder), *words]
        self._process = spawn(command, cwd=ROOT, env={**kept, **colour, **(environ or {})}, stdout=self._printed)

    def has_ended(self) -> bool:
        return has_exited(self._process)

    def interrupt(self, signum: int) -> None:
        """Signals the run like a Ctrl-C in its terminal: it cleans up, writes its result and ends."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signum)

    def end(self) -> Ended:
        """Returns how the run ended; kills it if it still runs."""
        code = stop(self._process, 0)
        self._printed.seek(0)
        # Without a new file there is no result: a run that was refused because of another run finds that run's.
        result = result_of(self._result, code) if identity(self._result) != self._before else None
        return Ended(code, self._printed.read().decode(errors="replace").rstrip(), result)

    def follow(self, command: str, what: str) -> Ended:
        """Wait for the end, with a live line. If `command` is interrupted, so is the run: its output is printed, and
        Interrupted raised."""
        progress = Progress(command, verbose=False)
        progress.phase(what)

        def done() -> bool:
            progress.tick()
            return self.has_ended()

        try:
            wait_until(done, timeout_s=NO_LIMIT_S, what=what)
        except Interrupted as error:
            interrupt_all([self], error.signum)
            print(self.end().output)
            raise
        finally:
            progress.clear()
        return self.end()


def interrupt_all(runs: Sequence[SuiteRun], signum: int) -> None:
    """Interrupt the runs and wait until they have cleaned up."""
    for run in runs:
        run.interrupt(signum)
    with contextlib.suppress(TimeoutError):  # `end` kills the rest
        wait_until(lambda: all(run.has_ended() for run in runs), timeout_s=CLEAN_UP_LIMIT_S, what="the clean-up")


def how(code: int) -> str:
    """An exit status as text."""
    return f"exit {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}"


def result_of(path: Path, code: int) -> dict[str, Any] | None:
    """The result.json of a run that ended with `code`; None if there is none, or only another run's."""
    with contextlib.suppress(OSError, ValueError):
        result: dict[str, Any] = json.loads(path.read_bytes())
        return result if result["code"] == code else None
    return None


def identity(path: Path) -> tuple[int, int] | None:
    """Returns (inode, mtime in ns), or None if there is no file. It changes with every write, independent of clocks,
    since result.json is always replaced by a new file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
