"""Services that outlive their run (E2E_KEEP=1): noted beside their data, and ended by the next run of that name."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

NOTE = "kept.json"
END_LIMIT_S = 2.0


def note(folder: Path, pids: Sequence[int]) -> None:
    """Write down which processes live on the data in `folder`."""
    (folder / NOTE).write_text(json.dumps([{"pid": pid, "started": _started(pid)} for pid in pids]))


def end(folder: Path) -> None:
    """End the processes noted in `folder`, each with its group, if they are still those that were noted."""
    try:
        rows = json.loads((folder / NOTE).read_text())
    except (OSError, ValueError):
        return
    left = [row["pid"] for row in rows if _started(row["pid"]) == row["started"] is not None]
    for signum in (signal.SIGINT, signal.SIGKILL):
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signum)
        deadline = time.monotonic() + END_LIMIT_S
        while (left := [pid for pid in left if _started(pid)]) and time.monotonic() < deadline:
            time.sleep(0.01)


def _started(pid: int) -> str | None:
    """When the process began, in the kernel's ticks: with its id it is a name that is never used again. None where
    there is no such process, or only its remains."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields[18] if state != "Z" else None
