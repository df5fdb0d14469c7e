"""What a report shows of a run's logs: their ends, and the lines that belong to one request."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from e2e_common.reports.runs import Run
from e2e_common.reports.text import last, plain
from e2e_common.story.model import RequestStory

SHOWN, LINES, LIMIT, READ = 14, 60, 8_000, 65_536  # logs; of each lines, characters, and bytes that are read
LINES_OF_REQUEST, LIMIT_OF_REQUEST = 30, 4_000


@dataclass(frozen=True)
class Log:
    """The end of a log, and its path as a person opens it."""

    path: str
    text: str


def ends(run: Run) -> Iterator[Log]:
    """The logs that are not empty, those of a replay first."""
    found = [path for path in (run.folder / "logs").glob("*.log") if path.is_file()]
    shown = sorted(found, key=lambda path: (not path.name.startswith("tusk-"), path.name))
    for path in shown[:SHOWN]:
        text = last(plain(_end(path)), lines=LINES, limit=LIMIT)
        if text.strip():
            yield Log(run.path(f"logs/{path.name}"), text)


def of_request(told: RequestStory, run: Run) -> str:
    """The lines of the application's log that are of this request's replay: the bundled CLI says how long the log was
    when each test began; with the official one, the lines that hold the trace's id."""
    evidence = run.told.evidence if run.told else None
    trace_id = told.trace.trace_id if told.trace else ""
    if evidence is None or not trace_id:
        return ""
    logs = [data for name, data in evidence.raw.replay_logs.items() if not evidence.call_of(name)]
    tests = sorted(evidence.mocks.tests, key=lambda test: test.started) if evidence.mocks else []
    place = next((number for number, test in enumerate(tests) if test.trace_id == trace_id), None)
    if len(logs) == 1 and place is not None:
        end = tests[place + 1].logged if place + 1 < len(tests) else None
        text = logs[0][tests[place].logged : end].decode(errors="replace")
    else:
        lines = b"\n".join(logs).decode(errors="replace").split("\n")
        text = "\n".join(line for line in lines if trace_id in line)
    return last(plain(text).strip("\n"), lines=LINES_OF_REQUEST, limit=LIMIT_OF_REQUEST)


def _end(path: Path) -> str:
    if not path.is_file():  # to open a pipe is to wait for who writes into it
        return "cannot be read: it is no file"
    try:
        with path.open("rb") as log:
            log.seek(max(os.fstat(log.fileno()).st_size - READ, 0))
            return log.read(READ).decode(errors="replace")
    except OSError as error:
        return f"cannot be read: {error.strerror}"
