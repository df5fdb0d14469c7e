"""Where throw-away servers keep their data: in memory where there is room, else in the temporary folder. The name
follows from the run's folder, so that the next run of that name clears what a killed one has left."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from e2e_common.errors import environment
from e2e_common.services import kept

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder below it is made for this user alone
ROOM = 2 << 30  # bytes; a container's has 64 MB


class Scratch:
    """The data folder of one run. `run`: the run's own folder, whose lock the caller holds."""

    def __init__(self, run: Path) -> None:
        checkout = hashlib.sha256(str(run.parent.resolve()).encode()).hexdigest()[:12]
        self.folder = _base() / f"drift-e2e-{os.getuid()}-{checkout}" / run.name

    def make(self, *, fresh: bool = True) -> None:
        """Make it, empty if `fresh`. Others may pass through (a server of another user lives in it), not look.
        Raises HarnessError (3) when somebody else has made one of that name."""
        for folder in (self.folder.parent, self.folder):
            if fresh and folder == self.folder:
                self._clear()
            folder.mkdir(mode=0o711, exist_ok=True)
            owner = folder.lstat().st_uid
            if owner != os.getuid():
                raise environment(f"{folder} belongs to user {owner}: remove it, or set TMPDIR to a folder of your own")

    def drop(self) -> None:
        """Remove it."""
        self._clear()
        with contextlib.suppress(OSError):  # other runs' are still in it
            self.folder.parent.rmdir()

    def _clear(self) -> None:
        kept.end(self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


def _base() -> Path:
    try:
        has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    except OSError:
        has_room = False
    return MEMORY if has_room else Path(tempfile.gettempdir())
