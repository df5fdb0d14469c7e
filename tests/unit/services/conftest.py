from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e_common import services
from tests.unit.services.support import OPTIONS, Make, Umask


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Services in a run folder of their own, closed at the end."""
    made = []

    def services_of(*names: str, **options: str) -> services.Services:
        logs = tmp_path / "suite-8000" / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        made.append(services.Services(names, logs, {**OPTIONS, **options}))
        return made[-1]

    yield services_of
    for one in made:
        one.close()


@pytest.fixture
def umask() -> Iterator[Umask]:
    """Sets the umask for one test."""
    before = os.umask(0)
    os.umask(before)
    yield os.umask
    os.umask(before)
