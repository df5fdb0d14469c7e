"""What the tests of services share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from e2e_common import services
from e2e_common.services import Server
from e2e_common.util.errors import Code, HarnessError

OPTIONS = {"E2E_PG_BINDIR": "", "E2E_REDIS_SERVER": ""}

Make = Callable[..., services.Services]
Umask = Callable[[int], int]


def started(found: services.Services) -> dict[str, str]:
    found.start()
    found.wait()
    return services.variables(found.addresses, found._logs.parent)


def pid(server: Server) -> int:
    assert server._process is not None
    return server._process.pid


def program(*words: str | Path) -> Path:
    """A program that does nothing."""
    path = Path(*words)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


@contextlib.contextmanager
def refused(match: str, code: Code = Code.ENVIRONMENT) -> Iterator[pytest.ExceptionInfo[HarnessError]]:
    """A HarnessError with `code` and these words."""
    with pytest.raises(HarnessError, match=match) as error:
        yield error
    assert error.value.code == code
