"""INT, TERM, HUP (the terminal is gone) and the time limit end a run once, in order; what comes during the clean-up
waits until that is done."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType


class Interrupted(BaseException):
    """Raised in the main thread by the first signal. A BaseException, so that no `except Exception` swallows it."""

    def __init__(self, signum: int) -> None:
        super().__init__(f"interrupted by {signal.Signals(signum).name}")
        self.signum, self.code = signum, 128 + signum


def put_off(more_s: float) -> None:
    """Give the run `more_s` seconds more than its time limit, where that still runs."""
    left_s, _ = signal.getitimer(signal.ITIMER_REAL)
    if left_s:
        signal.setitimer(signal.ITIMER_REAL, left_s + more_s)


class Interrupts:
    """While entered: the first INT, TERM, HUP or (at the time limit) ALRM raises Interrupted; later ones are noted.

    After `hold()` none is raised any more. `first` is the number of the first one, or None.
    """

    SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)

    def __init__(self) -> None:
        self.first: int | None = None
        self._holding = False

    def __enter__(self) -> Interrupts:
        for signum in self.SIGNALS:
            if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:  # else nohup, which asks to go on
                signal.signal(signum, self._received)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hold()  # the handlers stay: a late second Ctrl-C must not end the process in its last moments either

    def limit(self, limit_s: float) -> None:
        """The time limit begins now."""
        if not self._holding:
            signal.setitimer(signal.ITIMER_REAL, limit_s)

    def hold(self) -> None:
        """From here on (the clean-up) signals are noted and nothing is interrupted."""
        self._holding = True
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _received(self, signum: int, _: FrameType | None) -> None:
        self.first = self.first or signum
        if not self._holding:
            self.hold()
            raise Interrupted(signum)
