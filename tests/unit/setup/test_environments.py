"""What E2E_SDK, E2E_PYTHON and E2E_WITH name, and when a lock is made anew."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e_common.setup import bootstrap
from e2e_common.setup.environments import SdkUnderTest, find_python, find_sdk, prepare, specifiers
from e2e_common.setup.options import read_options
from e2e_common.util.errors import HarnessError
from e2e_common.util.paths import LOCK, REQUIREMENTS, ROOT, SUITES, suite_names

NO_SDKS = ("nonsense", "../no/such/folder", "0.1.x", "/")
NO_SPECIFIERS = (
    "--index-url", "-e.", "@", "flask@file:///tmp/x", "./folder", "/tmp/flask", "..", "flask-3.1.whl",
    "requirements.txt", "flask<3.1\nredis", "flask;", "git+https://127.0.0.1/x", "<3.1", "${HOME}",
)  # fmt: skip


def test_a_version_a_wheel_and_a_folder_are_known_by_their_content(tmp_path: Path) -> None:
    assert find_sdk("") == SdkUnderTest("index, as locked", "locked")
    assert find_sdk("0.1.28").requirement == "tusk-drift-python-sdk==0.1.28"
    wheel, folder = tmp_path / "sdk.whl", tmp_path / "sdk"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    for path, content in ((wheel, wheel), (folder, folder / "drift.py")):
        content.write_text("a = 1")
        first = find_sdk(str(path))
        assert (first.requirement, first.folder) == ((str(wheel), None) if path == wheel else (None, folder))
        os.utime(content, (1, 1))
        assert find_sdk(str(path)) == first
        content.write_text("a = 2")
        assert find_sdk(str(path)).identity != first.identity


@pytest.mark.parametrize("git", [True, False])
def test_what_suites_and_runs_leave_in_a_checkout_is_not_the_sdks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, git: bool
) -> None:
    checkout, out = tmp_path / "e2e-tests" / "sdk", tmp_path / "e2e-tests" / "sdk" / "artifacts"
    for name in ("pyproject.toml", "drift/__init__.py", "drift/instrumentation/flask/e2e-tests/run.sh"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).touch()
    if git:
        subprocess.run(["git", "init", "--quiet", checkout], check=True, timeout=30)
    else:
        monkeypatch.setenv("PATH", "")
    first = find_sdk(str(checkout), out)
    assert first.files == ("drift/__init__.py", "pyproject.toml")
    traces = checkout / "drift" / "instrumentation" / "flask" / "e2e-tests" / ".tusk" / "traces"
    hidden = (checkout / ".cache" / "envs", checkout / ".venv")
    for folder in (traces, *hidden, checkout / "drift" / "__pycache__", out, checkout / "out"):
        folder.mkdir(parents=True)
        (folder / "file").touch()
    assert find_sdk(str(checkout), out) == first


def test_a_python_by_path_by_default_and_by_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_python(sys.executable) == sys.executable
    assert os.access(find_python(""), os.X_OK)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    for version in ("3.12.1", "3.12.10", "3.1.2"):
        program = tmp_path / "versions" / version / "bin" / "python"
        program.parent.mkdir(parents=True)
        program.touch()
    assert find_python("3.12.1") == str(tmp_path / "versions" / "3.12.1" / "bin" / "python")
    assert find_python("3.12").startswith(str(tmp_path / "versions" / "3.12."))


@pytest.mark.parametrize(
    ("find", "wanted", "code", "reason"),
    [
        *((find_sdk, wanted, 2, "not a version like 0.1.29, a .whl file, or a folder") for wanted in NO_SDKS),
        (find_python, "phyton", 2, "E2E_PYTHON=phyton: neither a path nor a version"),
        (find_python, "/no/such/python", 2, "E2E_PYTHON=/no/such/python: there is no such program"),
        (find_python, "3.99", 3, "E2E_PYTHON=3.99: no such Python here"),
        *((specifiers, wanted, 2, f"{wanted!r} is none of what it takes") for wanted in NO_SPECIFIERS),
        (specifiers, "flask -r more.txt", 2, "'-r' is none of what it takes"),
    ],
)
def test_what_is_not_there_or_not_accepted(find: Callable[[str], object], wanted: str, code: int, reason: str) -> None:
    with pytest.raises(HarnessError) as error:
        find(wanted)
    assert error.value.code == code
    assert reason in str(error.value)


def test_what_is_overlaid_on_is_specifiers(tmp_path: Path) -> None:
    words = ["flask<3.1", "redis==5.0", "requests[socks,security]>=2,!=2.30"]
    assert (specifiers("  ".join(words)), specifiers("")) == (words, [])
    with pytest.raises(HarnessError, match=r"E2E_WITH=\./folder: '\./folder' is none"):
        prepare(tmp_path, read_options({"E2E_WITH": "./folder"}))


def test_a_lock_is_made_anew_only_when_its_requirements_were_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []

    def compile_(command: list[str], what: str, cwd: Path | None = None) -> str:
        compiled.append(what)
        output = Path(cwd or ".") / command[command.index("--output-file") + 1]
        output.write_text(output.read_text() + f"pin=={len(compiled)}\n")
        return ""

    monkeypatch.setattr(bootstrap, "run", compile_)
    (tmp_path / "requirements.txt").write_text("flask\n")
    lock = bootstrap.fresh_lock(tmp_path)
    assert lock.read_text().splitlines()[1:] == ["pin==1"]
    bootstrap.fresh_lock(tmp_path)
    assert len(compiled) == 1
    (tmp_path / "requirements.txt").write_text("flask<3\n")
    assert bootstrap.fresh_lock(tmp_path).read_text().splitlines()[1:] == ["pin==1", "pin==2"], "pins are kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["requirements.lock", "requirements.txt"]


def test_committed_locks_are_fresh_and_name_no_index() -> None:
    locks = {SUITES / name / "e2e-tests" / LOCK for name in suite_names()}
    for lock in locks:
        assert lock.read_text().startswith(bootstrap.header(lock.with_name(REQUIREMENTS))), f"{lock}: make upgrade"
    for lock in (*locks, *(ROOT / name for name in bootstrap.LOCKS.values())):
        assert "://" not in lock.read_text()
