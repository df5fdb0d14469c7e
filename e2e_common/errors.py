"""The exit codes of the contract (README, "Exit codes") and the errors that carry them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import IntEnum

SHOWN = 12


class Code(IntEnum):
    """What `run.sh` and result.json say. 130 and 143 (interrupted) are 128 + the signal's number."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    ENVIRONMENT = 3
    NOTHING_VERIFIED = 4
    TIMED_OUT = 5
    LEFT_BEHIND = 6


class HarnessError(Exception):
    """Ends a run with a message for a person: what was wrong, where, what to do next. `log` is a file worth a look."""

    def __init__(self, code: int, message: str, log: str | None = None) -> None:
        super().__init__(message)
        self.code = int(code)
        self.log = log


def usage(message: str) -> HarnessError:
    """Wrong use or configuration: exit 2."""
    return HarnessError(Code.USAGE, message)


def environment(message: str) -> HarnessError:
    """Something the run needs is missing on this machine: exit 3."""
    return HarnessError(Code.ENVIRONMENT, message)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` for the nearest of `known` names, or the first SHOWN of them where none is near."""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    more = f", … ({len(names)} in all)" if len(names) > SHOWN else ""
    return f"; did you mean {near[0]}?" if near else f"; known: {', '.join(names[:SHOWN]) or '(none)'}{more}"
