"""The data folders and the password of a run's temporary servers. The folders are in memory if there is room, else in
the temporary folder. Their names derive from the run's folder, so that the next run of that name removes what a killed
run left."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from e2e_common.util.errors import environment

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is made for this user only
PASSWORD = "password"  # noqa: S105 - the file in the run's folder
ROOM = 2 << 30  # bytes; a container's /dev/shm has 64 MB


class Scratch:
    """The data folder of one run. `run`: the run's own folder, whose lock the caller holds."""

    def __init__(self, run: Path) -> None:
        self._anywhere = [folder / run.name for folder in _folders(run.parent)]  # an earlier run may have used another
        self.folder = self._anywhere[0]

    def make(self) -> None:
        """Make it, empty. Other users may enter it (a server may run as another user) but not list it. Raises
        HarnessError (3) if another user has made a folder of that name."""
        self._clear()
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(exist_ok=True)
            if not _is_mine(folder):
                raise environment(f"{folder} is not this user's, or no folder: remove it")
            folder.chmod(0o711)

    def drop(self) -> None:
        self._clear()
        for folder in self._anywhere:
            with contextlib.suppress(OSError):  # it still contains folders of other runs
                folder.parent.rmdir()

    def _clear(self) -> None:
        for folder in self._anywhere:
            if _is_mine(folder.parent) and _is_mine(folder):
                shutil.rmtree(folder, ignore_errors=True)


def write_password(run: Path, password: str) -> None:
    """Write it to the folder `run`, readable by its owner only, whatever the umask. Raises OSError."""
    path = run / PASSWORD
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(password)


def read_password(run: Path) -> str:
    """The password in the folder `run`; empty if there is none."""
    path = run / PASSWORD
    return path.read_text() if path.exists() else ""


def drop_all(out: Path) -> None:
    """Remove the data of all runs whose artifacts are in `out`."""
    for run in [run for folder in _folders(out) for run in folder.glob("*")]:
        Scratch(out / run.name).drop()


def base() -> Path:
    """The base folder for a run that starts now."""
    has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if has_room else Path(tempfile.gettempdir())


def _folders(out: Path) -> list[Path]:
    """The folders for the data of all runs whose artifacts are in `out`; that of a run that starts now is the first."""
    name = f"drift-e2e-{os.getuid()}-{hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]}"
    return [folder / name for folder in dict.fromkeys((base(), MEMORY, Path(tempfile.gettempdir())))]


def _is_mine(folder: Path) -> bool:
    """Whether it is a folder of this user. The content of other users' folders cannot be trusted."""
    return folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid()
