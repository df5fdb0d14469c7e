"""Loopback ports: reserve one so that no two runs on a machine take the same, and connect to one over IPv4 or IPv6."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
from collections.abc import Callable, Container
from typing import NamedTuple

LOOPBACK = ("127.0.0.1", "::1")
"""What `localhost` may mean; /etc/hosts may have only one of them."""


class Port(NamedTuple):
    """A port that is reserved for this process until `release` or its end. It was free when taken. A name in the
    kernel's abstract socket space marks it, so other runs see the reservation before the port is bound."""

    number: int
    release: Callable[[], None]


def reserve(preferred: int = 0, avoided: Container[int] = ()) -> Port:
    """`preferred` if it is free, else any free port. None of those in `avoided`, whether they are free or not."""
    while not preferred or preferred in avoided or (taken := _take(preferred)) is None:
        with socket.socket() as probe:
            probe.bind((LOOPBACK[0], 0))
            preferred = probe.getsockname()[1]
    return taken


def _take(number: int) -> Port | None:
    mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with contextlib.suppress(OSError):
        if sys.platform == "linux":
            mark.bind(f"\0drift-e2e-port-{number}")
        if is_free(number):
            return Port(number, mark.close)
    mark.close()
    return None


def connect(port: int, timeout_s: float | None) -> socket.socket:
    """A connection to a loopback port, over IPv4 or IPv6. Raises OSError if nothing listens."""
    try:
        return socket.create_connection((LOOPBACK[0], port), timeout_s)
    except ConnectionRefusedError:
        with contextlib.suppress(OSError):
            return socket.create_connection((LOOPBACK[1], port), timeout_s)
        raise


def is_free(number: int) -> bool:
    """Whether a server could listen on this port now: on loopback and on all addresses, over IPv4 and IPv6."""
    hosts = (*LOOPBACK, "0.0.0.0", "::")  # noqa: S104 - bound for a moment, never listened on
    return all(_can_bind(host, number) for host in hosts)


def _can_bind(host: str, number: int) -> bool:
    """Whether the address is free; True also if this machine has no IPv6."""
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
