"""The replayer's account of a run (mocks.jsonl): a line for each thing that happened, written when it happens."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any


class Journal:
    """Counts events and, where a file is given, appends them to it. May be used by any thread."""

    def __init__(self, path: Path | None = None) -> None:
        """Raises OSError when the file cannot be written."""
        self.counts: Counter[str] = Counter()
        self.missed = 0
        self._lock = threading.Lock()
        self._file = path.open("w", encoding="utf-8", buffering=1) if path is not None else None

    def write(self, event: str, **fields: Any) -> None:
        """One event, now. `fields` as the contract of mocks.jsonl names them; after `close` nothing is written."""
        with self._lock:
            self.counts[event] += 1
            self.missed += event == "mock" and not fields["found"]
            if self._file is not None:
                line = json.dumps({"event": event, "at": round(time.time(), 6), **fields})
                self._file.write(line + "\n")

    def close(self, exit_status: int) -> None:
        """The last line: the run ended by itself, with this exit status."""
        self.write("end", exit_status=exit_status)
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def summary(self) -> str:
        """What the run asked for, in one line."""
        alerts, dropped = self.counts["alert"], self.counts["dropped"]
        text = f"Mocks: {self.counts['mock']} asked, {self.missed} missed; alerts: {alerts}"
        return text + (f"; dropped: {dropped}" if dropped else "")
