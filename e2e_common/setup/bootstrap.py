"""Set up the harness's own tools in `.cache/`: uv, and an environment for each committed lock.

Needs only Python 3.10 or newer and its standard library. The scripts call it if a stamp file is missing:
`python3 -m e2e_common.setup.bootstrap harness` (for runs) or `… dev` (for `make test` and `make lint`).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from e2e_common.util.paths import CACHE, ROOT
from e2e_common.util.processes import die_with_parent

UV_VERSION = "0.13.9"
LOCKS = {"harness": "e2e_common/requirements.lock", "dev": "requirements-dev.lock"}
INSTALL_LIMIT_S = 300


class BootstrapError(Exception):
    """A tool could not be set up. The message says how to fix it."""


def uv() -> Path:
    """Path of the pinned uv; installs it on first use."""
    home = CACHE / f"uv-{UV_VERSION}"
    program = home / "bin" / "uv"
    if not (home / "stamp").exists():
        with locked(CACHE / "uv.lock"):
            if not (home / "stamp").exists():
                shutil.rmtree(home, ignore_errors=True)
                run([sys.executable, "-m", "venv", str(home)], "python3 -m venv (Debian: apt install python3-venv)")
                pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
                run([*pip, f"uv=={UV_VERSION}"], "pip install uv")
                (home / "stamp").touch()
    return program


def environment(name: str) -> Path:
    """Folder of the environment `name` (a key of LOCKS). Builds it again if its lock has changed. Its stamp file is a
    copy of the lock, which the scripts compare."""
    lock = ROOT / LOCKS[name]
    home = CACHE / name
    program = uv()
    with locked(CACHE / f"{name}.lock"):
        if not stamp_is(home, lock.read_text()):
            print(f"e2e: setting up .cache/{name} (first run, or its lock changed) ...", file=sys.stderr, flush=True)
            run([str(program), "venv", "--quiet", "--clear", "--python", base_python(), str(home)], "uv venv")
            python = ["--python", str(home / "bin" / "python")]
            run(
                [str(program), "pip", "sync", "--quiet", "--compile-bytecode", *python, str(lock)],
                f"installing {lock.name}",
            )
            packages = next((home / "lib").glob("python*/site-packages"))
            # Makes `import e2e_common` work without PYTHONPATH. Relative: a copied checkout then uses its own code.
            (packages / "drift_e2e.pth").write_text(f"{os.path.relpath(ROOT, packages)}\n")
            (home / "stamp").write_text(lock.read_text())
    return home


def stamp_is(home: Path, text: str) -> bool:
    """Whether the environment in `home` is complete and was built from the lock text `text`."""
    try:
        return (home / "stamp").read_text() == text
    except OSError:
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


def run(command: list[str], what: str, cwd: Path | None = None) -> str:
    """Run a set-up command and return its standard output. Raises BootstrapError with the command's output."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=INSTALL_LIMIT_S,
            check=False,
            preexec_fn=die_with_parent,
        )
    except subprocess.TimeoutExpired:
        raise BootstrapError(f"{what}: not done after {INSTALL_LIMIT_S} s; is the package index reachable?") from None
    except OSError as error:
        raise BootstrapError(f"{what}: {error}") from error
    if done.returncode != 0:
        raise BootstrapError(f"{what} failed (exit {done.returncode}):\n{(done.stderr or done.stdout).strip()}")
    return done.stdout


def _check_python() -> None:
    if sys.version_info < (3, 10):
        raise BootstrapError(f"python3 is {sys.version.split()[0]}; the harness needs 3.10 or newer on PATH")


def main(argv: list[str]) -> int:
    """Set up the environment `argv[0]`. Returns 0, 3 if the set-up failed, or 130 after Ctrl-C."""
    try:
        _check_python()
        environment(argv[0])
    except BootstrapError as error:
        print(f"e2e: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
