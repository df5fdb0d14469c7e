"""`docker` is a small program on PATH that answers from a file and writes down how it was called."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e_common.docker import engine, images
from e2e_common.setup.options import read_options
from e2e_common.util.interrupts import Interrupts

BASE = f"image inspect --format {{{{.Id}}}} {images.base_name(read_options({}))}"
"""The call that asks for this checkout's base image."""

FAKE = f"""#!{sys.executable}
import json, os, pathlib, sys, time

here = pathlib.Path(__file__).parent
state = json.loads((here / "state").read_text())
words = sys.argv[1:]
with (here / "calls").open("a") as calls:
    calls.write(json.dumps([os.getsid(0), *words]) + "\\n")

def end(code, out="", err=""):
    sys.stdout.write(out)
    sys.stderr.write(err)
    raise SystemExit(code)

for start, (code, out, err) in state["answers"].items():
    if " ".join(words).startswith(start):
        if out in ("(hangs)", "(interrupts)"):
            (here / "pid").write_text(str(os.getpid()))
            if out == "(interrupts)":
                os.kill(os.getppid(), 15)
            time.sleep(60)
        end(code, out, err)
things = state["things"].get("container" if words[0] in ("ps", "rm") else words[0], {{}})
if words[0] == "ps" or words[1:2] == ["ls"]:
    wanted = words[words.index("--filter") + 1].removeprefix("label=")
    for name, (label, _) in things.items():
        key, _, value = label.partition("=")
        if wanted in (key, label):
            print(name, value if key == {engine.RUN!r} else "", sep="\\t")
    end(0)
if "rm" in words[:2]:
    for name in words:
        if name in things and not things[name][1]:
            del things[name]
    (here / "state").write_text(json.dumps(state))
    end(0)
end(1, "", "fake: " + " ".join(words))
"""


class Docker:
    """The program. Its state: the beginning of a call → exit status, output, errors; and what is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answers = {"version": (0, "28.2.2\n", ""), "compose version": (0, "2\n", "")}
        self._things: dict[str, dict[str, tuple[str, bool]]] = {kind: {} for kind in (*engine.KINDS, "image")}
        (folder / "docker").write_text(FAKE)
        (folder / "docker").chmod(0o755)
        self._write()

    def _write(self) -> None:
        (self._folder / "state").write_text(json.dumps({"answers": self._answers, "things": self._things}))

    def answer(self, start: str, code: int, out: str = "", err: str = "") -> None:
        self._answers[start] = (code, out, err)
        self._write()

    def has(self, kind: str, name: str, label: str = "", stays: bool = False) -> None:
        """`label`: `name=value`; `stays`: it cannot be removed."""
        self._things[kind][name] = (label, stays)
        self._write()

    @property
    def left(self) -> set[str]:
        things = json.loads((self._folder / "state").read_text())["things"]
        return {name for named in things.values() for name in named}

    @property
    def calls(self) -> list[list[Any]]:
        """The session and the words of each call."""
        path = self._folder / "calls"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def pid(self) -> int:
        """Of the call that hangs."""
        return int((self._folder / "pid").read_text())


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    folder = tmp_path / "docker-bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return Docker(folder)


@pytest.fixture
def handlers() -> Iterator[None]:
    """Restores the signal handlers after the test."""
    before = {signum: signal.getsignal(signum) for signum in Interrupts.SIGNALS}
    yield
    for signum, handler in before.items():
        signal.signal(signum, handler)
