"""Where things lie: names that a shell could take apart, and a checkout so deep that no socket's path fits into it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from e2e_common.paths import CACHE, ROOT
from tests.conftest import CANARIES, Suite, clean_environ

LIMIT_S = 120
SOCKET_PATH_MOST = 107
ODD = ["with space", "it's", 'a"b', "$HOME `x` ;&|*?", "Grüße-日本", "-rf", "100%"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_a_suite_folder_of_any_name(tmp_path: Path, name: str) -> None:
    run = Suite(tmp_path / name, CANARIES).run(CANARY="")
    assert (run.code, run.result["suite"]) == (0, name), run.output
    assert len(list((tmp_path / name / "e2e-tests" / ".tusk" / "traces").iterdir())) == 1


def test_a_suite_folder_with_all_of_them(tmp_path: Path) -> None:
    test_a_suite_folder_of_any_name(tmp_path, " ".join(ODD).replace("/", ""))


@pytest.mark.slow
def test_a_red_one_says_a_command_that_a_shell_can_take(tmp_path: Path) -> None:
    suite = Suite(tmp_path / "it's a $uite", CANARIES)
    run = suite.run(CANARY="wrong answer")
    assert run.code == 1, run.output
    words = next(line for line in run.output.splitlines() if ": E2E_" in line or "again: " in line).partition(": ")[2]
    done = subprocess.run(
        ["bash", "-c", words], env=suite.environ({"CANARY": "wrong answer"}), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=LIMIT_S, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 1, words
    assert "'wrong answer': body $.fine: expected False, got True" in done.stdout


@pytest.mark.slow
def test_a_path_that_begins_with_a_dash(tmp_path: Path) -> None:
    suite = Suite(tmp_path / "-rf", CANARIES)
    done = subprocess.run(
        [ROOT / "scripts" / "e2e.sh", "run", "-rf/e2e-tests"], env=suite.environ({"CANARY": ""}), capture_output=True,
        text=True, stdin=subprocess.DEVNULL, timeout=LIMIT_S, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("suite", ["flask", "fastapi", "psycopg", "redis"])
def test_a_deep_checkout(deep: Path, suite: str) -> None:
    temporary = deep / "tmp"
    temporary.mkdir(exist_ok=True)
    done = subprocess.run(
        [f"drift/instrumentation/{suite}/e2e-tests/run.sh", "8811"], env=clean_environ(TMPDIR=str(temporary)),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S, check=False, cwd=deep,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert (deep / "out" / f"{suite}-8811" / "result.json").exists(), "it is the copy that ran"
    assert list(temporary.iterdir()) == []


@pytest.fixture(scope="module")
def deep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout whose path has 150 characters and a space; the environments are this one's."""
    base = tmp_path_factory.mktemp("deep")
    missing = 150 - len(str(base)) - 1
    assert missing > 2
    checkout = base / ("a deep " + "x" * missing)[:missing]
    assert len(str(checkout)) > SOCKET_PATH_MOST
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=True, cwd=ROOT).stdout
    for name in filter(None, listed.split("\0")):
        source, target = ROOT / name, checkout / name
        if source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(source.readlink())
        elif source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    (checkout / ".cache").symlink_to(CACHE)
    return checkout
