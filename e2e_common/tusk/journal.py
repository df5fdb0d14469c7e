"""The replayer's log of a run (mocks.jsonl): one line per event, written at once."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any


class Journal:
    """Appends events to a file. Thread-safe."""

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
