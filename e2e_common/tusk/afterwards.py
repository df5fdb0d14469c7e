"""Wait for the declared work of a request after its response (`background=`, `leaks=`), before the next test starts.

A handler may do it after its response was sent. Calls and leaks are assigned to tests by the clock and by the length of
the log at the start of each test. So the next test must not start earlier.
"""

from __future__ import annotations

import contextlib
import json
from functools import cached_property
from pathlib import Path

from e2e_common.tusk.traces import Test
from e2e_common.util.names import REQUEST_HEADER
from e2e_common.util.readiness import wait_until

LIMIT_S = 2.0
BACKGROUND = b"Background request detected during replay"
CONTACT = b'"touched"'


class Afterwards:
    """`folder`: the run's folder, with requests.jsonl and touched.jsonl; `log`: the application's log."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._requests, self._touched, self._log = folder / "requests.jsonl", folder / "touched.jsonl", log
        self._log_at = self._touched_at = 0

    def mark(self) -> None:
        """A test begins: ignore what the files contain already."""
        self._log_at, self._touched_at = len(_since(self._log, 0)), len(_since(self._touched, 0))

    def wait(self, test: Test) -> None:
        """Wait until the log and touched.jsonl have the declared number of entries, at most LIMIT_S."""
        number = next((value for name, value in test.headers.items() if name.lower() == REQUEST_HEADER.lower()), "")
        background, leaks = self._declared.get(number, (0, 0))
        if not background and not leaks:
            return
        with contextlib.suppress(TimeoutError):
            wait_until(
                lambda: (
                    _since(self._log, self._log_at).count(BACKGROUND) >= background
                    and _since(self._touched, self._touched_at).count(CONTACT) >= leaks
                ),
                timeout_s=LIMIT_S,
                what="what the request does after its answer",
            )

    @cached_property
    def _declared(self) -> dict[str, tuple[int, int]]:
        """Number of a request → (declared background calls, declared leaks)."""
        requests = [raw for raw in map(json.loads, self._requests.read_bytes().splitlines()) if "n" in raw]
        return {str(raw["n"]): (raw["background"], len(raw["leaks"])) for raw in requests}


def _since(path: Path, offset: int) -> bytes:
    """The bytes of a file from `offset` on; empty if the file does not exist (yet)."""
    try:
        return path.read_bytes()[offset:]
    except FileNotFoundError:
        return b""
