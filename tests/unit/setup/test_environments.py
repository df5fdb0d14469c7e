"""What E2E_SDK, E2E_PYTHON and E2E_WITH name, and when a lock is made anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from e2e_common.setup import bootstrap
from e2e_common.setup.environments import find_python, find_sdk, prepare, specifiers
from e2e_common.setup.options import read_options
from e2e_common.util.errors import HarnessError


def test_the_locked_release_and_a_version() -> None:
    assert (find_sdk("").requirement, find_sdk("").folder) == (None, None)
    assert find_sdk("0.1.28").requirement == "tusk-drift-python-sdk==0.1.28"


def test_a_wheel_is_known_by_its_content(tmp_path: Path) -> None:
    wheel = tmp_path / "sdk.whl"
    wheel.write_bytes(b"one")
    first = find_sdk(str(wheel))
    assert first.requirement == str(wheel)
    wheel.write_bytes(b"two")
    assert find_sdk(str(wheel)).identity != first.identity


def test_a_folder_is_known_by_its_files(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]")
    module = tmp_path / "drift.py"
    module.write_text("a = 1")
    first = find_sdk(str(tmp_path))
    assert first.folder == tmp_path
    os.utime(module, (1, 1))
    assert find_sdk(str(tmp_path)).identity == first.identity, "only the content counts"
    module.write_text("a = 2")
    assert find_sdk(str(tmp_path)).identity != first.identity
    (tmp_path / ".venv").mkdir()
    edited = find_sdk(str(tmp_path))
    (tmp_path / ".venv" / "anything").touch()
    assert find_sdk(str(tmp_path)).identity == edited.identity, "an environment in it does not count"


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
    for folder in (traces, checkout / ".cache" / "envs", checkout / "drift" / "__pycache__", out, checkout / "out"):
        folder.mkdir(parents=True)
        (folder / "file").touch()
    assert find_sdk(str(checkout), out) == first


@pytest.mark.parametrize("wanted", ["nonsense", "../no/such/folder", "0.1.x", "/"])
def test_an_sdk_that_is_none_is_exit_2(wanted: str) -> None:
    with pytest.raises(HarnessError, match=r"not a version like 0\.1\.29, a \.whl file, or a folder") as error:
        find_sdk(wanted)
    assert error.value.code == 2


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


@pytest.mark.parametrize(("wanted", "code"), [("phyton", 2), ("/no/such/python", 2), ("3.99", 3)])
def test_a_python_that_is_not_there(wanted: str, code: int) -> None:
    with pytest.raises(HarnessError, match=f"E2E_PYTHON={wanted}") as error:
        find_python(wanted)
    assert error.value.code == code


def test_what_is_overlaid_on_is_specifiers() -> None:
    words = ["flask<3.1", "redis==5.0", "requests[socks,security]>=2,!=2.30"]
    assert (specifiers("  ".join(words)), specifiers("")) == (words, [])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("--index-url http://127.0.0.1:1/x", "--index-url"), ("flask -r more.txt", "-r"), ("-e.", "-e."),
        ("flask @ file:///tmp/flask.whl", "@"), ("flask@file:///tmp/x", "flask@file:///tmp/x"),
        ("./folder", "./folder"), ("/tmp/flask", "/tmp/flask"), ("..", ".."), ("flask-3.1.whl", "flask-3.1.whl"),
        ("requirements.txt", "requirements.txt"), ("flask<3.1\nredis", "flask<3.1\nredis"), ("flask;", "flask;"),
        ("git+https://127.0.0.1/x", "git+https://127.0.0.1/x"), ("flask <3.1", "<3.1"), ("${HOME}", "${HOME}"),
    ],
)  # fmt: skip
def test_options_files_and_lines_are_overlaid_on_nothing(text: str, word: str, tmp_path: Path) -> None:
    options = read_options({"E2E_WITH": text})
    with pytest.raises(HarnessError, match=re.escape(f"{word!r} is none of what it takes")) as caught:
        prepare(tmp_path, options)
    assert caught.value.code == 2


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
    from e2e_common.util.paths import ROOT, SUITES, suite_names

    folders = [SUITES / name / "e2e-tests" for name in suite_names()]
    pairs = [(folder / "requirements.txt", folder / "requirements.lock") for folder in folders]
    pairs += [(ROOT / "pyproject.toml", ROOT / name) for name in bootstrap.LOCKS.values()]
    for source, lock in pairs:
        if source.name != "pyproject.toml":  # which holds more than requirements
            assert lock.read_text().startswith(bootstrap.header(source)), f"{lock}: make upgrade"
        assert "://" not in lock.read_text()
