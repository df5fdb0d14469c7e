"""The replayer's output: the official CLI's objects on stdout, its lines on stderr (official-cli.md, section 3)."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from e2e_common.tusk.comparison import clean


@dataclass
class Result:
    """The result of one test. `duration`: milliseconds until the response's headers."""

    test_id: str
    name: str  # method and path
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
        fields: dict[str, Any] = {"test_id": self.test_id, "passed": self.passed, "cancelled": False}
        if self.crashed_server:
            fields["crashed_server"] = True
        fields["duration"] = self.duration
        if self.deviations:
            fields["deviations"] = self.deviations
        if self.error:
            fields["error"] = self.error
        return json.dumps(fields, indent=2, ensure_ascii=False)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def totals(results: Sequence[Result]) -> int:
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
