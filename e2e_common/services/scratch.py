"""Data folders of temporary servers, in the temporary folder. Their names derive from the run's folder: the next run of
that name removes what a killed run left."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from e2e_common.util.errors import environment


class Scratch:
    """The data folder of one run. `run`: the run's own folder, whose lock the caller holds."""

    def __init__(self, run: Path) -> None:
        self.folder = below(run.parent) / run.name

    def make(self) -> None:
        """Make it, empty. Other users may enter it (a server may run as another user) but not list it. Raises
        HarnessError (3) if another user has made a folder of that name."""
        self.drop()
        for folder in (self.folder.parent, self.folder):
            folder.mkdir(exist_ok=True)
            if not _is_mine(folder):
                raise environment(f"{folder} is not this user's, or no folder: remove it")
            folder.chmod(0o711)

    def drop(self) -> None:
        if _is_mine(self.folder.parent) and _is_mine(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # it still contains folders of other runs
            self.folder.parent.rmdir()


def below(out: Path) -> Path:
    """The folder for the data of all runs whose artifacts are in `out`."""
    name = f"drift-e2e-{os.getuid()}-{hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:12]}"
    return Path(tempfile.gettempdir()) / name


def drop_all(out: Path) -> None:
    """Remove the data of all runs whose artifacts are in `out`."""
    for folder in below(out).glob("*"):
        Scratch(out / folder.name).drop()


def _is_mine(folder: Path) -> bool:
    """Whether it is a folder of this user. The content of other users' folders cannot be trusted."""
    return folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.getuid()
