"""Whole runs under Docker: artifacts and images of a green run, same reasons for red runs as without Docker, commands
and options, and what can be reached from inside."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e_common.docker.images import identity
from tests.conftest import CANARIES, Finished, Suite, all_passed, execute, sdk_checkout
from tests.e2e.docker.conftest import Checkout, Contained, all_left, docker, require_docker
from tests.e2e.local.test_canaries import FAULTS, OF_A_REQUEST
from tests.e2e.local.test_leaks import LEAKS

pytestmark = [pytest.mark.docker, pytest.mark.slow]

IN_BOTH = "plain thread, does not start, exits half way, dies only in replay, sends nothing, leaves a process"
OF_REQUESTS = ", ".join(fault for fault in OF_A_REQUEST if "keeps" not in fault)  # in a container they cannot
STRANGER = 12345
ROOTS = os.getuid() == 0
LOOK_AROUND = """
import json, os, socket

def look(attempt):
    try:
        attempt()
    except OSError as error:
        return error.strerror or str(error)
    return "done"

with open("limits.json", "w") as found:
    status = dict(line.split(":\\t") for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
    json.dump({
        "uid": os.getuid(),
        "interfaces": [name for _, name in socket.if_nameindex()],
        "capabilities": {key: status[key] for key in ("CapEff", "CapPrm", "CapInh", "CapBnd", "NoNewPrivs")},
        "connect": {host: look(lambda: socket.create_connection((host, 53), 1)) for host in ("172.17.0.1", "8.8.8.8")},
        "write": {path: look(lambda: open(path, "w")) for path in ("/x", "/usr/x", "/e2e/x", "/opt/application/x")},
    }, found)
"""


def limits_of(run: Finished, folder: str) -> dict[str, Any]:
    return dict(json.loads((run.folder / folder / "limits.json").read_text()))


def looking_around(checkout: Checkout, kind: str) -> Contained:
    """Returns a green application that inspects its environment at its start."""
    suite = checkout.suite(kind, CANARIES)
    source = suite.folder / "src" / "app.py"
    source.write_text(LOOK_AROUND + source.read_text())
    return suite


# A green run. If root runs the tests, the checkout has another owner.


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contained]:
    require_docker()
    checkout = Checkout(tmp_path_factory.mktemp("somebody else's"))
    suite = looking_around(checkout, "owned")
    if ROOTS:
        for path in (checkout.root, *checkout.root.rglob("*")):
            if ".cache" not in path.relative_to(checkout.root).parts:
                os.chown(path, STRANGER, STRANGER, follow_symlinks=False)
    yield suite
    checkout.remove()


@pytest.fixture(scope="module")
def green(owned: Contained) -> Finished:
    run = owned.run("8901")
    assert run.code == 0, run.output
    return run


def test_a_green_run_says_what_it_was(green: Finished) -> None:
    result = green.result
    assert (result["verdict"], result["code"], result["runtime"]) == ("passed", 0, "docker")
    assert result["isolation"] == {"network": True, "files": True, "sentinels": True}
    assert (result["sdk_source"], result["versions"]["sdk"]) == ("index, as locked", "0.1.29")
    assert result["versions"]["python"].startswith("3.12")
    assert result["requests"] == all_passed(1)
    assert all(result["seconds"][phase] is not None for phase in ("record", "flush", "replay", "check", "total"))
    assert " · docker · " in green.output and " own network" in green.output


def test_all_that_is_left_are_artifacts_of_the_suites_owner(owned: Contained, green: Finished) -> None:
    owner = owned.folder.stat()
    paths = [owned.out, *owned.out.rglob("*"), *(owned.folder / ".tusk").rglob("*")]
    assert len(paths) > 20
    assert list((owned.folder / ".tusk" / "traces").glob("*.jsonl"))
    others = [path for path in paths if (path.lstat().st_uid, path.lstat().st_gid) != (owner.st_uid, owner.st_gid)]
    assert others == []
    assert all_left(owned) == {}, "nothing is left in the engine"


def test_in_the_replay_nothing_can_be_reached(green: Finished) -> None:
    limits = limits_of(green, "replay-work")
    assert limits["interfaces"] == ["lo"]
    assert set(limits["connect"].values()) == {"Network is unreachable"}


@pytest.mark.parametrize("folder", ["work", "replay-work"])
def test_a_container_is_bound(owned: Contained, green: Finished, folder: str) -> None:
    limits = limits_of(green, folder)
    assert limits["uid"] == owned.folder.stat().st_uid
    assert not ROOTS or limits["uid"] == STRANGER
    privileged = limits["capabilities"].pop("NoNewPrivs")
    assert (set(limits["capabilities"].values()), privileged) == ({"0" * 16}, "1")
    assert set(limits["write"].values()) == {"Read-only file system"}


def test_root_is_bound_too(checkout: Checkout) -> None:
    if not ROOTS:
        pytest.skip("only root has files of root's")
    run = looking_around(checkout, "roots").run("8902")
    assert run.code == 0, run.output
    limits = limits_of(run, "replay-work")
    assert (limits["uid"], set(limits["write"].values())) == (0, {"Read-only file system"})
    assert limits["capabilities"]["CapEff"] == "0" * 16


def test_a_second_run_builds_nothing_and_an_edit_of_src_is_seen(owned: Contained, green: Finished) -> None:
    before = identity(owned.image)
    source = owned.folder / "src" / "app.py"
    text = source.read_text()
    source.write_text(text.replace("fine=True", "fine=False"))
    try:
        run = owned.run("8901", E2E_ONLY="*fine*", E2E_SENTINELS="off")
    finally:
        source.write_text(text)
    assert run.code == 1
    assert (run.result["partial"], run.result["isolation"]["sentinels"]) == (True, False)
    assert "body $.fine: expected True, got False" in run.result["reason"]
    assert run.output.startswith("✗"), "nothing was built"
    assert identity(owned.image) == before


# The same verdict in both runtimes.


@pytest.mark.parametrize(
    ("fault", "code", "named"),
    [(OF_REQUESTS, 1, OF_A_REQUEST["wrong answer"]), *(row for row in FAULTS if row[0] in IN_BOTH)],
)
def test_a_fault_is_red_for_the_same_reason_in_both_runtimes(
    canary: Contained, fault: str, code: int, named: str
) -> None:
    both = canary.run("8903", CANARY=fault), canary.run("8904", CANARY=fault, E2E_RUNTIME="local")
    under_docker, without = both
    assert (under_docker.result["runtime"], without.result["runtime"]) == ("docker", "local")
    assert under_docker.code == code, under_docker.output
    assert named in under_docker.result["reason"]
    assert verdict(under_docker) == verdict(without)
    if fault == OF_REQUESTS:
        rows = [{row["name"]: impersonal(row["reason"] or "") for row in run.result["tests"]} for run in both]
        assert {name: (reason, rows[1][name]) for name, reason in rows[0].items() if reason != rows[1][name]} == {}


def verdict(run: Finished) -> tuple[int, str, int, str]:
    return run.code, run.result["verdict"], run.result["code"], impersonal(run.result["reason"])


def impersonal(reason: str) -> str:
    """Returns a reason without ids, numbers and addresses, which differ between runs."""
    return re.sub(r"[0-9a-f]{8,}|\d+", "N", re.sub(r"\b[\w.]+:\d+", "ADDRESS", reason))


# The leaking application.


def test_every_leak_is_red_and_named_and_the_services_end(leaks: Contained) -> None:
    run = leaks.run("8905", LEAKS="on")
    assert (run.code, run.result["verdict"], run.result["runtime"]) == (1, "failed", "docker"), run.output
    assert run.result["checks"] == {"warnings": "ok", "leaks": "failed", "mocks": "ok"}
    named = {leak["request"]: (leak["service"], leak["what"]) for leak in run.result["leaks"]}
    assert named == LEAKS
    for request, (service, what) in LEAKS.items():
        assert f"'{request}': leak: {service} was reached in replay: {what}" in run.output
    assert all_left(leaks) == {}
    after = leaks.run("8905", LEAKS="off")
    assert (after.code, after.result["requests"]["passed"], after.result["leaks"]) == (0, 6, []), after.output
    assert after.result["versions"]["postgres"]
    assert all_left(leaks) == {}


def test_the_commands_of_a_run_can_be_pasted(checkout: Checkout) -> None:
    """E2E_VERBOSE=1 prints the commands. They do not depend on other variables of the environment."""
    suite = checkout.suite("pasted", CANARIES)
    run = suite.run("8913", E2E_VERBOSE="1", E2E_APP_ENV="DOLLAR='$HOME ${x}'")
    commands = [line for line in run.output.splitlines() if line.startswith("docker compose ")]
    assert (run.code, len(commands)) == (0, 4), run.output
    (run.folder / "result.json").unlink()
    environ = {name: os.environ[name] for name in ("PATH", "HOME")}
    for command in commands:
        execute("bash", "-c", command, cwd=Path("/"), env=environ, check=True)
    assert suite.finished(0, "", "8913").result["requests"]["passed"] == 1
    assert all_left(suite) == {}


# Commands and options.


@pytest.fixture(scope="module")
def recorded(canary: Contained) -> Finished:
    run = canary.run("8906", *Suite.RECORD)
    assert run.code == 0, run.output
    return run


def test_a_recording_is_replayed_and_judged_by_itself(canary: Contained, recorded: Finished) -> None:
    traces = sorted((recorded.folder / "traces").iterdir())
    assert len(traces) == 1
    assert recorded.result == {}
    replayed = canary.run("8906", *Suite.REPLAY)
    assert (replayed.code, replayed.result["isolation"]["network"]) == (0, True), replayed.output
    assert sorted((replayed.folder / "traces").iterdir()) == traces
    assert canary.run("8906", *Suite.CHECK).code == 0
    (replayed.folder / "touched.jsonl").unlink()
    checked = canary.run("8906", *Suite.CHECK)
    assert (checked.code, checked.result["runtime"]) == (1, "docker")
    assert "touched.jsonl" in checked.result["reason"]


def test_a_recording_of_one_runtime_is_refused_in_the_other(canary: Contained, recorded: Finished) -> None:
    assert canary.run("8908", *Suite.RECORD, E2E_RUNTIME="local").code == 0
    for port, one, other in (("8906", "docker", "local"), ("8908", "local", "docker")):
        run = canary.run(port, *Suite.REPLAY, E2E_RUNTIME=other)
        assert (run.code, run.result["code"]) == (2, 2), run.output
        assert f"was recorded with E2E_RUNTIME={one}: replay it so, or record again" in run.output


def test_an_sdk_and_other_versions_need_no_new_image(canary: Contained, tmp_path: Path) -> None:
    """E2E_SDK (a folder that is not changed) and E2E_WITH use an environment in the volume."""
    container = docker("create", canary.image).strip()
    try:
        docker("cp", f"{container}:/opt/application/lib/python3.12/site-packages/drift", str(tmp_path))
    finally:
        docker("rm", container)
    checkout = sdk_checkout(tmp_path / "drift", tmp_path / "checkout", "9.9.0")
    before = identity(canary.image), sorted(checkout.rglob("*"))
    run = canary.run("8911", E2E_SDK=str(checkout), E2E_WITH="itsdangerous<2.2", E2E_VERBOSE="1")
    assert run.code == 0, run.output
    assert (run.result["versions"]["sdk"], run.result["sdk_source"]) == ("9.9.0", f"folder {checkout}")
    assert run.result["with"] == "itsdangerous<2.2"
    assert (identity(canary.image), sorted(checkout.rglob("*"))) == before
    (checkout / "drift" / "__init__.py").write_text("raise RuntimeError('edited')\n")
    edited = canary.run("8911", E2E_SDK=str(checkout))
    assert (edited.code, "edited" in edited.output) == (1, True)
