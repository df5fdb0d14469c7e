"""The password of one run's PostgreSQL and Redis: random, in a file of the run's folder, readable by its owner only."""

from __future__ import annotations

import secrets
from pathlib import Path

FILE = "password"


def make(run: Path) -> str:
    """Make a password and write it to the folder `run`. Raises OSError."""
    password = secrets.token_hex(16)  # hexadecimal: needs no quotes in a URL, in SQL or in a config file
    write_private(run / FILE, password)
    return password


def read(run: Path) -> str:
    """The password in the folder `run`; empty if there is none."""
    path = run / FILE
    return path.read_text() if path.exists() else ""


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read, whatever the umask. Replaces an existing one."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text)
