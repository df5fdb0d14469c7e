"""PostgreSQL's sentinel: it accepts log-ins, answers transaction statements, and refuses all other statements.

In replay psycopg and psycopg2 make a real connection before the SDK takes over. If they cannot, the SDK uses mock
connections that lack methods. So a log-in is no leak. A statement is one, and so is a failed log-in, because a correct
replay logs in as the recording did, except that the sentinel requests the password in clear text, not with SCRAM. A
connection that ends without sending a byte is no leak either: with time-machine 2 (Python 3.9) the SDK's clock moves
time.monotonic(), so that psycopg may take a connection for timed out during its set-up.

Drivers send BEGIN, COMMIT and the like for calls that the SDK answers from the recording, so a correct replay sends
them too. psycopg 3 uses the extended query protocol for them in pipeline mode. The protocol is version 3 (PostgreSQL
manual, part VII).
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable, Mapping
from io import BytesIO

from e2e_common.artifacts.failure import shorten
from e2e_common.services.sentinels import Conversation, Touched

ENDS = ("COMMIT", "END", "ROLLBACK", "ABORT")
VERBS = ("BEGIN", "START", "SAVEPOINT", "RELEASE", *ENDS)
IDLE, OPEN, FAILED = b"I", b"T", b"E"
LIMIT = 16 * 2**20  # bytes of one message
SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102


class PostgresConversation(Conversation):
    """One session. `account`: user and database of the only valid log-in; `parameters`: ParameterStatus values as in
    the recording."""

    def __init__(
        self, account: tuple[str, str], password: str, parameters: Mapping[str, str], touched: Touched, opened: float
    ) -> None:
        super().__init__(touched, opened)
        self._account, self._password, self._parameters = account, password, parameters
        self._user = self._database = ""
        self._on_message: Callable[[str, bytes, float], bytes] = self._begin
        self._status = IDLE
        self._known: dict[str, list[list[str]]] = {}  # prepared statements (`S` + name) and portals (`P` + name)
        self._skipping = False  # after an error, until Sync
        self._parsed: tuple[str, float] | None = None  # a leak whose parameters may follow in a Bind

    @property
    def unfinished(self) -> bool:
        return self._on_message != self._in_session or bool(self.buffer)

    def take(self, at: float) -> bytes | None:
        taken = take_message(self.buffer, letters=0 if self._on_message == self._begin else 1)
        return None if taken is None else self._on_message(*taken, at)

    def malformed(self, why: str, at: float) -> bytes:
        rest = f": {bytes(self.buffer[:200])!r}" if self.buffer else ""
        self.touched(f"no conversation in PostgreSQL's protocol ({why}){rest}", at)
        return error("FATAL", "08P01", why)  # protocol_violation

    def ended(self) -> None:
        self._settle()
        if not self.over and self.buffer:
            self.touched(f"a message that broke off: {bytes(self.buffer[:200])!r}", self.opened)
        elif not self.over and self._on_message != self._in_session and not self.is_silent:
            self.touched(f"a log-in of user {self._user!r} that broke off", self.opened)

    def _settle(self) -> None:
        """Log a leak that was kept because its parameters might follow."""
        if self._parsed is not None:
            self.touched(*self._parsed)
            self._parsed = None

    def _begin(self, _: str, body: bytes, at: float) -> bytes:
        (code,) = struct.unpack_from(">I", body) if len(body) >= 4 else (0,)
        if code in (SSL_REQUEST, GSS_REQUEST):
            return b"N"
        if code == CANCEL_REQUEST:
            self.over = True
            self.touched("a request to cancel what another session runs", at)
            return b""
        if code >> 16 != 3:
            raise ValueError(f"version {code >> 16}.{code & 0xFFFF} of the protocol")
        texts = [text.decode(errors="replace") for text in body[4:].split(b"\0")]
        options = dict(zip(texts[0::2], texts[1::2]))
        self._user = options.get("user", "")
        self._database = options.get("database") or self._user
        self._parameters = _reported(self._parameters, options)
        self._on_message = self._log_in
        return message("R", struct.pack(">I", 3))  # requests the password

    def _log_in(self, letter: str, body: bytes, at: float) -> bytes:
        if letter != "p":
            raise ValueError(f"message {letter!r} in place of a password")
        wrong = "" if body == f"{self._password}\0".encode() else "another password"
        if (self._user, self._database) != self._account:
            wrong = f"only {self._account[0]!r} is known"
        if wrong:
            self.over = True
            self.touched(f"a log-in of user {self._user!r} to {self._database!r} that failed: {wrong}", at)
            return error("FATAL", "28P01", f'password authentication failed for user "{self._user}"')
        self._on_message = self._in_session
        reported = b"".join(message("S", *parameter) for parameter in self._parameters.items())
        key = message("K", struct.pack(">II", os.getpid(), 1))  # a client sends this key to cancel a statement
        return message("R", struct.pack(">I", 0)) + reported + key + self._sync()

    def _in_session(self, letter: str, body: bytes, at: float) -> bytes:
        if letter != "B":
            self._settle()
        if letter not in HANDLERS:
            raise ValueError(f"message {letter!r} after log-in")
        self.over = letter == "X"
        if self._skipping and letter in "DEC":
            return b""
        try:
            return HANDLERS[letter](self, body, at)
        except KeyError as missing:
            which = str(missing.args[0])
            kind, code = ("prepared statement", "26000") if which.startswith("S") else ("portal", "34000")
            what = {"B": "a Bind", "D": "Describe", "E": "Execute"}[letter]
            self.touched(f"{what} of the {kind} {which[1:]!r}, which was refused or never made", at)
            return self._error(code, f'{kind} "{which[1:]}" does not exist')

    def _query(self, body: bytes, at: float) -> bytes:
        statements, leak = read(strings(body, 1)[0])
        if leak:
            self.touched(leak, at)
        if self._skipping:
            return b""
        answers = self._run(statements) + (self._refuse(leak) if leak else b"")
        return (answers or message("I")) + self._sync()

    def _parse(self, body: bytes, at: float) -> bytes:
        name, sql = strings(body, 2)
        statements, leak = read(sql)
        self._parsed = (leak, at) if leak else None
        if self._skipping:
            return b""
        if leak:
            return self._refuse(leak)
        self._known[f"S{name}"] = statements
        return message("1")

    def _bind(self, body: bytes, at: float) -> bytes:
        portal, name = strings(body, 2)
        values = bound_values(body)
        if self._parsed is not None and values:
            what, began = self._parsed
            self._parsed = (f"{what} (parameters: {', '.join(values)})", began)
        self._settle()
        if self._skipping:
            return b""
        self._known[f"P{portal}"] = self._known[f"S{name}"]
        return message("2")

    def _describe(self, body: bytes, _: float) -> bytes:
        (which,) = strings(body, 1)
        self._known[which]  # raises KeyError
        return (message("t", b"\0\0") if which.startswith("S") else b"") + message("n")

    def _execute(self, body: bytes, _: float) -> bytes:
        return self._run(self._known[f"P{strings(body, 1)[0]}"]) or message("I")

    def _close(self, body: bytes, _: float) -> bytes:
        self._known.pop(strings(body, 1)[0], None)
        return message("3")

    def _sync(self, *_: object) -> bytes:
        self._skipping = False
        return message("Z", self._status)

    def _run(self, statements: list[list[str]]) -> bytes:
        for verb, *arguments in statements:
            if verb in ENDS and "TO" not in arguments[:2]:
                self._status = IDLE
            elif verb in ("BEGIN", "START", "ROLLBACK"):
                self._status = OPEN
        return b"".join(message("C", words[0]) for words in statements)

    def _refuse(self, what: str) -> bytes:
        text = "this is a sentinel: nothing real can be reached in replay, and the SDK did not answer for"
        return self._error("58000", f"{text}: {shorten(what, 200)}")  # system_error: outside PostgreSQL itself

    def _error(self, code: str, text: str) -> bytes:
        self._status = IDLE if self._status == IDLE else FAILED
        self._skipping = True
        return error("ERROR", code, text)


_Session = PostgresConversation
HANDLERS: dict[str, Callable[[PostgresConversation, bytes, float], bytes]] = {
    "Q": _Session._query, "P": _Session._parse, "B": _Session._bind, "D": _Session._describe, "E": _Session._execute,
    "C": _Session._close, "S": _Session._sync, "H": lambda *_: b"", "X": lambda *_: b"",
}  # fmt: skip
"""Messages after log-in, in the simple and the extended query protocol."""


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


def take_message(buffer: bytearray, letters: int) -> tuple[str, bytes] | None:
    """Remove the first message from `buffer`: its letter and its body. None while it is incomplete. Raises ValueError.
    `letters`: 1, or 0 for the first message of a connection, which has no letter."""
    if len(buffer) < letters + 4:
        return None
    (length,) = struct.unpack_from(">I", buffer, letters)
    if not 4 <= length <= LIMIT:
        raise ValueError(f"a message of {length} bytes")
    if len(buffer) < letters + length:
        return None
    letter, body = buffer[:letters].decode("latin-1"), bytes(buffer[letters + 4 : letters + length])
    del buffer[: letters + length]
    return letter, body


def strings(body: bytes, count: int) -> list[str]:
    """The first `count` strings of a message. Raises ValueError if there are fewer."""
    parts = body.split(b"\0", count)
    if len(parts) <= count:
        raise ValueError("a message that breaks off")
    return [part.decode(errors="replace") for part in parts[:count]]


def bound_values(body: bytes) -> list[str]:
    """The parameters in a Bind message as text: strings in quotes, binary as \\x…, NULL. Raises struct.error."""
    rest = BytesIO(body.split(b"\0", 2)[2])

    def number(kind: str) -> int:
        return int(struct.unpack(kind, rest.read(struct.calcsize(kind)))[0])

    formats = [number(">H") for _ in range(number(">H"))]
    values = []
    for index in range(number(">H")):
        length = number(">i")
        value = rest.read(max(length, 0))
        binary = formats[index if len(formats) > 1 else 0] if formats else 0
        text = f"\\x{value.hex()}" if binary else repr(value.decode(errors="replace"))
        values.append("NULL" if length < 0 else text)
    return values


def message(letter: str, *parts: bytes | str) -> bytes:
    """A message of the server. Text in it ends with a zero byte."""
    body = b"".join(part if isinstance(part, bytes) else f"{part}\0".encode() for part in parts)
    return letter.encode() + struct.pack(">I", len(body) + 4) + body


def error(severity: str, code: str, text: str) -> bytes:
    """ErrorResponse."""
    return message("E", f"S{severity}", f"V{severity}", f"C{code}", f"M{text}", b"\0")
