"""Signals for the processes that a test starts."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def heard(*signums: int) -> Iterator[None]:
    """While entered, what is started hears these signals, also where the tests themselves have them ignored: under
    nohup, or as a shell's job in the background."""
    before = {signum: signal.signal(signum, signal.SIG_DFL) for signum in signums}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
