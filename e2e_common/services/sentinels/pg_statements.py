"""Statements in a session with PostgreSQL's sentinel: transaction statements are answered, all others are leaks.

Drivers send BEGIN, COMMIT and the like for calls that the SDK answers from the recording, so a correct replay sends
them too. psycopg 3 uses the extended query protocol for them in pipeline mode.
"""

from __future__ import annotations

from e2e_common.artifacts.failure import shorten
from e2e_common.services.sentinels import Touched
from e2e_common.services.sentinels import pg_wire as wire
from e2e_common.services.sentinels.pg_wire import NotPostgres

ENDS = ("COMMIT", "END", "ROLLBACK", "ABORT")
VERBS = ("BEGIN", "START", "SAVEPOINT", "RELEASE", *ENDS)
IDLE, OPEN, FAILED = b"I", b"T", b"E"
REFUSED = "58000"  # system_error: an error outside PostgreSQL itself
REFUSAL = "this is a sentinel: nothing real can be reached in replay, and the SDK did not answer for"
STRINGS = {"Q": 1, "P": 2, "B": 2, "D": 1, "E": 1, "C": 1, "S": 0, "H": 0, "X": 0}
"""Query, Parse, Bind, Describe, Execute, Close, Sync, Flush, Terminate: the number of strings at the start of each."""
Error = tuple[str, str]
"""SQLSTATE and text."""
NO_ERROR = ("", "")
USES = {"B": ("a Bind", "S"), "D": ("Describe", ""), "E": ("Execute", "P")}
"""Messages that use a prepared statement or a portal: name, and what precedes the string in `Statements._known`."""
DONE = {"P": wire.message("1"), "B": wire.message("2"), "C": wire.message("3"), "D": wire.message("n")}


def read(sql: str) -> tuple[list[list[str]], str]:
    """(transaction statements at the start of `sql`, as words in capitals; the rest, from the first other statement on,
    or ""). Statements are separated at every semicolon. A semicolon in quotes or in a comment makes the rest a leak, so
    that no statement can be hidden."""
    statements: list[list[str]] = []
    parts = sql.split(";")
    for number, part in enumerate(parts):
        words = [word.decode() for word in part.encode().upper().split()]  # ASCII only, as in the server
        if words and (words[0] not in VERBS or words[1:2] == ["PREPARED"]):
            return statements, ";".join(parts[number:]).strip()
        statements += [words] if words else []
    return statements, ""


class Statements:
    """The messages after log-in, in the simple and the extended query protocol."""

    def __init__(self, touched: Touched) -> None:
        self._touched = touched
        self._status = IDLE
        self._known: dict[str, list[list[str]]] = {}  # prepared statements (`S` + name) and portals (`P` + name)
        self._skipping = False  # after an error, until Sync
        self._leak: tuple[str, float] | None = None  # not logged yet: its parameters may follow in a Bind

    def take(self, letter: str, body: bytes, at: float) -> bytes:
        """Answer one message. Raises NotPostgres or struct.error where a server would close the connection."""
        if letter not in STRINGS:
            raise NotPostgres(f"message {letter!r} after log-in")
        names = wire.strings(body, STRINGS[letter])
        values = ", ".join(wire.bound_values(body)) if letter == "B" else ""
        if self._leak and values:
            self._leak = (f"{self._leak[0]} (parameters: {values})", self._leak[1])
        self.settle()
        statements, leak, error = self._read(letter, names)
        if leak:
            self._leak = (leak, at)
        if letter != "P":
            self.settle()
        if self._skipping and letter != "S":
            return b""
        return self._answer(letter, names, statements, error)

    def settle(self) -> None:
        """Log a leak that was kept because its parameters might follow."""
        if self._leak:
            self._touched(*self._leak)
            self._leak = None

    def _read(self, letter: str, names: list[str]) -> tuple[list[list[str]], str, Error]:
        """(transaction statements of a message, its leak or "", the error that answers the leak)."""
        if letter in "QP":
            statements, leak = read(names[-1])
            return statements, leak, (REFUSED, f"{REFUSAL}: {shorten(leak, 200)}") if leak else NO_ERROR
        which = USES.get(letter, ("", ""))[1] + "".join(names[-1:])
        if letter not in USES or self._skipping or which in self._known:
            return self._known.get(which, []), "", NO_ERROR
        kind, code = ("prepared statement", "26000") if which.startswith("S") else ("portal", "34000")
        leak = f"{USES[letter][0]} of the {kind} {which[1:]!r}, which was refused or never made"
        return [], leak, (code, f'{kind} "{which[1:]}" does not exist')

    def _answer(self, letter: str, names: list[str], statements: list[list[str]], error: Error) -> bytes:
        answer = self._run(statements) if letter in "QE" else DONE.get(letter, b"")
        if error != NO_ERROR:
            self._skipping = letter != "Q"
            self._status = IDLE if self._status == IDLE else FAILED
            answer = (answer if letter == "Q" else b"") + wire.error("ERROR", *error)
        elif letter in "PB":
            self._known[("S" if letter == "P" else "P") + names[0]] = statements
        elif letter in "QE":
            answer = answer or wire.message("I")
        elif letter == "D" and names[0].startswith("S"):
            answer = wire.message("t", b"\0\0") + answer
        elif letter == "C":
            self._known.pop(names[0], None)
        elif letter == "S":
            self._skipping = False
        return answer + wire.message("Z", self._status) if letter in "QS" else answer

    def _run(self, statements: list[list[str]]) -> bytes:
        for verb, *arguments in statements:
            if verb in ENDS and "TO" not in arguments[:2]:
                self._status = IDLE
            elif verb in ("BEGIN", "START", "ROLLBACK"):
                self._status = OPEN
        return b"".join(wire.message("C", wire.string(words[0])) for words in statements)
