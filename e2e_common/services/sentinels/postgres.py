"""PostgreSQL's sentinel: it accepts log-ins, answers transaction statements, and refuses all other statements.

In replay psycopg and psycopg2 make a real connection before the SDK takes over. If they cannot, the SDK uses mock
connections that lack methods (replay protocol, sections 7 and 20.3 b). So a log-in is no leak. A statement is one, and
so is a failed log-in, because a correct replay logs in as the recording did. The sentinel requests the password in
clear text, not with SCRAM as in the recording; drivers support both. A connection that ends without sending a byte is
no leak either: with time-machine 2 (Python 3.9) the SDK's clock moves time.monotonic(), so that psycopg may take a
connection for timed out during its set-up.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Mapping
from typing import NamedTuple

from e2e_common.services.sentinels import Conversation, Touched
from e2e_common.services.sentinels import pg_wire as wire
from e2e_common.services.sentinels.pg_statements import Statements
from e2e_common.services.sentinels.pg_wire import NotPostgres

VIOLATION = "08P01"  # SQLSTATE of a protocol violation


class Account(NamedTuple):
    """The only valid log-in."""

    user: str
    database: str
    password: str


class PostgresConversation(Conversation):
    """One session. `parameters`: ParameterStatus values as in the recording."""

    def __init__(self, touched: Touched, opened: float, account: Account, parameters: Mapping[str, str]) -> None:
        super().__init__(touched, opened)
        self._account = account
        self._parameters = parameters
        self._who: tuple[str, str] | None = None  # user and database, after the start-up message
        self._statements: Statements | None = None  # after log-in

    @property
    def unfinished(self) -> bool:
        return self._statements is None or bool(self.buffer)

    def process(self, at: float) -> bytes:
        answers = b""
        try:
            while not self.over and (answer := self._next(at)) is not None:
                answers += answer
        except (NotPostgres, struct.error) as error:
            rest = f": {bytes(self.buffer[:200])!r}" if self.buffer else ""
            self.touched(f"no conversation in PostgreSQL's protocol ({error}){rest}", at)
            answers += self._hang_up(VIOLATION, str(error))
        return answers

    def ended(self) -> None:
        if self._statements:
            self._statements.settle()
        if not self.over and self.buffer:
            self.touched(f"a message that broke off: {bytes(self.buffer[:200])!r}", self.opened)
        elif not self.over and not self._statements and not self.is_silent:
            self.touched(f"a log-in of user {self._who[0] if self._who else ''!r} that broke off", self.opened)

    def _hang_up(self, code: str, text: str) -> bytes:
        self.over = True
        return wire.error("FATAL", code, text)

    def _next(self, at: float) -> bytes | None:
        """Take one message from the buffer and answer it. None if there is none."""
        message = wire.take(self.buffer, 1 if self._who else 0)
        if message is None:
            return None
        if self._who is None:
            return self._begin(message[1], at)
        if self._statements is None:
            return self._log_in(*message, at)
        self.over = message[0] == "X"
        return self._statements.take(*message, at)

    def _begin(self, body: bytes, at: float) -> bytes:
        (code,) = struct.unpack_from(">I", body) if len(body) >= 4 else (0,)
        if code in (wire.SSL_REQUEST, wire.GSS_REQUEST):
            return b"N"
        if code == wire.CANCEL_REQUEST:
            self.over = True
            self.touched("a request to cancel what another session runs", at)
            return b""
        if code >> 16 != 3:
            raise NotPostgres(f"version {code >> 16}.{code & 0xFFFF} of the protocol")
        texts = [text.decode(errors="replace") for text in body[4:].split(b"\0")]
        options = dict(zip(texts[0::2], texts[1::2]))
        self._who = options.get("user", ""), options.get("database") or options.get("user", "")
        self._parameters = _reported(self._parameters, options)
        return wire.message("R", struct.pack(">I", 3))  # requests the password

    def _log_in(self, letter: str, body: bytes, at: float) -> bytes:
        if letter != "p":
            raise NotPostgres(f"message {letter!r} in place of a password")
        user, database = self._who or ("", "")
        wrong = "" if body == f"{self._account.password}\0".encode() else "another password"
        if self._who != self._account[:2]:
            wrong = f"only {self._account.user!r} is known"
        if wrong:
            self.touched(f"a log-in of user {user!r} to {database!r} that failed: {wrong}", at)
            return self._hang_up("28P01", f'password authentication failed for user "{user}"')
        self._statements = Statements(self.touched)
        known = (wire.message("S", wire.string(key) + wire.string(text)) for key, text in self._parameters.items())
        key = wire.message("K", struct.pack(">II", os.getpid(), 1))  # a client sends this key to cancel a statement
        return wire.message("R", struct.pack(">I", 0)) + b"".join(known) + key + wire.message("Z", b"I")


def _reported(recorded: Mapping[str, str], start_up: Mapping[str, str]) -> dict[str, str]:
    """The parameters (ParameterStatus) for a client with the start-up options `start_up`: the recorded values, except
    those that the client sets. Drivers know encodings only in the server's spelling."""
    settings = dict(re.findall(r"(?:-c\s*|--)([\w.]+)=((?:\\.|\S)*)", start_up.get("options", "")))
    wanted = {name.lower(): value for name, value in {**settings, **start_up}.items()}
    wanted["session_authorization"] = start_up.get("user", "")
    wanted.setdefault("application_name", "")
    if "client_encoding" in wanted:
        wanted["client_encoding"] = wanted["client_encoding"].upper().replace("-", "")
    return {name: wanted.get(name.lower(), value) for name, value in recorded.items()}
