"""Where throw-away servers keep their data: in memory where there is room, else in the temporary folder. The name
follows from the run's folder, so that the next run of that name clears what a killed one has left."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from e2e_common.util.errors import environment

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder below it is made for this user alone
ROOM = 2 << 30  # bytes; a container's has 64 MB


class Scratch:
    """The data folder of one run. `run`: the run's own folder, whose lock the caller holds."""

    def __init__(self, run: Path) -> None:
        self.folder = below(base(), run.parent) / run.name
        self._anywhere = [below(base, run.parent) / run.name for base in _bases()]

    def make(self) -> None:
        """Make it, empty. Others may pass through (a server of another user lives in it), not look.
        Raises HarnessError (3) when somebody else has made one of that name."""
        self._clear()
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(exist_ok=True)
            if not _is_mine(folder):
                raise environment(f"{folder} is not this user's, or no folder: remove it")
            folder.chmod(0o711)

    def drop(self) -> None:
        self._clear()
        for folder in self._anywhere:
            with contextlib.suppress(OSError):  # other runs' are still in it
                folder.parent.rmdir()

    def _clear(self) -> None:
        """An earlier run may have found another base to be the right one."""
        for folder in self._anywhere:
            if _is_mine(folder.parent) and _is_mine(folder):
                shutil.rmtree(folder, ignore_errors=True)


def below(base: Path, out: Path) -> Path:
    """Where the data of all runs is that leave their artifacts in the folder `out`."""
    return base / f"drift-e2e-{os.getuid()}-{hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]}"


def drop_all(out: Path) -> None:
    """Remove the data of the runs below the folder `out`."""
    for base in _bases():
        for folder in below(base, out).glob("*"):
            Scratch(out / folder.name).drop()


def base() -> Path:
    """Where a run that begins now keeps its servers' data."""
    try:
        has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    except OSError:
        has_room = False
    return MEMORY if has_room else Path(tempfile.gettempdir())


def _bases() -> list[Path]:
    return [MEMORY, Path(tempfile.gettempdir())]


def _is_mine(folder: Path) -> bool:
    """Whether it is a folder of this user's: what lies in another's, nobody believes."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
