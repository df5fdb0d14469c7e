"""What stands where the services stood, during replay (design.md, "Two processes, two worlds").

A correct replay reaches no service: every answer comes from the recording. So at each service's address stands a
sentinel, which learns what was asked, refuses it, and writes it to touched.jsonl, where the judge reads it (verdict
rule 6). Only PostgreSQL's lets a client in, since psycopg and psycopg2 connect before the SDK answers for them.

standing.py is what a replay uses; http.py, redis.py and postgres.py know what is said on a connection, as bytes in and
bytes out, and e2e_common/services/ who answers for which service.
"""

from __future__ import annotations

from collections.abc import Callable

Touched = Callable[[str, float], None]
"""Writes a leak: what was asked, and when, in seconds since the epoch."""


class Conversation:
    """What is said on one connection: a subclass for each protocol.

    `opened`: when the connection was accepted, in seconds since the epoch. `over`: nothing more is expected, so the
    connection ends once the answer is sent.
    """

    patient = True
    """Whether it waits for a client that falls silent in the middle; if not, `ended` is called after GRACE_S."""

    def __init__(self, touched: Touched, opened: float) -> None:
        self.touched, self.opened = touched, opened
        self.over = False

    def received(self, data: bytes, at: float) -> bytes:
        """Take what came at the moment `at`; return what to answer."""
        raise NotImplementedError

    def ended(self) -> bytes:
        """Nothing more will come: write what is still unwritten. Returns last words. May be called again."""
        raise NotImplementedError

    @property
    def unfinished(self) -> bool:
        """Whether the next bytes belong to what has come so far (or it has not begun yet)."""
        raise NotImplementedError
