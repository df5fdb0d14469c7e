"""`docker` is a small program on PATH that answers from a file and writes down how it was called."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from e2e_common.docker import images, objects
from e2e_common.setup.options import read_options

BASE = f"image inspect --format {{{{.Id}}}} {images.base_name(read_options({}))}"
"""The call that asks for this checkout's base image."""

FAKE = f"""#!{sys.executable}
import json, os, pathlib, sys, time

here = pathlib.Path(__file__).parent
state = json.loads((here / "state").read_text())
words = sys.argv[1:]
with (here / "calls").open("a") as calls:
    call = {{"words": words, "session": os.getsid(0)}}
    calls.write(json.dumps(call) + "\\n")

def end(code, out="", err=""):
    sys.stdout.write(out)
    sys.stderr.write(err)
    raise SystemExit(code)

def matches(thing):
    filters = [words[i + 1] for i, word in enumerate(words) if word == "--filter"]
    found = {{f"label={{label}}={{value}}" for label, value in thing["labels"].items()}}
    found |= {{f"label={{label}}" for label in thing["labels"]}}
    return set(filters) <= found

for start, (code, out, err) in state["answers"].items():
    if " ".join(words).startswith(start):
        if out in ("(hangs)", "(interrupts)"):
            (here / "pid").write_text(str(os.getpid()))
            if out == "(interrupts)":
                os.kill(os.getppid(), 15)
            time.sleep(60)
        end(code, out, err)
kind = "container" if words[0] in ("ps", "rm") else words[0]
things = state["things"].get(kind, {{}})
if words[0] == "ps" or words[1:2] == ["ls"]:
    rows = [[name, thing["labels"].get({objects.RUN!r}, "")] for name, thing in things.items() if matches(thing)]
    end(0, "".join("\\t".join(row[: 1 if "--quiet" in words else 2]) + "\\n" for row in rows))
if "rm" in words[:2]:
    for name in words:
        if name in things and not things[name].get("stays"):
            del things[name]
    (here / "state").write_text(json.dumps(state))
    end(0)
end(1, "", "fake: " + " ".join(words))
"""


class Docker:
    """The program. `answers`: the beginning of a call → exit status, output, errors; `things`: what is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.answers: dict[str, tuple[int, str, str]] = {
            "version": (0, "28.2.2\n", ""),
            "compose version": (0, "2\n", ""),
        }
        self.things: dict[str, dict[str, Any]] = {kind: {} for kind in (*objects.KINDS, "image")}
        (folder / "docker").write_text(FAKE)
        (folder / "docker").chmod(0o755)
        self.told()

    def told(self) -> None:
        """Write down what it is to answer now."""
        (self._folder / "state").write_text(json.dumps({"answers": self.answers, "things": self.things}))

    def answer(self, start: str, code: int, out: str = "", err: str = "") -> None:
        self.answers[start] = (code, out, err)
        self.told()

    def has(self, kind: str, name: str, **more: Any) -> None:
        self.things[kind][name] = {"labels": {}, **more}
        self.told()

    @property
    def left(self) -> set[str]:
        things = json.loads((self._folder / "state").read_text())["things"]
        return {name for named in things.values() for name in named}

    @property
    def calls(self) -> list[dict[str, Any]]:
        path = self._folder / "calls"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def builds(self) -> int:
        """How often a suite's image was built."""
        return sum(call["words"][0] == "compose" for call in self.calls)

    @property
    def pid(self) -> int:
        """Of the call that hangs."""
        return int((self._folder / "pid").read_text())
