"""The password of one run's PostgreSQL and Redis: random, in a file of the run's folder that only its owner reads."""

from __future__ import annotations

import contextlib
import secrets
from pathlib import Path

FILE = "password"


def make(run: Path) -> str:
    """A new password, and its file in the folder `run`. Raises OSError."""
    password = secrets.token_hex(16)  # digits and letters: it needs no quotes in a URL, in SQL or in a config file
    write_private(run / FILE, password)
    return password


def read(run: Path) -> str:
    """The password in the folder `run`; empty where there is none."""
    with contextlib.suppress(FileNotFoundError):
        return (run / FILE).read_text()
    return ""


def hand_on(run: Path, target: Path) -> None:
    """Give the folder `target`, which replays what was recorded in `run`, the same password."""
    if password := read(run):
        write_private(target / FILE, password)


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read, whatever the umask; one that is there goes first."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text)
