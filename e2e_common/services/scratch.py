"""Where throw-away servers keep their data: in the temporary folder. The name follows from the run's folder, so that
the next run of that name clears what a killed one has left."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from e2e_common.errors import environment


class Scratch:
    """The data folder of one run. `run`: the run's own folder, whose lock the caller holds."""

    def __init__(self, run: Path) -> None:
        self.folder = below(run.parent) / run.name

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
        """Remove it."""
        self._clear()
        with contextlib.suppress(OSError):  # other runs' are still in it
            self.folder.parent.rmdir()

    def _clear(self) -> None:
        if _is_mine(self.folder.parent) and _is_mine(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)


def below(out: Path) -> Path:
    """Where the data of all runs is that leave their artifacts in the folder `out`."""
    name = f"drift-e2e-{os.getuid()}-{hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]}"
    return Path(tempfile.gettempdir(), name)


def drop_all(out: Path) -> None:
    """Remove the data of the runs below the folder `out`."""
    for folder in below(out).glob("*"):
        Scratch(out / folder.name).drop()


def _is_mine(folder: Path) -> bool:
    """Whether it is a folder of this user's: what lies in another's, nobody believes."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
