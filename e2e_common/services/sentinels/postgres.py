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
OLDEST = 3 << 16  # protocol version 3.0, which every client supports

SWITCH = {**dict.fromkeys(("on", "true", "yes", "1"), "on"), **dict.fromkeys(("off", "false", "no", "0"), "off")}


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
        self._buffer = bytearray()
        self._byte_count = 0
        self._who: tuple[str, str] | None = None  # user and database, after the start-up message
        self._statements: Statements | None = None  # after log-in
        self._quiet = False  # nothing is left to log

    @property
    def unfinished(self) -> bool:
        return not self.over and (self._statements is None or bool(self._buffer))

    def received(self, data: bytes, at: float) -> bytes:
        self._buffer += data
        self._byte_count += len(data)
        answers = b""
        try:
            while not self.over and (answer := self._next(at)) is not None:
                answers += answer
        except NotPostgres as error:
            rest = f": {bytes(self._buffer[:200])!r}" if self._buffer else ""
            self._leak(f"no conversation in PostgreSQL's protocol ({error}){rest}", at)
            answers += self._hang_up(VIOLATION, str(error))
        return answers

    def ended(self) -> bytes:
        if self._statements:
            self._statements.settle()
        if not self._quiet and self._statements is None and self._byte_count:
            who = f"a log-in of user {self._who[0]!r} that broke off" if self._who else ""
            self.touched(who or f"a connection that sent {self._byte_count} bytes and no start-up message", self.opened)
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
        """Take one message from the buffer and answer it. None if there is none."""
        message = wire.take(self._buffer, 1 if self._who else 0)
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
            self._leak("a request to cancel what another session runs", at)
            return b""
        if code >> 16 != 3:
            raise NotPostgres(f"version {code >> 16}.{code & 0xFFFF} of the protocol")
        texts = [text.decode(errors="replace") for text in body[4:].split(b"\0")]
        options = dict(zip(texts[0::2], texts[1::2]))
        self._who = options.get("user", ""), options.get("database") or options.get("user", "")
        self._parameters = _reported(self._parameters, options)
        unknown = [name for name in options if name.startswith("_pq_.")]
        negotiated = struct.pack(">II", OLDEST, len(unknown)) + b"".join(map(wire.string, unknown))
        password = wire.message("R", struct.pack(">I", 3))
        return (wire.message("v", negotiated) if code > OLDEST or unknown else b"") + password

    def _log_in(self, letter: str, body: bytes, at: float) -> bytes:
        if letter != "p":
            raise NotPostgres(f"message {letter!r} in place of a password")
        user, database = self._who or ("", "")
        wrong = "" if body == f"{self._account.password}\0".encode() else "another password"
        if self._who != self._account[:2]:
            wrong = f"only {self._account.user!r} is known"
        if wrong:
            self._leak(f"a log-in of user {user!r} to {database!r} that failed: {wrong}", at)
            return self._hang_up("28P01", f'password authentication failed for user "{user}"')
        self._statements = Statements(self.touched)
        known = (wire.message("S", wire.string(key) + wire.string(text)) for key, text in self._parameters.items())
        key = wire.message("K", struct.pack(">II", os.getpid(), 1))  # a client sends this key to cancel a statement
        return wire.message("R", struct.pack(">I", 0)) + b"".join(known) + key + wire.message("Z", b"I")


def _reported(recorded: Mapping[str, str], start_up: Mapping[str, str]) -> dict[str, str]:
    """The parameters (ParameterStatus) for a client with the start-up options `start_up`: the recorded values, except
    those that the client sets."""
    settings = dict(re.findall(r"(?:-c\s*|--)([\w.]+)=((?:\\.|\S)*)", start_up.get("options", "")))
    wanted = {name.lower(): value for name, value in {**settings, **start_up}.items()}
    wanted["session_authorization"] = start_up.get("user", "")
    wanted.setdefault("application_name", "")
    return {
        name: _spelled(name, wanted[name.lower()], value) if name.lower() in wanted else value
        for name, value in recorded.items()
    }


def _spelled(name: str, wanted: str, recorded: str) -> str:
    """The value `wanted` of a parameter as a server reports it: completed, and in the server's spelling."""
    if name == "DateStyle":
        style, _, order = wanted.upper().partition(",")
        style = {"GERMAN": "German", "POSTGRES": "Postgres"}.get(style.strip(), style.strip())
        usual = "DMY" if style == "German" else recorded.partition(",")[2]
        return f"{style}, {(order or usual).strip()}"
    if name == "client_encoding":
        return re.sub("^WINDOWS", "WIN", wanted.upper().replace("-", ""))
    if recorded in ("on", "off"):
        return SWITCH.get(wanted.lower(), wanted)
    return wanted.lower() if name == "IntervalStyle" else "UTC" if wanted.upper() == "UTC" else wanted
