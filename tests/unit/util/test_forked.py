"""A forked program runs as if it had been started by itself."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from e2e_common.util.readiness import wait_until
from tests.conftest import execute
from tests.processes import alive

PROGRAM = """
import json, os, signal, sys
print(json.dumps({
    "name": __name__, "argv": sys.argv, "cwd": os.getcwd(), "path": sys.path[0], "leader": os.getsid(0) == os.getpid(),
    "comm": open("/proc/self/comm").read(), "env": dict(os.environ), "stdin": sys.stdin.read(),
    "handlers": [str(signal.getsignal(signum)) for signum in (signal.SIGTERM, signal.SIGALRM)],
    "blocked": len(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
}))
print("an error", file=sys.stderr)
"""
PARENT = """
import os, sys
from pathlib import Path
from e2e_common.util.forked import fork
from e2e_common.util.interrupts import Interrupts
from e2e_common.util.processes import stop
print("of the parent", end="")
os.environ.clear()
os.environ["ONE"] = "1"
with Interrupts(), open("printed", "wb") as out, open("errors", "wb") as errors:
    process = fork(sys.argv[1:], cwd=Path("work"), env=os.environ, stdout=out, stderr=errors)
    status = process.wait()
print(f" {status} {stop(process)}")
"""


def forked(folder: Path, program: str, *words: str) -> tuple[str, bytes, bytes]:
    """What the parent prints, and the program's output and errors."""
    (folder / "work" / "src").mkdir(parents=True)
    (folder / "work" / "src" / "program.py").write_text(program)
    done = execute(sys.executable, "-c", PARENT, *words, cwd=folder, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    assert done.stderr == ""
    return done.stdout, (folder / "printed").read_bytes(), (folder / "errors").read_bytes()


def test_a_script_is_the_main_program_of_its_own_process(tmp_path: Path) -> None:
    printed, output, errors = forked(tmp_path, PROGRAM, "src/program.py", "word")
    assert (printed, errors) == ("of the parent 0 0\n", b"an error\n")
    assert json.loads(output) == {
        "name": "__main__", "argv": ["src/program.py", "word"], "cwd": str(tmp_path / "work"),
        "path": str(tmp_path / "work" / "src"), "leader": True, "comm": "program\n", "env": {"ONE": "1"}, "stdin": "",
        "handlers": [str(signal.SIG_DFL)] * 2, "blocked": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("program", "status", "error"),
    [
        pytest.param("raise SystemExit", 0, b"", id="exit"),
        pytest.param("raise SystemExit(7)", 7, b"", id="exit with a status"),
        pytest.param("import sys; sys.exit('a reason')", 1, b"a reason\n", id="exit with a reason"),
        pytest.param("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM, b"", id="signal"),
        pytest.param("1 / 0", 1, b"ZeroDivisionError: division by zero\n", id="exception"),
    ],
)
def test_its_exit_status(tmp_path: Path, program: str, status: int, error: bytes) -> None:
    printed, _, errors = forked(tmp_path, program, "src/program.py")
    assert printed == f"of the parent {status} {status}\n"
    assert errors.endswith(error)


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    (tmp_path / "work" / "src").mkdir(parents=True)
    (tmp_path / "work" / "src" / "program.py").write_text("import time; open('started', 'w'); time.sleep(600)")
    environ = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    parent = os.posix_spawn(
        sys.executable, [sys.executable, "-c", f"import os; os.chdir({str(tmp_path)!r})\n{PARENT}", "src/program.py"],
        environ,
    )  # fmt: skip
    child = Path(f"/proc/{parent}/task/{parent}/children")
    wait_until((tmp_path / "work" / "started").exists, timeout_s=60, what="the program")
    program = int(child.read_text().split()[0])
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    wait_until(lambda: not alive(program), timeout_s=60, what="its end")
