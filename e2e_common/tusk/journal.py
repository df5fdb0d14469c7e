"""The replayer's account of a run (mocks.jsonl): a line for each thing that happened, written when it happens."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any


class Journal:
    """Appends events to a file. May be used by any thread."""

    def __init__(self, path: Path) -> None:
        """Raises OSError when the file cannot be written."""
        self._lock = threading.Lock()
        self._file = path.open("w", encoding="utf-8", buffering=1)

    def write(self, event: str, **fields: Any) -> None:
        """One event, now. `fields` as the contract of mocks.jsonl names them; after `close` nothing is written."""
        with self._lock:
            if not self._file.closed:
                self._file.write(json.dumps({"event": event, "at": round(time.time(), 6), **fields}) + "\n")

    def close(self, exit_status: int) -> None:
        """The last line: the run ended by itself, with this exit status."""
        self.write("end", exit_status=exit_status)
        with self._lock:
            self._file.close()
