"""`make coverage-<suite>`: real runs of the canary application, measured."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path

import pytest

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.record.measuring import CONTEXTS
from tests.conftest import E2E, Copied, Suite, hangs_in_recording
from tests.processes import interrupted


def declare(suite: Suite, *folders: str, also: tuple[str, ...] = ()) -> Suite:
    """Makes `folders` those of the SDK that count, and `also` further ones."""
    keys = {"coverage": folders, "also": also}
    listed = "".join(f", {key}: [{', '.join(names)}]" for key, names in keys.items() if names)
    (suite.folder / "docker-compose.yml").write_text(f"x-e2e: {{services: [upstream]{listed}}}\n")
    return suite


def shares(output: str) -> dict[str, float]:
    """Returns what the last line says: folder, together or phase → percentage."""
    found = re.findall(r"(?:reached:|,) (.+?) ([0-9.]+) %", output.splitlines()[-1])
    return {name: float(share) for name, share in found}


def test_what_the_three_phases_reach_together(canary: Suite) -> None:
    done = declare(canary, "wsgi", "django", also=("redis",)).verb("coverage", CANARY="")
    assert done.code == 0, done.output
    assert "✓ canary    1 of 1 requests" in done.output  # maybe after a line about the set-up
    assert "replay without sentinels: ✓ canary    1 of 1 requests" in done.output
    found = shares(done.output)
    assert list(found) == ["wsgi", "django", "together", *CONTEXTS.values()]
    assert 0 < found["wsgi"] < 100
    assert found["django"] < found["together"] < found["wsgi"]
    assert all(0 < found[phase] <= found["together"] for phase in CONTEXTS.values())
    counting, also = done.output.split("used too, but not counted:")
    missing = {line.split()[0]: line.split()[1:] for line in counting.splitlines() if ".py " in line}
    assert missing["django/middleware.py"][2] == "0.0%", "files that nobody imports count too"
    assert any("-" in ranges for ranges in missing["wsgi/instrumentation.py"][3:])
    assert "redis/instrumentation.py " in also and "redis/instrumentation.py " not in counting


@pytest.mark.slow
def test_it_leaves_the_ordinary_run_alone(copied: Copied) -> None:
    canary = copied("")
    ordinary = canary.out / "canary-8000"
    setup = RunFolder(ordinary).read_setup()
    assert setup.variables == {"CANARY": ""} and setup.overlay == ""
    assert not list(RunFolder(ordinary).env_bin.parent.glob("lib/python*/site-packages/coverage"))
    published = canary.folder / ".tusk" / "traces"

    def files() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for folder in (ordinary, published) for path in folder.rglob("*")}

    before = files()
    assert declare(canary, "wsgi").verb("coverage", CANARY="").code == 0
    assert files() == before


@pytest.mark.slow
def test_a_red_verdict_is_said_and_hides_nothing(canary: Suite) -> None:
    done = declare(canary, "wsgi").verb("coverage", CANARY="wrong answer")
    assert (done.code, shares(done.output)["wsgi"] > 0) == (0, True), done.output
    assert "✗ canary    'wrong answer': body $.fine: expected False, got True" in done.output
    assert "replay without sentinels: ✗ canary    'wrong answer'" in done.output


@pytest.mark.parametrize(
    ("folders", "options", "code", "told"),
    [
        (("wsgy",), {}, 2, "the SDK has no drift/instrumentation/wsgy; did you mean wsgi?"),
        ((), {}, 2, "the SDK has no drift/instrumentation/canary"),
        (("wsgi",), {"CANARY": "does not start"}, 1, "exited with status 1 at start"),
    ],
)
def test_without_a_replay_there_is_no_report(
    canary: Suite, folders: tuple[str, ...], options: dict[str, str], code: int, told: str
) -> None:
    """Not even from an earlier run."""
    left = canary.out / "canary-8000-coverage"
    left.mkdir(parents=True)
    (left / "result.json").write_text(json.dumps({"code": code, "seconds": {"replay": 1.0}}))
    done = declare(canary, *folders).verb("coverage", **options)
    assert (done.code, told in done.output, "reached" in done.output) == (code, True, False), done.output


@pytest.mark.parametrize("signum", [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGTERM])
def test_a_signal_ends_it_and_its_run(canary: Suite, signum: signal.Signals) -> None:
    folder = canary.out / "canary-8000-coverage"
    env = canary.environ({"CANARY": "hangs in recording"})
    command = (E2E, "coverage", declare(canary, "wsgi").folder)
    code, output, left = interrupted(*command, env=env, when=lambda: hangs_in_recording(folder), signum=signum)
    assert code == json.loads((folder / "result.json").read_text())["code"] == 128 + signum
    assert (f"interrupted by {signum.name}" in output, left) == (True, [])
