"""What a request states that it does outside its answer (`background=`, `leaks=`): waited for before the next test.

A handler may do it after its answer has been sent. The clocks and the length of the log by which a call or a contact is
put down to a test are taken when the next test starts, so that one must not start before.
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
    """`folder`: the run's, with requests.jsonl and touched.jsonl; `log`: the application's."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._requests, self._touched, self._log = folder / "requests.jsonl", folder / "touched.jsonl", log
        self._log_at = self._touched_at = 0

    def mark(self) -> None:
        """A test begins: what is there already is not its own."""
        self._log_at, self._touched_at = len(_since(self._log, 0)), len(_since(self._touched, 0))

    def wait(self, test: Test) -> None:
        """Return once the log and the sentinels show as much as the request of `test` states, or after LIMIT_S."""
        number = next((value for name, value in test.headers.items() if name.lower() == REQUEST_HEADER.lower()), "")
        background, leaks = self._stated.get(number, (0, 0))
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
    def _stated(self) -> dict[str, tuple[int, int]]:
        """Number of a request → how many background calls and contacts it states."""
        requests = [raw for raw in map(json.loads, self._requests.read_bytes().splitlines()) if "n" in raw]
        return {str(raw["n"]): (raw["background"], len(raw["leaks"])) for raw in requests}


def _since(path: Path, offset: int) -> bytes:
    """What has been written to a file since it had so many bytes; nothing, where it is not there (yet)."""
    try:
        return path.read_bytes()[offset:]
    except FileNotFoundError:
        return b""
