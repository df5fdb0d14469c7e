"""For what must not wait: a test that would hang fails."""

from __future__ import annotations

import contextlib
import resource
import signal
from collections.abc import Iterator
from types import FrameType

MOST_BYTES = 64 << 20


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fails after `seconds`, and where a file grows beyond MOST_BYTES. In the main thread only."""

    def late(_: int, __: FrameType | None) -> None:
        raise AssertionError(f"not done within {seconds} s")

    handlers = {signum: signal.signal(signum, late) for signum in (signal.SIGALRM, signal.SIGXFSZ)}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, limits[1]))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        for signum, handler in handlers.items():
            signal.signal(signum, handler)
