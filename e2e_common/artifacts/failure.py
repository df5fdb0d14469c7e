"""One failure of a run: the judge collects them, the reporters print them."""

from __future__ import annotations

from dataclasses import dataclass

from e2e_common.artifacts.facts import Fact
from e2e_common.util.errors import Code

EXPECTATION, RECORDING, REPLAY, RUN = "expectation", "recording", "replay", "run"
CONFIGURATION = 0  # the `rule` of a failure that belongs to no rule of the verdict
FLOATS = "floats"  # a kind of fact: whole numbers that became floats


@dataclass(frozen=True)
class Failure:
    """`rule`: its number in docs/verdict.md (0: configuration and time limits). `stage`: expectation,
    recording, replay, or run if it belongs to no request. `file`: the file to open, relative to the run's folder.
    `code`: the exit code. `facts`: the differences as known_failures.yaml pins them; a failure without facts is never
    a known failure."""

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
        """Whether the only differences are whole numbers that became floats."""
        return bool(self.facts) and all(fact.kind == FLOATS for fact in self.facts)

    def line(self) -> str:
        """The failure in one line: request, message, file."""
        who = f"{self.request!r}: " if self.request is not None else ""
        where = "" if self.file in self.message else f" ({self.file})"
        return one_line(f"{who}{self.message}{where}")


def one_line(text: str) -> str:
    """`text` in one line, with single blanks. Unprintable characters (escape sequences, marks for the text direction,
    lone surrogates) become `?`."""
    line = " ".join(text.split())
    return line if line.isprintable() else "".join(char if char.isprintable() else "?" for char in line)


def shorten(value: object, limit: int = 120) -> str:
    """`value` as text on one line, cut to `limit` characters."""
    text = one_line(str(value))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
