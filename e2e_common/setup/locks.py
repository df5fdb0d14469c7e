"""The committed locks: the version of every installed package, resolved once for all platforms and Pythons.

`uv pip compile --universal` writes them, without the URL of an index. The first line has the hash of the source file:
after an edit of requirements.txt the lock is resolved again, and keeps all pins that still fit. `upgrade` resolves all
locks to the newest versions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from e2e_common.setup.bootstrap import run, uv
from e2e_common.util.paths import LOCK, REQUIREMENTS, ROOT, SUITES, suite_names

OLDEST_PYTHON = "3.9"  # of the applications, and of the harness in their containers


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


def main(words: Sequence[str]) -> int:
    """Upgrade every lock: the harness's two, and those of the suites."""
    _compile(ROOT / "pyproject.toml", ROOT / "e2e_common" / LOCK, "--upgrade")
    _compile(ROOT / "pyproject.toml", ROOT / "requirements-dev.lock", "--upgrade", "--extra", "dev")
    for folder in [SUITES / name / "e2e-tests" for name in suite_names()]:
        _compile(folder / REQUIREMENTS, folder / LOCK, "--upgrade")
    return 0
