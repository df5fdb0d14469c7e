"""A client of PostgreSQL that says exactly the bytes it is told to, and takes every answer apart."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from e2e_common.services.postgres import DATABASE, USER
from tests.unit.sentinels.watch import PASSWORD

LIMIT_S = 10


@dataclass(frozen=True)
class Answer:
    """`letter` of the message; of errors and notices `code` and `text`, else `text` is the body, readable."""

    letter: str
    text: str = ""
    code: str = ""


class RawClient:
    """One connection. Raises TimeoutError where an answer that is waited for does not come."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S)
        self._file = self.socket.makefile("rb")
        self.negotiated = b""
        """NegotiateProtocolVersion, where it came."""

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read(self) -> tuple[str, bytes]:
        """The next message; an empty letter where the server has hung up."""
        head = self._file.read(5)
        if len(head) < 5:
            return "", b""
        return chr(head[0]), self._file.read(struct.unpack(">I", head[1:])[0] - 4)

    def answers(self, until: str = "Z") -> list[Answer]:
        """All messages up to the first with the letter `until`, or to the end."""
        found = []
        while True:
            letter, body = self.read()
            if letter:
                found.append(taken_apart(letter, body))
            if letter in ("", until):
                return found

    def start(self, options: dict[str, str] | None = None, version: int = 3 << 16) -> None:
        """Send the start-up message."""
        told = {"user": USER, "database": DATABASE, **(options or {})}
        body = struct.pack(">I", version) + b"".join(f"{k}\0{v}\0".encode() for k, v in told.items()) + b"\0"
        self.send(struct.pack(">I", len(body) + 4) + body)

    def log_in(self, password: str = PASSWORD) -> list[Answer]:
        """Authenticate after `start`. Returns what came after the question for the password."""
        letter, offer = self.read()
        if letter == "v":
            self.negotiated = offer
            letter, offer = self.read()
        assert (letter, offer) == ("R", struct.pack(">I", 3)), (letter, offer)
        self.send(message("p", f"{password}\0".encode()))
        return self.answers()

    def query(self, sql: str) -> list[Answer]:
        """The simple query protocol."""
        self.send(query(sql))
        return self.answers()


def logged_in(port: int) -> RawClient:
    """A client that may send statements."""
    client = RawClient(port)
    client.start()
    assert client.log_in()[-1] == Answer("Z", "I")
    return client


def message(letter: str, body: bytes = b"") -> bytes:
    return letter.encode() + struct.pack(">I", len(body) + 4) + body


def query(sql: str) -> bytes:
    return message("Q", sql.encode() + b"\0")


def parse(sql: str, name: str = "") -> bytes:
    return message("P", f"{name}\0{sql}\0".encode() + struct.pack(">H", 0))


def bind(name: str = "", portal: str = "", values: Sequence[bytes | None] = (), binary: Sequence[int] = ()) -> bytes:
    body = f"{portal}\0{name}\0".encode() + struct.pack(f">H{len(binary)}H", len(binary), *binary)
    body += struct.pack(">H", len(values))
    for value in values:
        body += struct.pack(">i", -1 if value is None else len(value)) + (value or b"")
    return message("B", body + struct.pack(">H", 0))


def describe(kind: str, name: str = "") -> bytes:
    return message("D", f"{kind}{name}\0".encode())


def execute(portal: str = "") -> bytes:
    return message("E", portal.encode() + b"\0" + struct.pack(">I", 0))


def close(kind: str, name: str = "") -> bytes:
    return message("C", f"{kind}{name}\0".encode())


SYNC, FLUSH = message("S"), message("H")


def extended(sql: str) -> bytes:
    """A statement in the extended protocol, as libpq sends it, without the Sync."""
    return parse(sql) + bind() + describe("P") + execute()


def taken_apart(letter: str, body: bytes) -> Answer:
    if letter not in "EN":
        return Answer(letter, body.rstrip(b"\0").decode(errors="replace"))
    fields = {field[:1]: field[1:].decode() for field in body.split(b"\0") if field}
    return Answer(letter, f"{fields[b'V']}: {fields[b'M']}", fields[b"C"])
