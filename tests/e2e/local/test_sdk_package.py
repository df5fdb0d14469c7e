"""The harness inside a checkout of the SDK: drift/, e2e_common/ and scripts/ in its root, and nothing else of the
harness. Needs the package index."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from e2e_common.util.paths import ROOT
from tests.conftest import Finished, clean_environ, execute, installed_sdk, read, sdk_checkout

VERSION = "9.9.1"
PORT = "8810"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git checkout of the SDK with the harness. Its .gitignore has no entries for the harness."""
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
