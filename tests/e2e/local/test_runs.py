"""Properties of a run besides its verdict: commands, artifacts, concurrent runs, no network, the SDK under test."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from e2e_common.setup.environments import prepare
from e2e_common.setup.options import read_options
from e2e_common.util.paths import ROOT
from e2e_common.util.readiness import wait_until
from tests.conftest import Copied, Ran, Suite, all_passed, execute, installed_sdk, sdk_checkout

LIMIT_S = 60
OFFLINE = (
    "import os, sys; from e2e_common.util.isolation import isolate, probe\n"
    "from pathlib import Path; isolate(list(map(Path, os.environ.get('KEPT', '/').split(':'))))\n"
    "assert probe(None)[0], 'refused'; os.execvp(sys.argv[1], sys.argv[1:])"
)


def can_isolate() -> bool:
    return subprocess.run([sys.executable, "-c", OFFLINE, "true"], capture_output=True, check=False).returncode == 0


def test_a_green_run_leaves_what_it_promises(ran: Ran) -> None:
    suite, run = ran("")
    assert (run.code, run.result["verdict"]) == (0, "passed"), run.output
    assert len([line for line in run.output.splitlines() if "setting up" not in line]) == 1, "quiet when green"
    assert run.result["requests"] == all_passed(1)
    assert run.result["versions"]["sdk"] == "0.1.29"
    assert run.result["isolation"] == {"network": can_isolate(), "files": can_isolate(), "sentinels": True}
    assert run.result["checks"] == {"warnings": "ok", "leaks": "ok", "mocks": "ok"}
    assert not list((run.folder / "work").glob(".tusk/logs/*")), "the two applications share no folder"
    assert (run.folder / "replay-work" / "src" / "app.py").exists()
    published = sorted((suite.folder / ".tusk" / "traces").iterdir())
    assert [path.name for path in published] == [path.name for path in sorted((run.folder / "traces").iterdir())]
    execute("jq", ".", *published, check=True)
    assert list((suite.folder / ".tusk" / "logs").glob("tusk-replay-*.log"))


FIXED = "- {cause: struct-loses-order, requests: [GET /fine], replay: {body: {$.fine: true}}}\n"


def test_what_is_fixed_is_red_as_locked_and_good_news_with_another_sdk(copied: Copied) -> None:
    suite = copied("")
    (suite.folder / "known_failures.yaml").write_text(FIXED)
    run = suite.run(*Suite.CHECK)
    assert run.code == 1
    assert "'GET /fine': fixed: replay: body $.fine" in run.result["reason"]
    assert "make update-known-failures-canary" in run.result["reason"]
    news = suite.run(CANARY="", E2E_WITH="idna")
    assert news.code == 0, news.output
    assert "1 known failure is fixed here: 'GET /fine' (struct-loses-order)" in news.output
    assert [(row["request"], row["fact"]) for row in news.result["fixed"]] == [("GET /fine", "body $.fine: true")]
    replayed = suite.run(*Suite.REPLAY, CANARY="")
    assert (replayed.code, replayed.result["locked"]) == (0, False), "what it replays was recorded with other libraries"


def test_record_replay_and_check_work_on_artifacts(ran: Ran, copied: Copied) -> None:
    _, recording = ran("", *Suite.RECORD)
    assert (recording.code, recording.output) == (0, f"recorded canary: {recording.folder}\n")
    suite = copied("", *Suite.RECORD)
    replayed = suite.run("--phases", "setup,replay,cleanup", CANARY="")
    message = f"replayed canary: {replayed.folder} (not judged: that is the phase check)\n"
    assert (replayed.code, replayed.output, replayed.result) == (0, message, {})
    names = [sorted(path.name for path in (run.folder / "traces").iterdir()) for run in (recording, replayed)]
    assert names[0] == names[1]
    assert suite.run(*Suite.CHECK).code == 0
    (replayed.folder / "touched.jsonl").unlink()
    checked = suite.run(*Suite.CHECK)
    assert (checked.code, "touched.jsonl" in checked.result["reason"]) == (1, True)


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ("wrong answer", 1, "expected False, got True"),
        ("leaves a process", 6, "the application left processes behind: "),  # its replays could not detect that process
    ],
)
def test_a_broken_recording_is_reported_when_it_is_made(canary: Suite, fault: str, code: int, says: str) -> None:
    run = canary.run(*Suite.RECORD, CANARY=fault)
    assert (run.code, run.result["code"], says in run.output) == (code, code, True), run.output


def test_an_entrypoint_that_runs_nothing_is_not_green(canary: Suite) -> None:
    entrypoint = canary.folder / "entrypoint.py"
    entrypoint.write_text(entrypoint.read_text().partition("\nif __name__ ==")[0])
    run = canary.run()
    assert (run.code, f"{entrypoint} has run nothing" in run.output) == (4, True), run.output


def test_a_recording_that_broke_off_is_not_judged(copied: Copied) -> None:
    run = copied("does not start").run(*Suite.CHECK)
    assert (run.code, "did not end" in run.output) == (2, True), run.output


@pytest.mark.parametrize("phases", [Suite.REPLAY, Suite.CHECK])
def test_without_a_recording_there_is_nothing_to_replay(canary: Suite, phases: tuple[str, ...]) -> None:
    run = canary.run(*phases)
    assert (run.code, "there is no recording" in run.output) == (2, True), run.output


@pytest.mark.parametrize(("other", "port"), [("", "8001"), pytest.param("elsewhere", "8000", marks=pytest.mark.slow)])
def test_two_runs_at_once_do_not_disturb_each_other(canary: Suite, tmp_path: Path, other: str, port: str) -> None:
    """Two ports of one suite; in effect two checkouts: same port, separate folders. Verbose: with every phase."""
    second = canary.copied(tmp_path / other / canary.name) if other else canary
    both = ((canary, "8000"), (second, port))
    runs = [(suite, suite.start(at, CANARY="", E2E_VERBOSE="1"), at) for suite, at in both]
    ended = [suite.end(process, at) for suite, process, at in runs]
    assert [run.code for run in ended] == [0, 0], "\n".join(run.output for run in ended)
    ports = [json.loads((run.folder / "setup.json").read_text())["app_port"] for run in ended]
    assert len(set(ports)) == 2
    expected = ["Phase 1: ", "Phase 2: ", "→ GET /fine\n", "Phase 3: ", "Phase 4: ", "✓ Test ID: ", "Phase 5: "]
    for run in ended:
        positions = [run.output.find(line) for line in expected]
        assert -1 not in positions and positions == sorted(positions), dict(zip(expected, positions))


def test_a_second_run_of_the_same_name_is_refused(canary: Suite) -> None:
    first = canary.start(CANARY="hangs in recording", E2E_TIMEOUT="20")
    log = canary.out / "canary-8000" / "logs" / "record.log"
    wait_until(log.exists, timeout_s=20, what="the first run")
    second = canary.run(CANARY="")
    first.terminate()
    first.communicate(timeout=LIMIT_S)
    assert (second.code, f"process {first.pid}" in second.output) == (3, True)


def test_the_baseline_holds_and_can_fail(canary: Suite) -> None:
    holds, fails = (canary.run("--baseline", CANARY=fault) for fault in ("", "wrong answer"))
    assert (holds.code, "1 of 1 requests answered as expected with the SDK off" in holds.output) == (0, True)
    assert (fails.code, "expected False, got True" in fails.output) == (1, True)


def test_what_failed_in_setup_shows_nothing_of_an_earlier_run(canary: Suite) -> None:
    earlier = canary.out / "canary-8000" / "result.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text(json.dumps({"code": 0, "verdict": "passed", "tests": [{}], "requests": {"passed": 1}}))
    run = canary.run(CANARY="", E2E_SDK="../no-such-checkout", E2E_RUNTIME="auto", DOCKER_HOST="unix:///nowhere.sock")
    assert (run.code, run.result["tests"], run.result["requests"]["passed"]) == (2, [], 0)
    assert " · local (no Docker" in run.output
    assert canary.run("--phases", "record").code == 2


def test_a_second_run_needs_no_network(canary: Suite) -> None:
    if not can_isolate():
        pytest.skip("this machine refuses network namespaces")
    prepare(canary.folder, read_options({}))  # installs everything that the first run gets from the index
    kept = f"{ROOT}:{canary.folder.parent}:{sys.base_prefix}"
    run = canary.under([sys.executable, "-c", OFFLINE], "8000", "--build", KEPT=kept)
    assert run.code == 0, run.output


def test_where_network_namespaces_are_refused_it_runs_and_says_so(copied: Copied) -> None:
    refusing = ["unshare", "-Ur", "sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', "sh"]
    if subprocess.run([*refusing, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine cannot be made to refuse them")
    run = copied("", *Suite.RECORD).under(refusing, *Suite.REPLAY)
    assert run.code == 0, run.output
    assert run.result["isolation"] == {"network": False, "files": False, "sentinels": True}
    assert "network shared" in run.output
    assert "refused" in json.loads((run.folder / "replay.json").read_text())["network_detail"]


def test_a_folder_as_the_sdk_is_built_from_a_copy(canary: Suite, tmp_path: Path) -> None:
    """A checkout with its own build backend, which writes into its folder, as some do."""
    checkout = sdk_checkout(installed_sdk(), tmp_path / "checkout", "9.9.0")
    before = sorted(checkout.rglob("*"))
    run = canary.run(CANARY="", E2E_SDK=str(checkout))
    assert run.code == 0, run.output
    assert (run.result["versions"]["sdk"], run.result["sdk_source"]) == ("9.9.0", f"folder {checkout}")
    assert sorted(checkout.rglob("*")) == before
    (checkout / "drift" / "__init__.py").write_text("raise RuntimeError('edited')\n")
    edited = canary.run(CANARY="", E2E_SDK=str(checkout))
    assert (edited.code, "edited" in edited.output) == (1, True)


@pytest.mark.slow
def test_the_rust_core_is_in_use_or_the_run_is_red(canary: Suite, tmp_path: Path) -> None:
    used = canary.run(CANARY="", E2E_RUST_CORE="1")
    assert used.code == 0, used.output
    assert used.result["versions"]["rust_core"]
    refused = canary.run(CANARY="", E2E_RUST_CORE="0")
    assert (refused.code, refused.result["versions"]["rust_core"]) == (0, None), refused.output
    checkout = sdk_checkout(installed_sdk(), tmp_path / "checkout", "9.9.0")  # has no extra: falls back to Python
    fallen_back = canary.run(CANARY="", E2E_RUST_CORE="1", E2E_SDK=str(checkout))
    assert fallen_back.code == 1
    assert "E2E_RUST_CORE=1, and the SDK says " in fallen_back.result["reason"]
    assert "Rust core path unavailable" in fallen_back.result["reason"]
    assert fallen_back.result["versions"]["sdk"] == "9.9.0"


@pytest.mark.slow  # the first run installs that version
def test_another_version_of_a_library(canary: Suite) -> None:
    requirements = canary.folder / "requirements.txt"
    requirements.write_text(re.sub(r"^flask\b.*$", "flask<3.1", requirements.read_text(), count=1, flags=re.MULTILINE))
    finished = canary.run()
    assert (finished.code, finished.result["versions"]["flask"][:4]) == (0, "3.0.")
    assert "flask==3.0." in (canary.folder / "requirements.lock").read_text()
