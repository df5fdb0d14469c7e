"""The SDK's lines in the application's log, as a suite's src/app.py has them formatted: time, [TuskDrift], level, text.

While recording, the time is the machine's (UTC, to the millisecond); in replay it is that of the test's recording.
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
class Line:
    """`at`: seconds since the epoch; `offset`: of its first byte in the log; `number`: of the line, from 1."""

    at: float
    level: str
    text: str
    offset: int
    number: int


def lines(log: bytes) -> list[Line]:
    """All lines of the SDK in `log`, in order. Raises nothing: what only looks like one is none."""
    found, number, counted = [], 1, 0
    for match in _LINE.finditer(log):
        number += log.count(b"\n", counted, match.start())
        counted = match.start()
        try:
            at = calendar.timegm(time.strptime(match["at"].decode(), "%Y-%m-%d %H:%M:%S")) + int(match["ms"]) / 1000
        except ValueError:
            continue
        text = match["text"].decode(errors="replace")
        found.append(Line(at, match["level"].decode(), text, match.start(), number))
    return found
