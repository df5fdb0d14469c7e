"""The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), as PostgreSQL speaks it without TLS: no channel binding."""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import os

MECHANISM = "SCRAM-SHA-256"
ITERATIONS = 1
"""PostgreSQL's default is 4096: half the time of a log-in, in the client, for a password that everybody knows."""
_SALT = os.urandom(16)


class ScramError(ValueError):
    """The client's message is not what the exchange asks for."""


@functools.lru_cache
def _keys(password: str) -> tuple[bytes, bytes]:
    """(stored key, server key): what a server keeps in place of the password."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), _SALT, ITERATIONS)
    return hashlib.sha256(_hmac(salted, b"Client Key")).digest(), _hmac(salted, b"Server Key")


def secret(password: str) -> str:
    """What `ALTER USER … PASSWORD` takes in the password's place, so that the server asks for no more iterations than
    we do (PostgreSQL's manual, pg_authid)."""
    stored_key, server_key = (base64.b64encode(key).decode() for key in _keys(password))
    return f"{MECHANISM}${ITERATIONS}:{base64.b64encode(_SALT).decode()}${stored_key}:{server_key}"


class Exchange:
    """One log-in: the client's first message, ours, its final one, ours."""

    def __init__(self, password: str) -> None:
        self._password = password
        self.begun = False
        self._header = self._bare = self._server_first = self._nonce = ""

    def first(self, message: str) -> str:
        """Answer the client's first message with nonce, salt and iterations. Raises ScramError."""
        self.begun = True
        flag, _, rest = message.partition(",")
        authorisation, _, bare = rest.partition(",")
        parts = _attributes(bare)
        if flag not in ("n", "y") or authorisation or "r" not in parts:
            raise ScramError("malformed SCRAM message")
        self._header, self._bare = f"{flag},,", bare
        self._nonce = parts["r"] + base64.b64encode(os.urandom(18)).decode()
        self._server_first = f"r={self._nonce},s={base64.b64encode(_SALT).decode()},i={ITERATIONS}"
        return self._server_first

    def final(self, message: str) -> str | None:
        """Check the client's proof, and give ours; None for a wrong password. Raises ScramError."""
        without_proof, _, proof = message.rpartition(",p=")
        parts = _attributes(without_proof)
        header = base64.b64encode(self._header.encode()).decode()
        if parts.get("c") != header or parts.get("r") != self._nonce:
            raise ScramError("malformed SCRAM message")
        stored_key, server_key = _keys(self._password)
        said = f"{self._bare},{self._server_first},{without_proof}".encode()
        signature = _hmac(stored_key, said)
        try:
            client_key = bytes(a ^ b for a, b in zip(base64.b64decode(proof, validate=True), signature))
        except binascii.Error as error:
            raise ScramError("malformed SCRAM message") from error
        if not hmac.compare_digest(hashlib.sha256(client_key).digest(), stored_key):
            return None
        return f"v={base64.b64encode(_hmac(server_key, said)).decode()}"


def _attributes(message: str) -> dict[str, str]:
    return {part[0]: part[2:] for part in message.split(",") if part[1:2] == "="}


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
