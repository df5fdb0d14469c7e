"""A disk that is full, a folder that cannot be written: the run ends with 3, says what to do, and is not green."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Finished, Suite

ROOM = "free some space, or name another folder for the artifacts (E2E_OUT)"
LIMIT_S = 90
FILL = """
def fill():
    if os.environ.get("FILL") == os.environ.get("TUSK_DRIFT_MODE"):
        with open("ballast", "ab", 0) as ballast:
            try:
                while True:
                    ballast.write(b"x" * 4096)
            except OSError:
                pass


@app.get("/fine")
def fine() -> Response:
    fill()
"""


def filling(canary: Suite) -> Suite:
    """The application fills the disk while it is recorded, or while it is replayed: as the variable FILL says."""
    app = canary.folder / "src" / "app.py"
    app.write_text(app.read_text().replace('\n@app.get("/fine")\ndef fine() -> Response:\n', FILL))
    return canary


def in_mounts(suite: Suite, mounts: str, *words: str, **knobs: str) -> Finished:
    """The run, where `mounts` (shell commands) hold. Its result.json is taken out of them."""
    unshare = ["unshare", "-Urm", "sh", "-c"]
    probe = subprocess.run([*unshare, "mount -t tmpfs tmpfs /mnt"], capture_output=True, timeout=LIMIT_S, check=False)
    if probe.returncode != 0:
        pytest.skip("this machine lets no user mount anything")
    suite.out.mkdir(exist_ok=True)
    kept = suite.folder / "kept.json"
    save = f"status=$?; cp {shlex.quote(str(suite.out))}/*/result.json {shlex.quote(str(kept))}; exit $status"
    command = [*unshare, f'{mounts} || exit 99; "$@"; {save}', "sh", *suite.command(*words)]
    done = subprocess.run(
        command, env=suite.environ(knobs), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S,
        check=False,
    )  # fmt: skip
    run = suite.finished(done.returncode, done.stdout + done.stderr)
    assert "Traceback" not in run.output
    return run


def tmpfs(suite: Suite, options: str) -> str:
    return f"mount -t tmpfs -o {options} tmpfs {shlex.quote(str(suite.out))}"


def told(run: Finished, *says: str) -> None:
    assert run.code == 3, run.output
    assert "✓" not in run.output
    for words in says:
        assert words in run.output


@pytest.mark.slow
@pytest.mark.parametrize("size", ["4k", "16k", "48k"])
def test_one_that_is_full_from_the_start(canary: Suite, size: str) -> None:
    told(in_mounts(canary, tmpfs(canary, f"size={size}"), CANARY=""), ROOM)


@pytest.mark.slow
@pytest.mark.parametrize("when", ["RECORD", "REPLAY"])
def test_one_that_fills_on_the_way(canary: Suite, when: str) -> None:
    run = in_mounts(filling(canary), tmpfs(canary, "size=20m"), CANARY="", FILL=when)
    told(run, "no space is left, so nothing there can be trusted to be whole", ROOM, "result.json could not be written")


@pytest.mark.slow
def test_with_room_the_same_is_green(canary: Suite) -> None:
    run = in_mounts(filling(canary), tmpfs(canary, "size=20m"), CANARY="", FILL="never")
    assert run.code == 0, run.output


def test_a_green_run_without_its_verdict_on_disk_is_not_green(canary: Suite) -> None:
    app = canary.folder / "src" / "app.py"
    spoils = 'if IN_REPLAY:\n    os.makedirs("../result.json/taken", exist_ok=True)\n'
    app.write_text(app.read_text().replace("app = Flask(__name__)\n", f"app = Flask(__name__)\n{spoils}"))
    run = in_place(canary)
    told(run, "result.json could not be written: ")


def in_place(suite: Suite, **knobs: str) -> Finished:
    """A run whose result.json is not read."""
    done = subprocess.run(
        suite.command(), env=suite.environ({"CANARY": "", **knobs}), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    return Finished(done.returncode, done.stdout + done.stderr, {}, suite.out)


def test_a_folder_of_artifacts_that_is_read_only(canary: Suite) -> None:
    run = in_mounts(canary, tmpfs(canary, "ro"), CANARY="")
    told(run, "Read-only file system; artifacts go there (E2E_OUT names another folder)")


def test_a_suite_that_is_read_only(canary: Suite) -> None:
    folder = shlex.quote(str(canary.folder))
    run = in_mounts(canary, f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}", CANARY="")
    told(run, f"{canary.folder}/.tusk cannot be written: make it writable for this user")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_artifacts_of_somebody_else(canary: Suite) -> None:
    folder = canary.out / "canary-8000"
    (folder / "traces").mkdir(parents=True)
    (folder / "traces" / "x.jsonl").touch()
    (folder / "traces").chmod(0o555)
    try:
        told(in_place(canary), "Permission denied: make it writable for this user")
    finally:
        (folder / "traces").chmod(0o755)


@pytest.mark.slow
def test_a_stale_lock_file_is_no_hindrance(canary: Suite) -> None:
    canary.out.mkdir()
    (canary.out / ".canary-8000.lock").write_text("1\n")  # the id of a process that is alive, and holds no lock
    assert in_place(canary).code == 0


def test_a_folder_in_place_of_the_lock(canary: Suite) -> None:
    lock = canary.out / ".canary-8000.lock"
    lock.mkdir(parents=True)
    told(in_place(canary), f"{lock}: Is a directory; artifacts go there (E2E_OUT names another folder)")


def test_the_folder_of_artifacts_is_a_file(canary: Suite, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = in_place(canary, E2E_OUT=str(tmp_path / "file"))
    told(run, "artifacts go there (E2E_OUT names another folder)")
