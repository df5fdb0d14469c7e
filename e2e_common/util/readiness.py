"""Wait for a condition until a deadline; no fixed pauses."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

INTERVAL_S = 0.02
ATTEMPT_S = 1.0
NO_LIMIT_S = float("inf")  # for callers that E2E_TIMEOUT or the end of the run stops


def wait_until(condition: Callable[[], bool], *, timeout_s: float, what: str, interval_s: float = INTERVAL_S) -> None:
    """Return once `condition()` is true. Raises TimeoutError with `what` after `timeout_s` seconds. Exceptions of the
    condition pass through: raise one to give up early, for instance because a process has died."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline:
            raise TimeoutError(f"{what}: not ready within {timeout_s:g} s")
        time.sleep(interval_s)


def tcp_answers(host: str, port: int) -> bool:
    """Whether a TCP connection is accepted (one attempt, time limit ATTEMPT_S)."""
    try:
        socket.create_connection((host, port), timeout=ATTEMPT_S).close()
    except OSError:
        return False
    return True
