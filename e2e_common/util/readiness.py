"""Wait until something is ready: a condition and a wall-clock deadline, never a fixed pause."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

INTERVAL_S = 0.02
ATTEMPT_S = 1.0
NO_LIMIT_S = float("inf")  # for who is ended by somebody else: by E2E_TIMEOUT, which may be days, or with its run


def wait_until(condition: Callable[[], bool], *, timeout_s: float, what: str, interval_s: float = INTERVAL_S) -> None:
    """Return once `condition()` holds. Raises TimeoutError naming `what` after `timeout_s` seconds; what the condition
    raises passes through (the way to give up early, for instance because a process has died)."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline:
            raise TimeoutError(f"{what}: not ready within {timeout_s:g} s")
        time.sleep(interval_s)


def http_answers(host: str, port: int, path: str) -> bool:
    """Whether one GET is answered with a status below 400 (one attempt, at most a second)."""
    import http.client  # costs more than all the rest of a start

    connection = http.client.HTTPConnection(host, port, timeout=ATTEMPT_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def tcp_answers(host: str, port: int) -> bool:
    """Whether something accepts TCP connections there (one attempt, at most a second)."""
    try:
        socket.create_connection((host, port), timeout=ATTEMPT_S).close()
    except OSError:
        return False
    return True
