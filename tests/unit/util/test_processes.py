"""Processes end with their group, with their parent, and are found when they try to hide."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from e2e_common.util.processes import exit_status, last_lines, spawn, stop
from e2e_common.util.readiness import wait_until
from tests.conftest import execute
from tests.processes import alive, running, wait_until_gone
from tests.unit.services.never_waits import within


def started(command: str, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A process that writes its child's id, and that id."""
    process = spawn(command, cwd=folder, env=os.environ, stdout=subprocess.DEVNULL)
    wait_until(
        lambda: (folder / "pid").exists() and (folder / "pid").read_text().strip() != "", timeout_s=5, what="pid"
    )
    return process, int((folder / "pid").read_text())


@pytest.mark.parametrize(
    ("command", "status"),
    [
        pytest.param("sleep 60 & echo $! > pid; wait", -signal.SIGTERM, id="group"),
        pytest.param(
            "trap '' TERM; sleep 60 & echo $! > pid; while :; do wait; done", -signal.SIGKILL, id="ignores SIGTERM"
        ),
        pytest.param("(trap '' TERM; exec sleep 60) & echo $! > pid", 0, id="leader has ended"),
    ],
)
def test_stop_ends_the_group(tmp_path: Path, command: str, status: int) -> None:
    process, child = started(command, tmp_path)
    if status == 0:
        wait_until(lambda: exit_status(process) is not None, timeout_s=5, what="the leader's end")
    assert alive(child)
    assert stop(process, grace_s=0.2 if status == -signal.SIGKILL else 5) == status
    wait_until(lambda: not alive(child), timeout_s=10, what="the child's end")


def test_a_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    script = (
        "import os, subprocess, sys, time; from pathlib import Path; from e2e_common.util.processes import spawn\n"
        "child = spawn(['sleep', '60'], cwd=Path('.'), env=os.environ, stdout=subprocess.DEVNULL)\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not alive(child), timeout_s=10, what="the end of the child")


def test_orphans_that_left_their_group_are_found(tmp_path: Path) -> None:
    script = (
        "import os, subprocess; from pathlib import Path; from e2e_common.util.processes import *\n"
        "adopt_orphans()\n"
        "hide = 'setsid sh -c \"echo > hidden; exec sleep 60\" & while [ ! -e hidden ]; do :; done'\n"
        "shell = spawn(hide, cwd=Path('.'), env=os.environ, stdout=subprocess.DEVNULL)\n"
        "while exit_status(shell) is None: pass\n"
        "stop(shell); print('; '.join(end_orphans())); print(len(end_orphans()))"
    )
    done = execute(sys.executable, "-c", script, cwd=tmp_path, check=True)
    found, left = done.stdout.splitlines()
    assert "sleep 60" in found
    assert left == "0"
    assert not alive(int(found.split()[0]))


def test_orphans_that_cannot_be_killed_are_reported_and_not_waited_for(tmp_path: Path) -> None:
    """Somebody else's (setuid), or in the kernel for good."""
    script = (
        "import os; from pathlib import Path; from e2e_common.util import processes\n"
        "def refuse(*_): raise PermissionError\n"
        "orphan = processes.spawn(['sleep', '600'], cwd=Path('.'), env=os.environ, stdout=None)\n"
        "processes.os.kill, processes.ORPHANS_LIMIT_S = refuse, 0.1\n"
        "print(orphan.pid, *processes.end_orphans())\n"
        "processes.stop(orphan)"
    )
    with within(60):
        done = execute(sys.executable, "-c", script, cwd=tmp_path, check=True)
    pid, said = done.stdout.split(maxsplit=1)
    assert said == f"{pid} sleep 600\n"
    assert not alive(int(pid))


def test_last_lines(tmp_path: Path) -> None:
    missing, empty, pipe, log = (tmp_path / name for name in ("missing", "empty", "pipe", "log"))
    os.mkfifo(pipe)  # has no end
    empty.touch()
    log.write_bytes(b"one\ntwo \xff\nthree\n")
    with within(5):
        assert [last_lines(path, 2) for path in (missing, empty, pipe, log)] == [*[None] * 3, "two \ufffd\nthree"]


def test_the_tests_find_a_process_by_its_environment_its_folder_and_its_command(tmp_path: Path) -> None:
    """Or those that say that nothing runs on could not fail."""
    for name in ("environment", "folder", "command"):
        (tmp_path / name).mkdir()
        mark = str(tmp_path / name)
        process = spawn(
            ["sh", "-c", "sleep 600; :", mark if name == "command" else ""],
            cwd=Path(mark) if name == "folder" else tmp_path,
            env={**os.environ, "MARK": mark if name == "environment" else ""},
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda mark=mark: bool(running(mark)), timeout_s=30, what=name)  # type: ignore[misc]
        finally:
            stop(process)
        wait_until_gone(mark)
