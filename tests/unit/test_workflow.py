"""What CI promises: every suite is found, and what its steps call is there. (zizmor says what it must not do.)"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from e2e_common.report.rendering import KINDS
from e2e_common.util.paths import ROOT, suite_names
from tests.conftest import execute

WORKFLOW = ROOT / ".github" / "workflows" / "e2e.yml"


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text())
    return document


def as_ci_does(script: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a step's script the way `shell: bash` says."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("E2E_")}
    bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
    return execute(*bash, script, env={**kept, **environ}, cwd=folder)


def test_its_suites_are_those_of_the_checkout(workflow: dict[str, Any], tmp_path: Path) -> None:
    (script,) = (step["run"] for step in workflow["jobs"]["suites"]["steps"] if step.get("id") == "list")
    output = tmp_path / "output"
    done = as_ci_does(script, ROOT, GITHUB_OUTPUT=str(output))
    assert done.returncode == 0, done.stderr
    name, _, value = output.read_text().strip().partition("=")
    assert (name, json.loads(value), len(suite_names()) >= 6) == ("names", suite_names(), True)
    assert workflow["jobs"]["suite"]["strategy"]["matrix"] == {"suite": "${{ fromJSON(needs.suites.outputs.names) }}"}
    # In a checkout without any suite the step fails.
    shutil.copytree(ROOT / "e2e_common", tmp_path / "e2e_common", ignore=shutil.ignore_patterns("__pycache__"))
    output.write_text("")
    done = as_ci_does(script, tmp_path, GITHUB_OUTPUT=str(output))
    assert (done.returncode, "there is no suite" in done.stderr, output.read_text()) == (4, True, "")


def test_what_it_calls_is_there(workflow: dict[str, Any]) -> None:
    scripts = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    targets = re.findall(r'\bmake "?([\w$-]+)', "\n".join(scripts))
    assert {"base-image", "e2e-$SUITE", "doctor", "lint", "test"} <= set(targets)
    for target in targets:
        done = as_ci_does(f'make --dry-run "{target}"', ROOT, SUITE="flask", MAKEFLAGS="")
        assert done.returncode == 0, done.stderr
        assert "unknown-target" not in done.stdout, target


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("| flask | ❌ failed (1) |\n", "| flask | ❌ failed (1) |\n"),
        ("", "**flask**: no summary.md: the run ended before its reports\n"),
    ],
)
def test_the_summary_of_a_job_is_the_runs(
    workflow: dict[str, Any], tmp_path: Path, written: str, expected: str
) -> None:
    folder, summary = tmp_path / "out" / "flask-8000", tmp_path / "step-summary"
    folder.mkdir(parents=True)
    if written:
        (folder / KINDS["md"][1]).write_text(written)
    (step,) = (step for step in workflow["jobs"]["suite"]["steps"] if step.get("name") == "Summary")
    assert step["if"] == "always()"
    done = as_ci_does(step["run"], tmp_path, SUITE="flask", GITHUB_STEP_SUMMARY=str(summary))
    assert (done.returncode, done.stdout) == (0, ""), "what others wrote could be a command to the runner"
    assert summary.read_text() == expected
