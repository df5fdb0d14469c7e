"""What a recipe knows of the make that runs it: how many jobs it may start, whether it only pretends, whether it ends.

GNU make's manual, "POSIX Jobserver Interaction": a recipe may run one job at any time. For each more it reads a byte
from make's pipe (two inherited descriptors, or from 4.4 on a named one), and writes it back when the job has ended.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import signal
from collections.abc import Mapping
from pathlib import Path

_AUTH = re.compile(r"--jobserver-(?:auth|fds)=(?:fifo:(?P<fifo>\S+)|(?P<read>\d+),(?P<write>\d+))")


class Slots:
    """Leave to run jobs side by side: `limit` of them, or as many as a job server allows.

    `take` one before a job starts, `give` it back after its end; `close` gives back what is still held.
    """

    def __init__(self, limit: float, pipe: tuple[int, int] | None = None) -> None:
        self._limit, self._pipe = limit, pipe
        self._held = 0
        self._tokens: list[bytes] = []

    def take(self) -> bool:
        """Whether one more job may start now."""
        if self._held >= 1 and self._pipe is not None:  # the first needs no token
            try:
                token = os.read(self._pipe[0], 1)
            except BlockingIOError:
                return False
            if not token:  # make is gone
                return False
            self._tokens.append(token)
        elif self._held >= self._limit:
            return False
        self._held += 1
        return True

    def give(self) -> None:
        """A job has ended."""
        self._held -= 1
        if self._tokens and self._pipe is not None:
            os.write(self._pipe[1], self._tokens.pop())

    def close(self) -> None:
        """Give everything back."""
        while self._held:
            self.give()


def slots(limit: int | None, environ: Mapping[str, str]) -> Slots:
    """`limit` jobs at a time (0: no limit); None: as many as the make allows that runs us, one where there is none."""
    flags = environ.get("MAKEFLAGS", "").partition(" -- ")[0]
    if limit is not None:
        return Slots(limit or math.inf)
    servers = list(_AUTH.finditer(flags))
    if servers:
        with contextlib.suppress(OSError):  # the recipe's line has no `+`: make has closed its pipe
            return Slots(math.inf, _open(servers[-1]))
        return Slots(1)
    return Slots(math.inf if "-j" in flags.split() else 1)


def _open(server: re.Match[str]) -> tuple[int, int]:
    """The job server's two ends. Opened anew, so that reading does not block here and still blocks for everyone else.

    Raises OSError where they are not to be had.
    """
    names = [server["fifo"]] * 2 if server["fifo"] else [f"/dev/fd/{server[end]}" for end in ("read", "write")]
    for name in names:
        if not Path(name).is_fifo():
            raise FileNotFoundError(name)
    return os.open(names[0], os.O_RDONLY | os.O_NONBLOCK), os.open(names[1], os.O_WRONLY)


def only_pretends(environ: Mapping[str, str]) -> bool:
    """Whether this is `make -n`: the single-letter flags come first in MAKEFLAGS, without a dash."""
    first = environ.get("MAKEFLAGS", "").partition(" ")[0]
    return not first.startswith("-") and "n" in first


class Parent:
    """The make that runs us, if one does (Linux). Told to end by an INT of its own (not Ctrl-C, which all of us get),
    it waits for its recipes and tells them nothing; all there is to see is that it handles INT no more."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._status = Path(f"/proc/{os.getppid()}/status") if environ.get("MAKELEVEL") else None
        self._handled = self._handles_interrupts()

    def check(self) -> None:
        """Interrupt this process too, once make has been told to end since this object was made."""
        if self._handled and not self._handles_interrupts():
            self._handled = False
            signal.raise_signal(signal.SIGINT)

    def _handles_interrupts(self) -> bool:
        if self._status is None:
            return False
        with contextlib.suppress(OSError):
            caught = re.search(r"^SigCgt:\s*([0-9a-f]+)", self._status.read_text(), re.MULTILINE)
            return bool(caught and int(caught[1], 16) & 0b10)  # bit 1 is signal 2, INT
        return False
