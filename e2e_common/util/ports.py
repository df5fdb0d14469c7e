"""Loopback ports that two runs on one machine never both take, from whichever checkout; and how to reach what listens
on one, of whichever family its address is."""

from __future__ import annotations

import errno
import socket
import sys

LOOPBACK = ("127.0.0.1", "::1")
"""What `localhost` may be; /etc/hosts may know only one of them."""


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


def connect(port: int, timeout_s: float | None) -> socket.socket:
    """A connection to what listens on loopback, on this port. Raises OSError where nothing does."""
    try:
        return socket.create_connection((LOOPBACK[0], port), timeout_s)
    except ConnectionRefusedError as refused:
        try:
            return socket.create_connection((LOOPBACK[1], port), timeout_s)
        except OSError:
            raise refused from None


def is_free(number: int) -> bool:
    """Whether a server could listen on this port now, on loopback and on every address, of either family."""
    hosts = (*LOOPBACK, "0.0.0.0", "::")  # noqa: S104 - bound for a moment, never listened on
    return all(_can_bind(host, number) for host in hosts)


def _can_bind(host: str, number: int) -> bool:
    """Whether that address is free, or this machine has none of its family."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            probe.bind((host, number))
    except OSError as error:
        return family == socket.AF_INET6 and error.errno != errno.EADDRINUSE
    return True
