"""Sets up the harness's own tools in `.cache/`: uv, and an environment for each of LOCKS. Makes the committed locks:
the version of every installed package, resolved once for all platforms and Pythons, without the URL of an index.

Needs only Python 3.10 or newer and its standard library. The scripts call `python3 -m e2e_common set-up NAME`, with
`harness` (for runs) or `dev` (for `make test` and `make lint`), unless the stamp file there is a copy of the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from e2e_common.util.errors import environment
from e2e_common.util.paths import CACHE, LOCK, REQUIREMENTS, ROOT, SUITES, suite_names
from e2e_common.util.processes import die_with_parent

UV_VERSION = "0.13.9"
LOCKS = {"harness": "e2e_common/requirements.lock", "dev": "requirements-dev.lock"}
INSTALL_LIMIT_S = 300
OLDEST_PYTHON = "3.9"  # of the applications, and of the harness in their containers


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
    home, lock = CACHE / words[0], ROOT / LOCKS[words[0]]
    with locked(home.with_suffix(".lock")):
        if not stamp_is(home, lock.read_text()):
            sys.stderr.write(f"e2e: setting up .cache/{home.name} (first run, or its lock changed) ...\n")
            run([uv(), "venv", "--quiet", "--clear", "--python", base_python(), home], "uv venv")
            sync = [uv(), "pip", "sync", "--quiet", "--compile-bytecode", "--python", home / "bin" / "python", lock]
            run(sync, f"installing {lock.name}")
            packages = next((home / "lib").glob("python*/site-packages"))
            # Makes `import e2e_common` work without PYTHONPATH. Relative: a copied checkout then uses its own code.
            (packages / "drift_e2e.pth").write_text(f"{os.path.relpath(ROOT, packages)}\n")
            (home / "stamp").write_text(lock.read_text())
    return 0


def fresh_lock(folder: Path) -> Path:
    """The lock of `folder`/requirements.txt, resolved again if that file has changed. Raises HarnessError (3) if the
    requirements cannot be resolved."""
    lock = folder / LOCK
    if not lock.exists() or not lock.read_text().startswith(header(folder / REQUIREMENTS)):
        _compile(folder / REQUIREMENTS, lock)
    return lock


def header(source: Path) -> str:
    """The first line of the lock made from `source` as it is now."""
    return f"# made by `make upgrade` from {source.name} {hashlib.sha256(source.read_bytes()).hexdigest()}\n"


def _compile(source: Path, lock: Path, *options: str) -> None:
    """Resolve `source` into `lock`. Existing pins are kept unless `options` say otherwise."""
    draft = lock.with_name(f".{lock.name}.draft")
    draft.write_text(lock.read_text() if lock.exists() else "")
    flags = ["--quiet", "--universal", "--python-version", OLDEST_PYTHON, "--no-header", *options]
    try:
        command = [uv(), "pip", "compile", *flags, "--output-file", draft, source.name]
        run(command, f"uv pip compile {source}", source.parent)
        pins = [line for line in draft.read_text().splitlines(keepends=True) if not line.startswith("# made by")]
        draft.write_text(header(source) + "".join(pins))
        draft.replace(lock)
    finally:
        draft.unlink(missing_ok=True)


def upgrade(words: Sequence[str]) -> int:
    """Resolve every lock to the newest versions: the harness's two, and those of the suites."""
    _compile(ROOT / "pyproject.toml", ROOT / "e2e_common" / LOCK, "--upgrade")
    _compile(ROOT / "pyproject.toml", ROOT / "requirements-dev.lock", "--upgrade", "--extra", "dev")
    for folder in [SUITES / name / "e2e-tests" for name in suite_names()]:
        _compile(folder / REQUIREMENTS, folder / LOCK, "--upgrade")
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
