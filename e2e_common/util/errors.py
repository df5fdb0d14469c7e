"""The exit codes of the contract (README, "Exit codes") and the errors that carry them."""

from __future__ import annotations

import errno
import shutil
import traceback
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path

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


MAKE_ROOM = "free some space, or name another folder for the artifacts (E2E_OUT)"
MAKE_WRITABLE = "make it writable for this user, or name another folder for the artifacts (E2E_OUT)"
ADVICE = {
    errno.ENOSPC: MAKE_ROOM,
    errno.EDQUOT: MAKE_ROOM,
    errno.EROFS: MAKE_WRITABLE,
    errno.EACCES: MAKE_WRITABLE,
    errno.EPERM: MAKE_WRITABLE,
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.ENFILE: "end some programs: the whole machine has too many files open",
    errno.EAGAIN: "allow more processes (ulimit -u)",
    errno.ENOMEM: "end some programs: there is no memory left",
}


def of_the_machine(error: OSError) -> HarnessError | None:
    """What the machine refuses (room, rights, files, processes), as an error that says what to do: exit 3. None for any
    other error."""
    inner = error.args[0] if isinstance(error, shutil.Error) else []  # of copying a folder: [(from, to, text), …]
    if inner:
        source, target, text = inner[0]
        return environment(f"{source} could not be copied to {target}: {text}; make room, and make it writable")
    if error.errno not in ADVICE:
        return None
    where = f"{error.filename}: " if error.filename else ""
    return environment(f"{where}{error.strerror}: {ADVICE[error.errno]}")


def explained(error: Exception, log: Path) -> HarnessError:
    """`error` as what ends a run. A fault of a suite's set_up, or of ours, leaves its traceback in `log`, and on
    standard error where that cannot be written."""
    if isinstance(error, HarnessError):
        return error
    if isinstance(error, OSError) and (known := of_the_machine(error)):
        return known
    try:
        log.write_text("".join(traceback.format_exception(type(error), error, error.__traceback__)))
    except OSError:
        traceback.print_exception(type(error), error, error.__traceback__)
    return HarnessError(Code.FAILED, f"{type(error).__name__}: {error}", str(log))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` for the nearest of `known` names, or the first SHOWN of them where none is near."""
    names = sorted(known)
    import difflib

    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    more = f", … ({len(names)} in all)" if len(names) > SHOWN else ""
    return f"; did you mean {near[0]}?" if near else f"; known: {', '.join(names[:SHOWN]) or '(none)'}{more}"
