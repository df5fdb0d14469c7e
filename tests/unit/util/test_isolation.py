"""The empty network: what it hides, and that the probe tells an open one from an empty one."""

from __future__ import annotations

import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e_common.util import isolation
from e2e_common.util.isolation import probe
from e2e_common.util.paths import ROOT
from tests.conftest import execute

ENTER = "from e2e_common.util.isolation import *; print(isolate()); print(probe(sys.argv[1]))"


@pytest.fixture
def beacon() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_an_open_network_is_seen_as_open(beacon: str) -> None:
    assert not probe(beacon)[0]


@pytest.mark.parametrize(
    ("interfaces", "reached", "expected"),
    [
        (["lo"], False, (True, "nothing but a loopback of its own")),
        (["lo"], True, (False, "a listener on the machine's own loopback can be reached")),
        (["lo", "eth1", "eth0"], False, (False, "interfaces besides loopback: eth0, eth1")),
        (["lo", "tunl0"], False, (True, "nothing but a loopback of its own")),
    ],
)
def test_either_sign_of_an_open_network_is_enough(
    monkeypatch: pytest.MonkeyPatch, interfaces: list[str], reached: bool, expected: tuple[bool, str]
) -> None:
    monkeypatch.setattr("socket.if_nameindex", lambda: list(enumerate(interfaces)))
    monkeypatch.setattr(isolation, "_is_up", lambda name: name != "tunl0")
    monkeypatch.setattr(isolation, "tcp_answers", lambda *_: reached)
    assert probe("127.0.0.1:1") == expected


def test_a_process_that_left_the_network_reaches_nothing(beacon: str) -> None:
    done = execute(sys.executable, "-c", ENTER, beacon, check=True)
    how, found = done.stdout.splitlines()
    if how.startswith("network namespace refused"):
        pytest.skip(f"this machine: {how}")
    assert how == "own network namespace"
    assert found.startswith("(True,")


def test_temporary_folders_are_empty_but_for_what_is_kept_and_sockets_are_hidden() -> None:
    """All but the socket are below /tmp, and the socket is not."""
    with tempfile.TemporaryDirectory(dir="/tmp") as one, tempfile.TemporaryDirectory(dir=ROOT / ".cache") as other:
        kept, lost, listening = Path(one) / "kept", Path(one) / "lost", Path(other) / "s"
        kept.mkdir()
        (kept / "file").write_text("here")
        link = Path(one) / "link"
        link.symlink_to(kept / "file")
        (kept / "link").symlink_to(kept / "file")
        lost.write_text("gone")
        script = (
            "import os; from pathlib import Path; from e2e_common.util.isolation import *; before = temporary()\n"
            "kept = [Path(sys.argv[1]), Path(sys.argv[4]), Path(sys.argv[1], 'link')]\n"
            "how = isolate(kept); print(how); print(before & temporary())\n"
            "print(Path(sys.argv[1], 'file').read_text(), Path(sys.argv[2]).exists(), Path(sys.argv[3]).is_socket(), "
            "Path(sys.argv[4]).read_text())"
        )
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(listening))
            server.listen()
            words = [sys.executable, "-c", script, str(kept), str(lost), str(listening), str(link)]
            done = execute(*words, check=True)
    how, *found = done.stdout.splitlines()
    if how.startswith("network namespace refused"):
        pytest.skip(f"this machine: {how}")
    assert found == ["set()", "here False False here"]
