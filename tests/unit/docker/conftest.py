from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e_common.util.interrupts import Interrupts
from tests.unit.docker.fake_docker import Docker


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    folder = tmp_path / "docker-bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return Docker(folder)


@pytest.fixture
def handlers() -> Iterator[None]:
    """Restores the signal handlers after the test."""
    before = {signum: signal.getsignal(signum) for signum in Interrupts.SIGNALS}
    yield
    for signum, handler in before.items():
        signal.signal(signum, handler)
