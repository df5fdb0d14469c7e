"""The replayer's output: the official CLI's objects on stdout, its lines on stderr, and mocks.jsonl."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from e2e_common.tusk.comparison import clean

ALWAYS_PRINTED = ("passed", "cancelled", "duration")


def _number(text: str) -> float:
    """A whole float as an int, which is printed without `.0`."""
    value = float(text)
    return int(value) if value.is_integer() else value


@dataclass
class TestResult:
    """In the official CLI's order of keys. `duration`: milliseconds until the response's headers."""

    test_id: str
    cancelled: bool = False
    crashed_server: bool = False
    duration: int = 0
    deviations: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""

    @property
    def passed(self) -> bool:
        return not self.deviations and not self.error

    def deviate(self, where: str, expected: Any, actual: Any, description: str) -> None:
        self.deviations.append({"field": where, "expected": expected, "actual": actual, "description": description})

    def as_json(self) -> str:
        """The official CLI's object. Bytes that are not UTF-8 become U+FFFD."""
        fields = {"test_id": self.test_id, "passed": self.passed, **vars(self)}
        given = {key: value for key, value in fields.items() if value or key in ALWAYS_PRINTED}
        as_in_go = json.loads(json.dumps(given), parse_float=_number)
        return str(clean(json.dumps(as_in_go, indent=2, ensure_ascii=False)))


class Journal:
    """mocks.jsonl: one line per event, written at once and in one piece, so that several threads may write."""

    def __init__(self, path: Path) -> None:
        """Raises OSError if the file cannot be written."""
        self._file = path.open("wb", buffering=0)

    def write(self, event: str, **fields: Any) -> None:
        """Log one event. `fields`: as in mocks.jsonl."""
        line = json.dumps({"event": event, "at": round(time.time(), 6), **fields})
        self._file.write(f"{line}\n".encode())


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
