"""The first of INT, TERM, HUP (the terminal closed) or the time limit ends a run. Signals during the clean-up are only
stored."""

from __future__ import annotations

import signal
from types import FrameType


class Interrupted(BaseException):
    """Raised in the main thread by the first signal. A BaseException: `except Exception` must not catch it."""

    def __init__(self, signum: int) -> None:
        super().__init__(f"interrupted by {signal.Signals(signum).name}")
        self.signum, self.code = signum, 128 + signum
        self.log: str | None = None  # as a HarnessError has one


def put_off(more_s: float) -> None:
    """Extend the time limit by `more_s` seconds, if it is running."""
    left_s, _ = signal.getitimer(signal.ITIMER_REAL)
    if left_s:
        signal.setitimer(signal.ITIMER_REAL, left_s + more_s)


class Interrupts:
    """While entered, the first INT, TERM, HUP or ALRM (the time limit) raises Interrupted; later ones do nothing.

    After `hold()` no signal raises. `first` is the number of the first signal, or None.
    """

    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)

    def __init__(self) -> None:
        self.first: int | None = None
        self._holding = False

    def __enter__(self) -> Interrupts:
        for signum in self.SIGNALS:
            if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:  # nohup ignores SIGHUP: keep that
                signal.signal(signum, self._received)
        return self

    def __exit__(self, *_: object) -> None:
        self.hold()  # the handlers stay installed: a late second Ctrl-C must not kill the process

    def limit(self, limit_s: float) -> None:
        """Start the time limit."""
        if not self._holding:
            signal.setitimer(signal.ITIMER_REAL, limit_s)

    def hold(self) -> None:
        """Stop raising (the clean-up begins), and stop the time limit."""
        self._holding = True
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _received(self, signum: int, _: FrameType | None) -> None:
        self.first = self.first or signum
        if not self._holding:
            self.hold()
            raise Interrupted(signum)
