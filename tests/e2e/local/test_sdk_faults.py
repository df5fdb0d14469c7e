"""`make test-faults` on the command line: if interrupted, it ends its processes and leaves nothing."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e_common.util.paths import ROOT
from tests.conftest import clean_environ
from tests.processes import interrupted


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder with a short path: a socket's path has at most 108 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="e2e-"))
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("signum", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_interrupted_it_leaves_nothing(signum: signal.Signals, temporary: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("test-faults", "psycopg2", "--fault", "the days*")
    env = clean_environ(TMPDIR=str(temporary), E2E_OUT=str(out))
    code, printed, left = interrupted(
        ROOT / "scripts" / "e2e.sh",
        *words,
        env=env,
        when=lambda: len(list(out.glob("faults/*/psycopg2-8000/requests.jsonl"))) == 2,
        signum=signum,
    )
    assert code == 128 + signum, printed
    assert "0 of 1 faults detected" in printed
    assert [*temporary.iterdir(), *out.glob("faults/*"), *left] == []
