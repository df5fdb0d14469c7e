"""Sets up the harness's own tools in `.cache/`: uv, and an environment for each committed lock.

Needs only Python 3.10 or newer and its standard library. The scripts call `python3 -m e2e_common set-up NAME`, with
`harness` (for runs) or `dev` (for `make test` and `make lint`), unless the stamp file there is a copy of the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from e2e_common.util.errors import environment
from e2e_common.util.paths import CACHE, ROOT
from e2e_common.util.processes import die_with_parent

UV_VERSION = "0.13.9"
LOCKS = {"harness": "e2e_common/requirements.lock", "dev": "requirements-dev.lock"}
INSTALL_LIMIT_S = 300


def uv() -> Path:
    """Path of the pinned uv; installs it on first use."""
    home = CACHE / f"uv-{UV_VERSION}"
    if not stamp_is(home, ""):
        with locked(CACHE / "uv.lock"):
            if not stamp_is(home, ""):
                venv = [sys.executable, "-m", "venv", "--clear", home]
                run(venv, "python3 -m venv (Debian: apt install python3-venv)")
                pip = [home / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
                run([*pip, f"uv=={UV_VERSION}"], "pip install uv")
                (home / "stamp").touch()
    return home / "bin" / "uv"


def main(words: Sequence[str]) -> int:
    """`set-up NAME`: build the environment NAME (a key of LOCKS), again if its lock has changed."""
    if sys.version_info < (3, 10):
        raise environment(f"python3 is {sys.version.split()[0]}; the harness needs 3.10 or newer on PATH")
    name, lock = words[0], ROOT / LOCKS[words[0]]
    home = CACHE / name
    with locked(CACHE / f"{name}.lock"):
        if not stamp_is(home, lock.read_text()):
            print(f"e2e: setting up .cache/{name} (first run, or its lock changed) ...", file=sys.stderr, flush=True)
            run([uv(), "venv", "--quiet", "--clear", "--python", base_python(), home], "uv venv")
            sync = [uv(), "pip", "sync", "--quiet", "--compile-bytecode", "--python", home / "bin" / "python", lock]
            run(sync, f"installing {lock.name}")
            packages = next((home / "lib").glob("python*/site-packages"))
            # Makes `import e2e_common` work without PYTHONPATH. Relative: a copied checkout then uses its own code.
            (packages / "drift_e2e.pth").write_text(f"{os.path.relpath(ROOT, packages)}\n")
            (home / "stamp").write_text(lock.read_text())
    return 0


def stamp_is(home: Path, text: str) -> bool:
    """Whether the environment in `home` is complete and was built from the lock text `text`."""
    with contextlib.suppress(OSError):
        return (home / "stamp").read_text() == text
    return False


def base_python() -> str:
    """The real interpreter behind a virtual environment or a version manager's shim."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file `path`, so that two runs never build the same thing at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def run(command: Sequence[object], what: str, cwd: Path | None = None) -> str:
    """Run a set-up command and return its standard output. Raises HarnessError (3) with the command's output."""
    try:
        done = subprocess.run(
            list(map(str, command)), cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=INSTALL_LIMIT_S, check=False, preexec_fn=die_with_parent,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise environment(f"{what}: not done after {INSTALL_LIMIT_S} s; is the package index reachable?") from None
    except OSError as error:
        raise environment(f"{what}: {error}") from error
    if done.returncode != 0:
        raise environment(f"{what} failed (exit {done.returncode}):\n{(done.stderr or done.stdout).strip()}")
    return done.stdout
