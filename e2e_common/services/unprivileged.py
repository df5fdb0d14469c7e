"""PostgreSQL refuses to run as root. Root starts it in a user namespace in which root's files belong to an ordinary
user, or, in a container that refuses namespaces, as `nobody`, who must then own the data."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable

from e2e_common.util.errors import environment
from e2e_common.util.isolation import enter_user_namespace

ORDINARY = 1000
NOBODY = 65534


@functools.cache
def identity() -> tuple[Callable[[], None], int | None]:
    """(function that a new process calls to leave root, id of the user that must own its files or None for the current
    user). Raises HarnessError (3) if root cannot become another user."""
    if os.geteuid() != 0:
        return _stay, None
    if _can(_be_ordinary):
        return _be_ordinary, None
    if _can(_be_nobody):
        return _be_nobody, NOBODY
    raise environment(
        "PostgreSQL does not run as root, and root cannot become another user here: run the harness as an ordinary user"
    )


def _stay() -> None:
    pass


def _be_ordinary() -> None:
    enter_user_namespace(ORDINARY)


def _be_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _can(become: Callable[[], None]) -> bool:
    """Whether `become` works. Tries it in a child process, because no setting tells."""
    pid = os.fork()
    if pid == 0:
        status = 1
        with contextlib.suppress(OSError):
            become()
            status = 0
        os._exit(status)
    return os.waitpid(pid, 0)[1] == 0
