"""A new user's steps: a fresh clone, no cache, the README's commands; and the harness inside a checkout of the SDK.
Needs the package index."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from e2e_common.setup.environments import find_python
from e2e_common.util.errors import HarnessError
from e2e_common.util.paths import ROOT
from tests.conftest import Finished, clean_environ, execute, installed_sdk, read, sdk_checkout

VERSION = "9.9.1"
PORT = "8810"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh") / "clone"
    execute("git", "clone", "--quiet", ROOT, folder, check=True)
    return folder


def make(clone: Path, *words: str, **options: str) -> dict[str, dict[str, str]]:
    """Runs make in the clone. It must succeed. Returns the suites' versions."""
    execute("make", *words, env=clean_environ(**options), cwd=clone, check=True)
    results = {path.parent.name: json.loads(path.read_text()) for path in (clone / "out").glob("*-8000/result.json")}
    return {name.removesuffix("-8000"): result["versions"] for name, result in results.items()}


def python(version: str) -> str:
    try:
        return str(find_python(version))
    except HarnessError:
        pytest.skip(f"there is no Python {version} on this machine")


def test_the_first_run_and_the_second(clone: Path) -> None:
    for _ in range(2):
        make(clone, "e2e-flask")
    assert not execute("git", "status", "--porcelain", cwd=clone, check=True).stdout


@pytest.mark.parametrize(
    ("version", "target"), [("3.9", "e2e-all"), ("3.10", "e2e-flask"), ("3.12", "e2e-flask"), ("3.13", "e2e-all")]
)
def test_another_python_under_the_application(clone: Path, version: str, target: str) -> None:
    """All suites with the oldest and the newest Python, which get other releases of their libraries."""
    python(version)
    versions = make(clone, "-j2", target, E2E_PYTHON=version)
    for suite in versions if target == "e2e-all" else ["flask"]:
        assert versions[suite]["python"].startswith(f"{version}."), suite


def test_a_specifier_overlaid_on_and_another_release_of_the_sdk(clone: Path) -> None:
    versions = make(clone, "e2e-flask", E2E_WITH="flask<3.1", E2E_SDK="0.1.28")["flask"]
    assert (versions["sdk"], versions["flask"][:4]) == ("0.1.28", "3.0.")


def test_the_harness_under_the_oldest_python(clone: Path, tmp_path: Path) -> None:
    """The harness's environment is created with the first python3 on PATH."""
    (tmp_path / "python3").symlink_to(python("3.10"))
    folder = tmp_path / "clone"
    execute("git", "clone", "--quiet", clone, folder, check=True)
    versions = make(folder, "e2e-flask", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert versions["flask"]["python"].startswith("3.10.")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git checkout of the SDK with the harness in its root: drift/, e2e_common/ and scripts/, and nothing else. Its
    .gitignore has no entries for the harness."""
    folder = sdk_checkout(installed_sdk(), tmp_path_factory.mktemp("laid-over") / "sdk", VERSION)
    execute("git", "init", "--quiet", cwd=folder, check=True)
    execute("git", "add", "--all", cwd=folder, check=True)
    passed_over = shutil.ignore_patterns("__pycache__", ".venv", "traces", "logs")
    for name in ("drift", "e2e_common", "scripts"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=passed_over, dirs_exist_ok=True)
    return folder


def run(tree: Path, **options: str) -> Finished:
    script = tree / "drift" / "instrumentation" / "flask" / "e2e-tests" / "run.sh"
    done = execute(script, PORT, env=clean_environ(**options), cwd=tree)
    folder = tree / options.get("E2E_OUT", "out") / f"flask-{PORT}"
    result = read(folder / "result.json") or b"{}"
    return Finished(done.returncode, done.stdout + done.stderr, json.loads(result), folder)


def test_it_is_green_and_tests_that_trees_sdk(tree: Path) -> None:
    first = run(tree)
    assert first.code == 0, first.output
    assert (first.result["versions"]["sdk"], first.result["sdk_source"]) == (VERSION, f"folder {tree}")
    assert first.result["partial"] is False
    second = run(tree, E2E_OUT="artifacts")
    assert second.code == 0, second.output
    assert "setting up" not in second.output, "what a run leaves in the checkout is not the SDK's"


def test_an_edit_of_the_sdk_makes_it_red(tree: Path) -> None:
    module = tree / "drift" / "instrumentation" / "flask" / "instrumentation.py"
    with module.open("a") as text:
        text.write("\nraise RuntimeError('the SDK of this tree was edited')\n")
    edited = run(tree)
    assert (edited.code, "the SDK of this tree was edited" in edited.output) == (1, True), edited.output
