"""`make test-faults` on the command line: if interrupted, it ends its processes and leaves nothing."""

from __future__ import annotations

import signal
import tempfile
from pathlib import Path

import pytest

from tests.conftest import E2E, clean_environ
from tests.processes import interrupted


@pytest.mark.parametrize("signum", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_interrupted_it_leaves_nothing(signum: signal.Signals, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = (E2E, "test-faults", "psycopg2", "--fault", "the days*")
    with tempfile.TemporaryDirectory(prefix="e2e-") as temporary:  # short: a socket's path has at most 108 bytes
        env = clean_environ(TMPDIR=temporary, E2E_OUT=str(out))
        when = lambda: len(list(out.glob("faults/*/psycopg2-8000/requests.jsonl"))) == 2  # noqa: E731
        code, printed, left = interrupted(*command, env=env, when=when, signum=signum)
        left += map(str, [*Path(temporary).iterdir(), *out.glob("faults/*")])
    assert (code, "0 of 1 faults detected" in printed, left) == (128 + signum, True, []), printed
