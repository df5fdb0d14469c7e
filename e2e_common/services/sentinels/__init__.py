"""Sentinels: what listens at the addresses of the services during replay (docs/verdict.md).

A correct replay reaches no service, because every response comes from the recording. A sentinel at each service's
address reads the request, refuses it, and writes it to touched.jsonl for the judge (verdict rule 6). standing.py runs
the sentinels of a replay; the other modules implement the protocols, from bytes to bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

Touched = Callable[[str, float], None]
"""Logs a leak: what was requested, and when, in seconds since the epoch."""


class Conversation:
    """The server side of one connection, with a subclass for each protocol.

    `opened`: when the connection was accepted, in seconds since the epoch. `over`: the connection is to be closed once
    the answer is sent. `buffer`: what was received and not processed. `is_silent`: nothing was received.
    """

    def __init__(self, touched: Touched, opened: float) -> None:
        self.touched, self.opened = touched, opened
        self.over = False
        self.buffer = bytearray()
        self.is_silent = True

    def received(self, data: bytes, at: float) -> bytes:
        """Process bytes that were received at the time `at`, and return the answer."""
        self.buffer += data
        self.is_silent = False
        answers = b""
        try:
            while not self.over and (answer := self.take(at)) is not None:
                answers += answer
        except (ValueError, struct.error) as error:
            self.over = True
            answers += self.malformed(str(error), at)
        return answers

    def take(self, at: float) -> bytes | None:
        """Take one message from the buffer and return its answer. None while it is incomplete. Raises ValueError or
        struct.error if the bytes are no message of the protocol."""
        raise NotImplementedError

    def malformed(self, why: str, at: float) -> bytes:
        """Log a message for which `take` has raised an error, and return the answer."""
        raise NotImplementedError

    def ended(self) -> None:
        """The connection is closed: log what is not logged yet."""
        raise NotImplementedError

    @property
    def unfinished(self) -> bool:
        """Whether the next bytes belong to a message that has begun, or nothing was received yet."""
        return bool(self.buffer) or self.is_silent
