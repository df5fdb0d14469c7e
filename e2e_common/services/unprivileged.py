"""PostgreSQL refuses to run as root. Root starts it in a user namespace in which root's files belong to an ordinary
user, or, in a container that refuses namespaces, as `nobody`, who must then own the data."""

from __future__ import annotations

import functools
import os
import subprocess
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
        return (lambda: None), None
    for become, owner in ((_be_ordinary, None), (_be_nobody, NOBODY)):
        if _can(become):
            return become, owner
    raise environment(
        "PostgreSQL does not run as root, and root cannot become another user here: run the harness as an ordinary user"
    )


def _be_ordinary() -> None:
    enter_user_namespace(ORDINARY)


def _be_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _can(become: Callable[[], None]) -> bool:
    """Whether `become` works. Tries it in a child process, because no setting tells."""
    try:
        return subprocess.run(["/bin/sh", "-c", ":"], preexec_fn=become, check=False).returncode == 0
    except subprocess.SubprocessError:
        return False
