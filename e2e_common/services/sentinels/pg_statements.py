"""Statements in a session with PostgreSQL's sentinel: transaction statements are answered, all others are leaks.

Drivers send BEGIN, COMMIT and the like for calls that the SDK answers from the recording, so a correct replay sends
them too. psycopg 3 uses the extended query protocol for them in pipeline mode.
"""

from __future__ import annotations

from collections.abc import Callable

from e2e_common.artifacts.failure import shorten
from e2e_common.services.sentinels import Touched
from e2e_common.services.sentinels import pg_wire as wire
from e2e_common.services.sentinels.pg_wire import NotPostgres

ENDS = ("COMMIT", "END", "ROLLBACK", "ABORT")
VERBS = ("BEGIN", "START", "SAVEPOINT", "RELEASE", *ENDS)
IDLE, OPEN, FAILED = b"I", b"T", b"E"
REFUSED = "58000"  # system_error: an error outside PostgreSQL itself


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
        self._parsed: tuple[str, float] | None = None  # a leak whose parameters may follow in a Bind
        self._handlers: dict[str, Callable[[bytes, float], bytes]] = {
            "Q": self._query, "P": self._parse, "B": self._bind, "D": self._describe, "E": self._execute,
            "C": self._close, "S": self._sync, "H": lambda *_: b"", "X": lambda *_: b"",
        }  # fmt: skip

    def take(self, letter: str, body: bytes, at: float) -> bytes:
        """Answer one message. Raises NotPostgres or struct.error where a server would close the connection."""
        if letter != "B":
            self.settle()
        if letter not in self._handlers:
            raise NotPostgres(f"message {letter!r} after log-in")
        if self._skipping and letter in "DEC":
            return b""
        return self._handlers[letter](body, at)

    def settle(self) -> None:
        """Log a leak that was kept because its parameters might follow."""
        if self._parsed is not None:
            self._touched(*self._parsed)
            self._parsed = None

    def _query(self, body: bytes, at: float) -> bytes:
        statements, leak = read(wire.strings(body, 1)[0])
        if leak:
            self._touched(leak, at)
        if self._skipping:
            return b""
        answers = self._run(statements) + (self._refuse(leak) if leak else b"")
        return (answers or wire.message("I")) + wire.message("Z", self._status)

    def _parse(self, body: bytes, at: float) -> bytes:
        name, sql = wire.strings(body, 2)
        statements, leak = read(sql)
        if leak:
            self._parsed = (leak, at)
        if self._skipping:
            return b""
        if leak:
            self._skipping = True
            return self._refuse(leak)
        self._known[f"S{name}"] = statements
        return wire.message("1")

    def _bind(self, body: bytes, at: float) -> bytes:
        portal, name = wire.strings(body, 2)
        values = wire.bound_values(body)
        if self._parsed is not None and values:
            what, began = self._parsed
            self._parsed = (f"{what} (parameters: {', '.join(values)})", began)
        self.settle()
        if self._skipping:
            return b""
        if f"S{name}" not in self._known:
            return self._missing("a Bind", f"S{name}", at)
        self._known[f"P{portal}"] = self._known[f"S{name}"]
        return wire.message("2")

    def _describe(self, body: bytes, at: float) -> bytes:
        (which,) = wire.strings(body, 1)
        if which not in self._known:
            return self._missing("Describe", which, at)
        return (wire.message("t", b"\0\0") if which.startswith("S") else b"") + wire.message("n")

    def _execute(self, body: bytes, at: float) -> bytes:
        (name,) = wire.strings(body, 1)
        if f"P{name}" not in self._known:
            return self._missing("Execute", f"P{name}", at)
        return self._run(self._known[f"P{name}"]) or wire.message("I")

    def _close(self, body: bytes, _: float) -> bytes:
        self._known.pop(wire.strings(body, 1)[0], None)
        return wire.message("3")

    def _sync(self, *_: object) -> bytes:
        self._skipping = False
        return wire.message("Z", self._status)

    def _run(self, statements: list[list[str]]) -> bytes:
        for verb, *arguments in statements:
            if verb in ENDS and "TO" not in arguments[:2]:
                self._status = IDLE
            elif verb in ("BEGIN", "START", "ROLLBACK"):
                self._status = OPEN
        return b"".join(wire.message("C", wire.string(words[0])) for words in statements)

    def _missing(self, what: str, which: str, at: float) -> bytes:
        kind, code = ("prepared statement", "26000") if which.startswith("S") else ("portal", "34000")
        self._touched(f"{what} of the {kind} {which[1:]!r}, which was refused or never made", at)
        self._skipping = True
        return self._error(code, f'{kind} "{which[1:]}" does not exist')

    def _refuse(self, what: str) -> bytes:
        text = "this is a sentinel: nothing real can be reached in replay, and the SDK did not answer for"
        return self._error(REFUSED, f"{text}: {shorten(what, 200)}")

    def _error(self, code: str, text: str) -> bytes:
        self._status = IDLE if self._status == IDLE else FAILED
        return wire.error("ERROR", code, text)
