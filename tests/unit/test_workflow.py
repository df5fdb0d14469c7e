"""What CI promises: every suite is found and runs, nothing runs that is not pinned, nothing can write."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from e2e_common.paths import ROOT, suite_names

WORKFLOW = ROOT / ".github" / "workflows" / "e2e.yml"
LIMIT_S = 30


@pytest.fixture(scope="module")
def workflow() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text())
    return document


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def as_ci_does(script: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a step's script the way `shell: bash` says."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("E2E_")}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=folder, env={**kept, **environ},
        capture_output=True, text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip


def test_every_action_is_pinned_by_commit_and_says_its_version() -> None:
    used = re.findall(r"uses:\s*(.*)", WORKFLOW.read_text())
    assert len(used) >= 6
    for line in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line
    assert len(set(used)) == len({line.partition("@")[0] for line in used}), "one version of each"


def test_it_may_read_the_contents_and_nothing_else(workflow: dict[str, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    assert not [name for name, job in workflow["jobs"].items() if "permissions" in job]
    for step in steps(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_every_job_ends(workflow: dict[str, Any]) -> None:
    for name, job in workflow["jobs"].items():
        assert 0 < job["timeout-minutes"] <= 30, name
    group = workflow["concurrency"]
    assert "github.ref" in group["group"]
    assert "pull_request" in group["cancel-in-progress"]


def test_no_script_holds_what_others_write(workflow: dict[str, Any]) -> None:
    assert workflow["defaults"]["run"]["shell"] == "bash"
    for step in steps(workflow):
        assert "${{" not in step.get("run", ""), step["name"]


def test_artifacts_do_not_stay(workflow: dict[str, Any]) -> None:
    uploads = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/upload-artifact@")]
    assert len(uploads) == 2
    for step in uploads:
        assert 1 <= step["with"]["retention-days"] <= 14


def test_a_suite_that_fails_leaves_the_others_alone_and_its_artifacts_behind(workflow: dict[str, Any]) -> None:
    job = workflow["jobs"]["suite"]
    assert job["strategy"]["fail-fast"] is False
    assert set(job["needs"]) == {"suites", "base-image"}
    assert job["env"] == {"SUITE": "${{ matrix.suite }}", "E2E_RUNTIME": "docker"}
    names = [step.get("name", step.get("uses", "")) for step in job["steps"]]
    assert names.index("Load the base image") < names.index("Record, replay and judge")
    upload = job["steps"][-1]
    assert (upload["if"], upload["with"]["path"]) == ("failure() || cancelled()", "out/")


def test_its_suites_are_those_of_the_checkout(workflow: dict[str, Any], tmp_path: Path) -> None:
    output = tmp_path / "output"
    done = as_ci_does(discovery(workflow), ROOT, GITHUB_OUTPUT=str(output))
    assert done.returncode == 0, done.stderr
    name, _, value = output.read_text().strip().partition("=")
    assert (name, json.loads(value)) == ("names", suite_names())
    assert len(suite_names()) >= 6
    assert workflow["jobs"]["suite"]["strategy"]["matrix"] == {"suite": "${{ fromJSON(needs.suites.outputs.names) }}"}


def test_no_suite_at_all_is_a_failure(workflow: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "e2e_common", tmp_path / "e2e_common", ignore=shutil.ignore_patterns("__pycache__"))
    output = tmp_path / "output"
    output.touch()
    done = as_ci_does(discovery(workflow), tmp_path, GITHUB_OUTPUT=str(output))
    assert done.returncode == 4
    assert "there is no suite" in done.stderr
    assert output.read_text() == ""


def discovery(workflow: dict[str, Any]) -> str:
    (step,) = (step for step in workflow["jobs"]["suites"]["steps"] if step.get("id") == "list")
    return str(step["run"])


def test_what_it_calls_is_there(workflow: dict[str, Any]) -> None:
    targets = [word for step in steps(workflow) for word in re.findall(r'\bmake "?([\w$-]+)', step.get("run", ""))]
    assert {"base-image", "e2e-$SUITE", "doctor", "lint", "test"} <= set(targets)
    for target in targets:
        done = as_ci_does(f'make --dry-run "{target}"', ROOT, SUITE="flask", MAKEFLAGS="")
        assert done.returncode == 0, done.stderr
        assert "unknown-target" not in done.stdout, target
    scripts = [word for step in steps(workflow) for word in re.findall(r"\bscripts/[\w.-]+", step.get("run", ""))]
    assert scripts
    for script in scripts:
        assert os.access(ROOT / script, os.X_OK), script


def summary(tmp_path: Path, suite: str) -> list[str]:
    """What the summary of a checkout in `tmp_path` prints."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", dirs_exist_ok=True)
    done = subprocess.run(
        [tmp_path / "scripts" / "step-summary.sh", suite], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_summary_is_a_table_that_no_reason_breaks(tmp_path: Path) -> None:
    result = {
        "suite": "flask",
        "verdict": "failed",
        "code": 1,
        "requests": {"sent": 9, "recorded": 8, "replayed": 7, "passed": 6, "known_failures": 2},
        "reason": "'a|b': expected <img src=x>\n| x | [here](http://example.com) `" + "y" * 999,
    }
    folder = tmp_path / "out" / "flask-8000"
    folder.mkdir(parents=True)
    (folder / "result.json").write_text(json.dumps(result))
    header, rule, row = summary(tmp_path, "flask")
    cells = re.split(r"(?<!\\)\|", row)
    assert len(cells) == len(header.split("|")) == len(rule.split("|"))
    assert [cell.strip() for cell in cells[1:8]] == ["flask", "failed (1)", "9", "8", "7", "6", "2"]
    assert r"'a\|b': expected \<img src=x\> \| x \| \[here\](http://example.com) \`" in cells[8]
    assert len(row) < 500


def test_a_run_that_left_no_result_has_its_row_too(tmp_path: Path) -> None:
    header, _, row = summary(tmp_path, "redis")
    assert "redis" in row
    assert "no result.json" in row
    assert row.count("|") == header.count("|")
