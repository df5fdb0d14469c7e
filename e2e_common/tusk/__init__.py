"""The bundled CLI: `python -m e2e_common.tusk run …` takes the arguments that a run passes to the official CLI, and
prints the same JSON and lines. It may be stricter, and it logs every mock request in mocks.jsonl.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


class ReplayError(Exception):
    """The replay cannot continue. The message is for the user."""


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
