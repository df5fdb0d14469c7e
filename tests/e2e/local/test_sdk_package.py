"""The harness inside a checkout of the SDK: drift/, e2e_common/ and scripts/ in its root, and nothing else of the
harness. Needs the package index."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from e2e_common.util.paths import ROOT
from tests.conftest import clean_environ, execute, installed_sdk, sdk_checkout

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


def run(tree: Path, **options: str) -> tuple[int, str, dict[str, Any]]:
    """Runs the tree's flask suite. Returns exit code, output, result.json."""
    script = tree / "drift" / "instrumentation" / "flask" / "e2e-tests" / "run.sh"
    done = execute(script, PORT, env=clean_environ(**options), cwd=tree)
    result = tree / options.get("E2E_OUT", "out") / f"flask-{PORT}" / "result.json"
    output = done.stdout + done.stderr
    return done.returncode, output, json.loads(result.read_text()) if result.exists() else {"output": output}


def test_it_is_green_and_tests_that_trees_sdk(tree: Path) -> None:
    code, output, result = run(tree)
    assert code == 0, output
    assert (result["versions"]["sdk"], result["sdk_source"]) == (VERSION, f"folder {tree}")
    assert result["partial"] is False
    code, output, result = run(tree, E2E_OUT="artifacts")
    assert code == 0, output
    assert "setting up" not in output, "what a run leaves in the checkout is not the SDK's"


def test_an_edit_of_the_sdk_makes_it_red(tree: Path) -> None:
    module = tree / "drift" / "instrumentation" / "flask" / "instrumentation.py"
    text = module.read_text()
    module.write_text(f"{text}\nraise RuntimeError('the SDK of this tree was edited')\n")
    try:
        code, output, _ = run(tree)
    finally:
        module.write_text(text)
    assert code == 1, output
    assert "the SDK of this tree was edited" in output
