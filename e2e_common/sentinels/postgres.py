"""The sentinel of PostgreSQL: it lets a client in, answers for transactions, and refuses every other statement.

psycopg and psycopg2 make a real connection in replay before the SDK answers for them, and fall back to stand-ins that
lack methods where they cannot (replay protocol, sections 7 and 20.3 b). So a log-in is no leak; a statement is, and
so is a log-in that fails, since a correct replay logs in as the recording did. The password is asked for in clear, not
by SCRAM as in the recording: drivers answer both alike. A connection that ends before it has said anything asks for
less than a log-in: the SDK's clock moves time.monotonic() where time-machine 2 is in use (Python 3.9), and psycopg then
takes a connection that is being made for one that has timed out.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping
from typing import NamedTuple

from e2e_common.sentinels import Conversation, Touched
from e2e_common.sentinels import pg_wire as wire
from e2e_common.sentinels.pg_parameters import told
from e2e_common.sentinels.pg_statements import Statements
from e2e_common.sentinels.pg_wire import NotPostgres

OLDEST = 3 << 16  # version 3.0 of the protocol, which every client speaks


class Account(NamedTuple):
    """Who may log in, to which database, with which password."""

    user: str
    database: str
    password: str


class PostgresConversation(Conversation):
    """One session, from the first byte. `parameters`: ParameterStatus values as in the recording."""

    def __init__(self, touched: Touched, opened: float, account: Account, parameters: Mapping[str, str]) -> None:
        super().__init__(touched, opened)
        self._account = account
        self._parameters = parameters
        self._buffer = bytearray()
        self._heard = 0
        self._user = self._database = ""
        self._statements: Statements | None = None  # after log-in
        self._quiet = False  # nothing is left to say of it

    @property
    def unfinished(self) -> bool:
        return not self.over and (self._statements is None or bool(self._buffer))

    def received(self, data: bytes, at: float) -> bytes:
        self._buffer += data
        self._heard += len(data)
        answers = b""
        try:
            while not self.over and (answer := self._next(at)) is not None:
                answers += answer
        except NotPostgres as error:
            rest = f": {bytes(self._buffer[:200])!r}" if self._buffer else ""
            self._leak(f"no conversation in PostgreSQL's protocol ({error}){rest}", at)
            answers += self._hang_up(wire.VIOLATION, str(error))
        return answers

    def ended(self) -> bytes:
        if self._statements:
            self._statements.settle()
        if not self._quiet and self._statements is None and self._heard:
            who = f"a log-in of user {self._user!r} that broke off" if self._user else ""
            self.touched(who or f"a connection that sent {self._heard} bytes and no start-up message", self.opened)
        elif not self._quiet and self._buffer and not self.over:
            self.touched(f"a message that broke off: {bytes(self._buffer[:200])!r}", self.opened)
        self._quiet = True
        return b""

    def _leak(self, what: str, at: float) -> None:
        self._quiet = True
        self.touched(what, at)

    def _hang_up(self, code: str, text: str) -> bytes:
        self.over = True
        return wire.error("FATAL", code, text)

    def _next(self, at: float) -> bytes | None:
        """Take one message and answer it. None while there is none."""
        if not self._user:
            start = wire.take_startup(self._buffer)
            return None if start is None else self._begin(*start, at)
        message = wire.take_message(self._buffer)
        if message is None:
            return None
        if self._statements is None:
            return self._log_in(*message, at)
        self.over = message[0] == "X"
        return self._statements.take(*message, at)

    def _begin(self, code: int, body: bytes, at: float) -> bytes:
        if code in (wire.SSL_REQUEST, wire.GSS_REQUEST):
            return b"N"
        if code == wire.CANCEL_REQUEST:
            self.over = True
            self._leak("a request to cancel what another session runs", at)
            return b""
        if code >> 16 != 3:
            raise NotPostgres(f"version {code >> 16}.{code & 0xFFFF} of the protocol")
        options = wire.pairs(body)
        self._user = options.get("user", "")
        self._database = options.get("database") or self._user
        if not self._user or options.get("replication", "off") not in ("off", "false", "no", "0"):
            self._leak(f"a start-up that is no log-in to a database: {options}", at)
            return self._hang_up("28000", "sentinel: no log-in to a database")
        self._parameters = told(self._parameters, options)
        unknown = [name for name in options if name.startswith("_pq_.")]
        negotiated = wire.negotiate(OLDEST, unknown) if code > OLDEST or unknown else b""
        return negotiated + wire.authentication(wire.CLEARTEXT_PASSWORD)

    def _log_in(self, letter: str, body: bytes, at: float) -> bytes:
        if letter != "p":
            raise NotPostgres(f"message {letter!r} in place of a password")
        wrong = "" if body == f"{self._account.password}\0".encode() else "another password"
        if (self._user, self._database) != self._account[:2]:
            wrong = f"only {self._account.user!r} is known"
        if wrong:
            self._leak(f"a log-in of user {self._user!r} to {self._database!r} that failed: {wrong}", at)
            return self._hang_up("28P01", f'password authentication failed for user "{self._user}"')
        self._statements = Statements(self.touched)
        return self._welcome()

    def _welcome(self) -> bytes:
        parameters = b"".join(wire.parameter(name, value) for name, value in self._parameters.items())
        key = wire.message("K", struct.pack(">II", os.getpid(), 1))  # which a client sends that wants to cancel
        return wire.authentication(wire.AUTHENTICATION_OK) + parameters + key + wire.ready(b"I")
