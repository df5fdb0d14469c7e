"""PostgreSQL refuses to run as root. Root starts it as somebody else: in a user namespace, where root's own files are
those of an ordinary user, or (in a container that refuses namespaces) as nobody, who must then own the data."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable

from e2e_common.isolation import enter_user_namespace

ORDINARY = 1000
NOBODY = 65534


@functools.cache
def identity() -> tuple[Callable[[], None], int | None]:
    """What a new process calls so as not to be root, and the user that must own its files (None: ours will do)."""
    if os.geteuid() != 0:
        return _stay, None
    if _namespaces_work():
        return _be_ordinary, None
    return _be_nobody, NOBODY


def _stay() -> None:
    pass


def _be_ordinary() -> None:
    enter_user_namespace(ORDINARY)


def _be_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _namespaces_work() -> bool:
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(OSError):
            _be_ordinary()
            status = 0
        os._exit(status)
    return os.waitpid(pid, 0)[1] == 0
