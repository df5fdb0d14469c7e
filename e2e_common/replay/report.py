"""What the replayer prints: the official CLI's objects on stdout, its lines on stderr (official-cli.md, section 3)."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import dataclass, field
from typing import Any, TextIO

from e2e_common.replay.golang import for_json


@dataclass
class Result:
    """One test's outcome. `duration`: milliseconds until the headers of the answer."""

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
        """Add a deviation in the official form."""
        bodies = {"expected": for_json(expected), "actual": for_json(actual)}
        self.deviations.append({"field": where, **bodies, "description": description})

    def as_json(self) -> str:
        """The official object, keys in the official order."""
        fields: dict[str, Any] = {"test_id": self.test_id, "passed": self.passed, "cancelled": False}
        if self.crashed_server:
            fields["crashed_server"] = True
        fields["duration"] = self.duration
        if self.deviations:
            fields["deviations"] = self.deviations
        if self.error:
            fields["error"] = self.error
        return json.dumps(fields, indent=2, ensure_ascii=False)


class Reporter:
    """Writes whole objects and lines, flushed at once; after `interrupted` nothing more."""

    def __init__(self) -> None:
        self._silent = False
        self._lock = threading.RLock()
        self.results: list[Result] = []

    def say(self, text: str, stream: TextIO | None = None) -> None:
        """A line on stderr."""
        with self._lock:
            if not self._silent:
                print(text, file=stream or sys.stderr, flush=True)

    def result(self, result: Result) -> None:
        """One test is settled: its object on stdout."""
        with self._lock:
            self.results.append(result)
            self.say(result.as_json(), sys.stdout)

    def totals(self, mocks: str, seconds: float) -> int:
        """The closing lines. Returns the exit status: 1 if any test did not pass."""
        crashed = sum(result.crashed_server for result in self.results)
        passed = sum(result.passed for result in self.results)
        failed = len(self.results) - passed - crashed
        line = f"Tests: {len(self.results)} total, {passed} passed, {failed} failed"
        self.say(line + (f", {crashed} crashed server" if crashed else ""))
        self.say(mocks)
        self.say(f"Total elapsed: {seconds:.1f}s")
        if failed or crashed:
            self.say(f"Error: {failed} tests with deviations, {crashed} crashed server")
        return 1 if failed or crashed else 0

    def interrupted(self, text: str) -> None:
        """The last line of all: a test that ends from now on is not reported."""
        self.say(text)
        with self._lock:
            self._silent = True
