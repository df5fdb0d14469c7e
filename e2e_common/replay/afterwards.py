"""What a request states that it does outside its answer (`background=`, `leaks=`): waited for before the next test.

A handler may do it after its answer has been sent. The clocks and the length of the log by which a call or a contact is
put down to a test are taken when the next test starts, so that one must not start before.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from e2e_common.names import REQUEST_HEADER
from e2e_common.readiness import wait_until
from e2e_common.replay.traces import Test

LIMIT_S = 2.0
BACKGROUND = b"Background request detected during replay"
CONTACT = b'"touched"'


@dataclass
class Afterwards:
    """`folder`: the run's, with requests.jsonl and touched.jsonl; `log`: the application's."""

    folder: Path
    log: Path
    _stated: dict[str, tuple[int, int]] | None = field(default=None, init=False)
    _log_at: int = field(default=0, init=False)
    _touched_at: int = field(default=0, init=False)

    def mark(self) -> None:
        """A test begins: what is there already is not its own."""
        self._log_at, self._touched_at = _size(self.log), _size(self._touched)

    def wait(self, test: Test) -> None:
        """Return once the log and the sentinels show as much as the request of `test` states, or after LIMIT_S."""
        number = next((value for name, value in test.headers.items() if name.lower() == REQUEST_HEADER.lower()), "")
        background, leaks = self._statements().get(number, (0, 0))
        if not background and not leaks:
            return
        with contextlib.suppress(TimeoutError):
            wait_until(
                lambda: (
                    _count(self.log, self._log_at, BACKGROUND) >= background
                    and _count(self._touched, self._touched_at, CONTACT) >= leaks
                ),
                timeout_s=LIMIT_S,
                what="what the request does after its answer",
            )

    @property
    def _touched(self) -> Path:
        return self.folder / "touched.jsonl"

    def _statements(self) -> dict[str, tuple[int, int]]:
        """Number of a request → how many background calls and contacts it states."""
        if self._stated is None:
            lines = (self.folder / "requests.jsonl").read_text(encoding="utf-8", errors="replace").splitlines()
            requests = [raw for raw in map(json.loads, lines) if "n" in raw]
            self._stated = {str(raw["n"]): (raw["background"], len(raw["leaks"])) for raw in requests}
        return self._stated


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _count(path: Path, offset: int, what: bytes) -> int:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read().count(what)
    except FileNotFoundError:
        return 0
