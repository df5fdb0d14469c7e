"""The replayer's output: the official CLI's objects on stdout, its lines on stderr (official-cli.md, section 3), and
mocks.jsonl."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from e2e_common.tusk.comparison import clean


@dataclass
class TestResult:
    """The result of one test. `duration`: milliseconds until the response's headers."""

    test_id: str
    duration: int = 0
    deviations: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""
    crashed_server: bool = False

    @property
    def passed(self) -> bool:
        return not self.deviations and not self.error

    def deviate(self, where: str, expected: Any, actual: Any, description: str) -> None:
        """Add a deviation in the official CLI's form."""
        bodies = {"expected": _for_json(expected), "actual": _for_json(actual)}
        self.deviations.append({"field": where, **bodies, "description": description})

    def as_json(self) -> str:
        """The official CLI's object, with its order of keys."""
        crashed = {"crashed_server": True} if self.crashed_server else {}
        fields = {"test_id": self.test_id, "passed": self.passed, "cancelled": False, **crashed}
        causes = {"deviations": self.deviations, "error": self.error}
        fields |= {"duration": self.duration, **{name: value for name, value in causes.items() if value}}
        return json.dumps(fields, indent=2, ensure_ascii=False)


class Journal:
    """mocks.jsonl: one line per event, written at once. Thread-safe."""

    def __init__(self, path: Path) -> None:
        """Raises OSError if the file cannot be written."""
        self._lock = threading.Lock()
        self._file = path.open("w", encoding="utf-8", buffering=1)

    def write(self, event: str, **fields: Any) -> None:
        """Log one event. `fields`: as in mocks.jsonl. Does nothing after `close`."""
        with self._lock:
            if not self._file.closed:
                self._file.write(json.dumps({"event": event, "at": round(time.time(), 6), **fields}) + "\n")

    def close(self, exit_status: int) -> None:
        """Write the last line: the run has ended with this exit status."""
        self.write("end", exit_status=exit_status)
        with self._lock:
            self._file.close()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def totals(results: Sequence[TestResult]) -> int:
    """Print the totals. Returns the exit status: 1 if a test did not pass."""
    crashed = sum(result.crashed_server for result in results)
    passed = sum(result.passed for result in results)
    failed = len(results) - passed - crashed
    line = f"Tests: {len(results)} total, {passed} passed, {failed} failed"
    say(line + (f", {crashed} crashed server" if crashed else ""))
    return 1 if failed or crashed else 0


def _for_json(value: Any) -> Any:
    """A decoded value for `json.dumps`. As in Go, whole floats are printed without `.0`."""
    if isinstance(value, dict):
        return {clean(key): _for_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_for_json(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else clean(value)
