"""The statements of a session with PostgreSQL's sentinel: transactions are answered, everything else is a leak.

The extended query protocol is spoken too: psycopg 3 sends BEGIN and COMMIT with it in pipeline mode.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from e2e_common.failure import shorten
from e2e_common.sentinels import pg_wire as wire
from e2e_common.sentinels.pg_wire import NotPostgres
from e2e_common.sentinels.transactions import SqlError, Statement, Transactions, read

REFUSED = "58000"  # system_error: an error outside PostgreSQL itself


class Statements:
    """What is said after log-in, in the simple and the extended query protocol."""

    def __init__(self, touched: Callable[[str, float], None]) -> None:
        self._touched = touched
        self._transactions = Transactions()
        self._prepared: dict[str, list[Statement]] = {}
        self._portals: dict[str, list[Statement]] = {}
        self._skipping = False  # after an error, until Sync
        self._copied = False
        self._parsed: tuple[str, float] | None = None  # a leak whose parameters may follow in a Bind
        self._handlers: dict[str, Callable[[bytes, float], bytes]] = {
            "Q": self._query, "P": self._parse, "B": self._bind, "D": self._describe, "E": self._execute,
            "C": self._close, "S": self._sync, "H": lambda *_: b"", "F": self._function_call, "X": lambda *_: b"",
            "d": self._copy, "c": self._copy, "f": self._copy,
        }  # fmt: skip

    def take(self, letter: str, body: bytes, at: float) -> bytes:
        """Answer one message. Raises NotPostgres for one that a server would hang up on."""
        if letter != "B":
            self.settle()
        if letter not in self._handlers:
            raise NotPostgres(f"invalid frontend message type {ord(letter)}")
        if self._skipping and letter in "DEC":
            return b""
        try:
            return self._handlers[letter](body, at)
        except SqlError as error:
            return self._fail(error.code, str(error))
        except struct.error as error:
            raise NotPostgres(f"a malformed message {letter!r}") from error

    def settle(self) -> None:
        """Write a leak that has been waiting for its parameters."""
        if self._parsed is not None:
            self._touched(*self._parsed)
            self._parsed = None

    def _query(self, body: bytes, at: float) -> bytes:
        statements, leak = read(wire.strings(body, 1)[0])
        if leak:
            self._touched(leak, at)
        if self._skipping:
            return b""
        answers = b"" if statements or leak else wire.message("I")
        try:
            for statement in statements:
                answers += self._run(statement)
            answers += self._refuse(leak) if leak else b""
        except SqlError as error:
            answers += self._error(error.code, str(error))
        return answers + wire.ready(self._transactions.status)

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
        if len(statements) > 1:
            raise SqlError("42601", "cannot insert multiple commands into a prepared statement")
        if name and name in self._prepared:
            raise SqlError("42P05", f'prepared statement "{name}" already exists')
        for statement in statements:
            self._transactions.check(statement)
        self._prepared[name] = statements
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
        if name not in self._prepared:
            self._touched(f"a Bind of the prepared statement {name!r}, which was refused or never made", at)
            raise SqlError("26000", f'prepared statement "{name}" does not exist')
        if values:
            text = f'bind message supplies {len(values)} parameters, but prepared statement "{name}" requires 0'
            raise SqlError(wire.VIOLATION, text)
        self._transactions.check(next(iter(self._prepared[name]), None))
        self._portals[portal] = self._prepared[name]
        return wire.message("2")

    def _describe(self, body: bytes, at: float) -> bytes:
        self._find("Describe", body, at)
        return (wire.message("t", b"\0\0") if body[:1] == b"S" else b"") + wire.message("n")

    def _execute(self, body: bytes, at: float) -> bytes:
        statements = self._find("Execute", b"P" + body, at)
        return b"".join(self._run(statement) for statement in statements) or wire.message("I")

    def _find(self, what: str, body: bytes, at: float) -> list[Statement]:
        name = wire.strings(body[1:], 1)[0]
        known, code, kind = (
            (self._prepared, "26000", "prepared statement") if body[:1] == b"S" else (self._portals, "34000", "portal")
        )
        if name not in known:
            self._touched(f"{what} of the {kind} {name!r}, which was refused or never made", at)
            raise SqlError(code, f'{kind} "{name}" does not exist')
        return known[name]

    def _close(self, body: bytes, _: float) -> bytes:
        (self._prepared if body[:1] == b"S" else self._portals).pop(wire.strings(body[1:], 1)[0], None)
        return wire.message("3")

    def _sync(self, *_: object) -> bytes:
        self._skipping = False
        return wire.ready(self._transactions.status)

    def _function_call(self, body: bytes, at: float) -> bytes:
        what = f"a call of function {struct.unpack_from('>I', body)[0]}"
        self._touched(what, at)
        return b"" if self._skipping else self._refuse(what) + wire.ready(self._transactions.status)

    def _copy(self, body: bytes, at: float) -> bytes:
        """Data that no COPY has asked for: a server passes over it in silence."""
        if not self._copied:
            self._touched(f"data for COPY: {body!r}", at)
        self._copied = True
        return b""

    def _run(self, statement: Statement) -> bytes:
        tag, notices = self._transactions.run(statement)
        warnings = b"".join(wire.notice("WARNING", notice.code, notice.text) for notice in notices)
        return warnings + wire.complete(tag)

    def _refuse(self, what: str) -> bytes:
        text = "this is a sentinel: nothing real can be reached in replay, and the SDK did not answer for"
        return self._error(REFUSED, f"{text}: {shorten(what, 200)}")

    def _fail(self, code: str, text: str) -> bytes:
        """An error in the extended protocol: what follows is passed over until Sync."""
        self._skipping = True
        return self._error(code, text)

    def _error(self, code: str, text: str) -> bytes:
        self._transactions.fail()
        return wire.error("ERROR", code, text)
