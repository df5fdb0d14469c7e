"""The exit codes (README, "Exit codes") and the errors that carry them."""

from __future__ import annotations

import errno
import shutil
import traceback
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path

SHOWN = 12


class Code(IntEnum):
    """The exit code of run.sh, also in result.json. An interrupted run exits with 128 + the signal's number."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    ENVIRONMENT = 3
    NOTHING_VERIFIED = 4
    TIMED_OUT = 5
    LEFT_BEHIND = 6


class HarnessError(Exception):
    """Ends a run with a message: what happened, where, what to do. `log`: a file with more details."""

    def __init__(self, code: int, message: str, log: str | None = None) -> None:
        super().__init__(message)
        self.code = int(code)
        self.log = log


def usage(message: str) -> HarnessError:
    """An error for wrong usage or configuration: exit 2."""
    return HarnessError(Code.USAGE, message)


def environment(message: str) -> HarnessError:
    """An error for something that is missing on this machine: exit 3."""
    return HarnessError(Code.ENVIRONMENT, message)


MAKE_ROOM = "free some space, or name another folder for the artifacts (E2E_OUT)"
MAKE_WRITABLE = "make it writable for this user, or name another folder for the artifacts (E2E_OUT)"
ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), MAKE_ROOM),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), MAKE_WRITABLE),
    errno.EMFILE: "allow more open files (ulimit -n)",
    errno.ENFILE: "end some programs: the whole machine has too many files open",
    errno.EAGAIN: "allow more processes (ulimit -u)",
    errno.ENOMEM: "end some programs: there is no memory left",
}


def of_the_machine(error: OSError) -> HarnessError | None:
    """A missing resource of the machine (disk space, permissions, files, processes) as an error that names the remedy:
    exit 3. None for any other error."""
    if isinstance(error, shutil.Error):  # of copytree: [(source, target, text), …]
        source, target, text = error.args[0][0]
        return environment(f"{source} could not be copied to {target}: {text}; make room, and make it writable")
    if error.errno not in ADVICE:
        return None
    where = f"{error.filename}: " if error.filename else ""
    return environment(f"{where}{error.strerror}: {ADVICE[error.errno]}")


def explained(error: Exception, log: Path) -> HarnessError:
    """The HarnessError for `error`. An unexpected error leaves its traceback in `log`, or on standard error if `log`
    cannot be written."""
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
    """`; did you mean …?` with the nearest of the `known` names. If none is near, the first SHOWN of them."""
    import difflib

    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    total = f", … ({len(names)} in all)" if len(names) > SHOWN else ""
    return f"; did you mean {near[0]}?" if near else f"; known: {', '.join(names[:SHOWN]) or '(none)'}{total}"
