"""One thing that is wrong with a run: what the judge collects and everybody else prints."""

from __future__ import annotations

from dataclasses import dataclass

from e2e_common.artifacts.facts import Fact
from e2e_common.util.errors import Code

EXPECTATION = "expectation"
RECORDING = "recording"
REPLAY = "replay"
RUN = "run"

CONFIGURATION = 0  # in place of a rule's number: what no rule of the verdict names


FLOATS = "floats"  # a kind of fact: stated whole numbers that came as floats


@dataclass(frozen=True)
class Failure:
    """`rule`: number in design.md, "The verdict's rules" (0: configuration and time limits). `stage`: expectation,
    recording, replay, or run for what belongs to no request. `file`: the one to look at, below the run's folder.
    `code`: the exit code that it asks for. `facts`: what differs, as known_failures.yaml pins it; a failure without
    facts is never a known one."""

    rule: int
    stage: str
    message: str
    file: str
    request: str | None = None
    trace_id: str | None = None
    code: int = int(Code.FAILED)
    facts: tuple[Fact, ...] = ()

    @property
    def is_of_floats(self) -> bool:
        """Whether nothing but whole numbers that came as floats is wrong."""
        return bool(self.facts) and all(fact.kind == FLOATS for fact in self.facts)

    def line(self) -> str:
        """One line for a person: request, what is wrong, where to look."""
        who = f"{self.request!r}: " if self.request is not None else ""
        where = "" if self.file in self.message else f" ({self.file})"
        return one_line(f"{who}{self.message}{where}")


def one_line(text: str) -> str:
    """`text` with its white space collapsed, and printable: what steers a terminal (escape sequences, marks that turn
    the direction of reading) and a lone surrogate of a JSON escape become `?`."""
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(char if char.isprintable() else "?" for char in line)


def shorten(value: object, limit: int = 120) -> str:
    """The text of `value` on one line, cut to `limit` characters."""
    text = one_line(str(value))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
