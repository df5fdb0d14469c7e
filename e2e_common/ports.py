"""Loopback ports that two runs on one machine never both take, from whichever checkout."""

from __future__ import annotations

import socket
import sys


class Port:
    """A port reserved for this process until `release` or its end: free when taken, and marked by a name in the
    kernel's abstract socket space, so that another run which has not bound its own yet is seen too."""

    def __init__(self, number: int, mark: socket.socket | None) -> None:
        self.number = number
        self._mark = mark

    def release(self) -> None:
        """Let other runs have it."""
        if self._mark is not None:
            self._mark.close()


def reserve(preferred: int = 0) -> Port:
    """`preferred`, if nobody has it, else any free port."""
    taken = _take(preferred) if preferred else None
    while taken is None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            number = probe.getsockname()[1]
        taken = _take(number)
    return taken


def _take(number: int) -> Port | None:
    mark = None
    if sys.platform == "linux":
        mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            mark.bind(f"\0drift-e2e-port-{number}")
        except OSError:
            mark.close()
            return None
    if is_free(number):
        return Port(number, mark)
    if mark is not None:
        mark.close()
    return None


def is_free(number: int) -> bool:
    """Whether a server could listen on this port now, on loopback and on every address."""
    for host in ("127.0.0.1", "0.0.0.0"):  # noqa: S104 - bound for a moment, never listened on
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, number))
            except OSError:
                return False
    return True
