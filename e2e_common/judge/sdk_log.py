"""Parses the SDK's lines in the application's log. The format is set in a suite's src/app.py: time, [TuskDrift], level,
text.

While recording, the time is the machine's (UTC, to the millisecond). In replay it is the time of the test's recording.
"""

from __future__ import annotations

import calendar
import re
import time
from dataclasses import dataclass

_LINE = re.compile(
    rb"^(?P<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),(?P<ms>\d{3}) \[TuskDrift\] (?P<level>[A-Z]+) (?P<text>[^\r\n]*)",
    re.MULTILINE,
)


@dataclass(frozen=True)
class LogLine:
    """A log line of the SDK. `at`: seconds since the epoch; `offset`: of its first byte in the log; `number`: line
    number, from 1."""

    at: float
    level: str
    text: str
    offset: int
    number: int


def lines(log: bytes) -> list[LogLine]:
    """Returns all lines of the SDK in `log`, in order. Raises nothing: a line with an invalid time is skipped."""
    parsed, number, counted = [], 1, 0
    for match in _LINE.finditer(log):
        number += log.count(b"\n", counted, match.start())
        counted = match.start()
        try:
            at = calendar.timegm(time.strptime(match["at"].decode(), "%Y-%m-%d %H:%M:%S")) + int(match["ms"]) / 1000
        except ValueError:
            continue
        text = match["text"].decode(errors="replace")
        parsed.append(LogLine(at, match["level"].decode(), text, match.start(), number))
    return parsed
