"""What PostgreSQL keeps in place of a password (SCRAM-SHA-256: RFC 5802, RFC 7677)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

ITERATIONS = 1
"""PostgreSQL's default is 4096: half the time of a log-in, in the client, so that short passwords are harder to guess.
Ours are random."""


def secret(password: str) -> str:
    """What `ALTER ROLE … PASSWORD` takes in the password's place (PostgreSQL's manual, pg_authid)."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored_key, server_key = hashlib.sha256(_hmac(salted, b"Client Key")).digest(), _hmac(salted, b"Server Key")
    return f"SCRAM-SHA-256${ITERATIONS}:{_text(salt)}${_text(stored_key)}:{_text(server_key)}"


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
