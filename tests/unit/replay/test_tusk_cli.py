"""The official CLI is found, or what stands in its place is named at once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from e2e_common.replay import tusk_cli
from e2e_common.replay.tusk_cli import TuskCli, find_cli
from e2e_common.util.errors import Code, HarnessError
from tests.unit.services.never_waits import within

NO_VERSION = "is no Tusk CLI: it does not say its version; check TUSK_CLI_PATH"


def program(folder: Path, text: str, mode: int = 0o755) -> str:
    path = folder / "tusk"
    path.write_text(text)
    path.chmod(mode)
    return str(path)


@pytest.mark.parametrize(("cli", "version"), [("official", "v0.1.40"), ("official", "dev"), ("auto", "dev")])
def test_it_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: str, version: str) -> None:
    """A released one by its path, a development build on PATH."""
    path = program(tmp_path, f"#!/bin/sh\necho 'Tusk CLI (version: {version})'\necho 'Git Commit: 06c827b'\n")
    if version == "dev":
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert find_cli(cli, "" if version == "dev" else path) == TuskCli("official", version, (path, "drift"))


def test_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_cli("auto", "").name == find_cli("bundled", "/nowhere/tusk").name == "bundled"
    with pytest.raises(HarnessError, match="there is no `tusk` on PATH"):
        find_cli("official", "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", NO_VERSION),
        ("echo redis-cli 7.0.0", NO_VERSION),
        ("echo 'Tusk CLI (version: 06c827b)'", "calls itself version 06c827b, which the SDK refuses"),
        (r"printf 'Tusk CLI (version: v1.2\033[2J\033]0;owned\007)'", "v1.2?[2J?]0;owned?, which the SDK"),
    ],
)  # fmt: skip
def test_one_that_says_no_usable_version(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(HarnessError) as error:
        find_cli("official", program(tmp_path, f"#!/bin/sh\n{text}\n"))
    assert error.value.code == Code.ENVIRONMENT
    assert says in str(error.value)


@pytest.mark.parametrize("text", ["exec sleep 600", "sleep 600 & echo $! > {}"], ids=["hangs", "leaves a child"])
def test_one_that_does_not_end_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """The child holds its output open."""
    monkeypatch.setattr(tusk_cli, "VERSION_LIMIT_S", 0.5)
    pid = tmp_path / "pid"
    with within(60), pytest.raises(HarnessError, match=r"timed out after 0\.5 seconds; check TUSK_CLI_PATH"):
        find_cli("official", program(tmp_path, f"#!/bin/sh\n{text.format(pid)}\n"))
    if pid.exists():
        os.kill(int(pid.read_text()), signal.SIGKILL)


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        ("#!/bin/sh\n", 0o644, "Permission denied"),
        ("#!/no/such/interpreter\n", 0o755, "No such file or directory"),
        ("\x7fELF, or not", 0o755, "Exec format error"),
    ],
)
def test_a_file_that_does_not_run(tmp_path: Path, text: str, mode: int, says: str) -> None:
    path = program(tmp_path, text, mode)
    with pytest.raises(HarnessError, match=f"^the Tusk CLI {path} does not run: .*{says}"):
        find_cli("official", path)


@pytest.mark.parametrize("path", ["/nowhere/tusk", "no-such-program", "/", "~nobody-here/tusk", "/dev/null"])
def test_a_path_that_leads_to_no_program(path: str) -> None:
    with pytest.raises(HarnessError, match="does not run: ") as error:
        find_cli("official", path)
    assert error.value.code == Code.ENVIRONMENT
