"""The sentinels of one replay, and their log, touched.jsonl. One thread serves all of them."""

from __future__ import annotations

import asyncio
import functools
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from e2e_common import services
from e2e_common.artifacts.failure import one_line
from e2e_common.services import Recorded
from e2e_common.services.sentinels import Conversation
from e2e_common.util.errors import environment

POLL_S = 0.02
GRACE_S = 0.3  # time to complete a message that has begun
DRAIN_LIMIT_S = 1.0  # time limit of the clean-up, however much clients still send
QUIET_TURNS = 10  # turns of the event loop, more than it needs to accept and read a waiting connection
LONG = 4000
CONTACTS_LIMIT = 1000  # for one service: a client that sends in a loop must not fill the disk


class Sentinels:
    """The sentinels of one replay, one at the address of each server in `recorded`. `log`: touched.jsonl.

    Call `listen`, start the processes of the replay, call `serve` (which starts a thread), and `close` at the end.
    """

    def __init__(self, recorded: Recorded, log: Path) -> None:
        self._recorded = recorded
        self._log = log.open("w", buffering=1)
        self._contacts: Counter[str] = Counter()
        self.lines: dict[Conversation, asyncio.Transport] = {}  # of open connections, in the order of arrival
        self.last_event = time.monotonic()
        self._servers: list[asyncio.Server] = []
        self._faults: list[BaseException] = []
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._failed)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def listen(self) -> None:
        """Bind all addresses. Raises HarnessError (3) if one is taken: a real service may still run there."""
        for service, address in self._recorded.addresses.items():
            host, _, port = address.rpartition(":")
            touched = functools.partial(self._touched, service)
            converse = functools.partial(services.behind(service).sentinel, self._recorded, touched)
            try:
                listener = socket.create_server((host, int(port)))
            except OSError as error:
                raise environment(
                    f"the sentinel of {service} cannot listen on {address} ({error.strerror}): something else does, "
                    "perhaps the service itself. See what (ss -ltnp), or run where network namespaces are allowed."
                ) from error
            serving = self._loop.create_server(functools.partial(Connection, self, converse), sock=listener)
            self._servers.append(self._loop.run_until_complete(serving))
            self._write(event="listening", service=service, address=address)

    def serve(self) -> None:
        """Begin to answer. Connections since `listen` have been waiting."""
        self._thread.start()

    def close(self) -> None:
        """Serve waiting connections, wait for incomplete messages, and stop. The line `closed` marks the log as
        complete. Raises an error of the thread: then the log is incomplete."""
        if self._thread.ident is None:
            self.serve()
        try:
            asyncio.run_coroutine_threadsafe(self._drain(), self._loop).result()
            if self._faults:
                raise self._faults[0]
            self._write(event="closed")
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._log.close()

    @property
    def is_settled(self) -> bool:
        """Whether no message is incomplete that may soon be complete."""
        unfinished = (line.unfinished and not line.over for line in self.lines)
        return time.monotonic() - self.last_event >= GRACE_S or not any(unfinished)

    async def _drain(self) -> None:
        deadline, quiet = time.monotonic() + DRAIN_LIMIT_S, 0
        while quiet < QUIET_TURNS and time.monotonic() < deadline:
            before, settled = self.last_event, self.is_settled
            await asyncio.sleep(0 if settled else POLL_S)
            quiet = quiet + 1 if settled and self.last_event == before else 0
        for server in self._servers:
            server.close()
        for transport in list(self.lines.values()):
            transport.abort()
        while self.lines:
            await asyncio.sleep(0)

    def _failed(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._faults.append(context.get("exception") or RuntimeError(context["message"]))

    def _touched(self, service: str, what: str, at: float) -> None:
        self._contacts[service] += 1
        if self._contacts[service] <= CONTACTS_LIMIT:
            self._write(event="touched", service=service, what=_abridged(what), at=at)
        elif self._contacts[service] == CONTACTS_LIMIT + 1:
            self._write(event="touched", service=service, what="more than is written here", at=at)

    def _write(self, **line: Any) -> None:
        self._log.write(json.dumps({"at": time.time(), **line}) + "\n")


class Connection(asyncio.Protocol):
    """One connection to a sentinel."""

    def __init__(self, sentinels: Sentinels, converse: Callable[[float], Conversation]) -> None:
        self._sentinels = sentinels
        self._conversation = converse(time.time())

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        self._sentinels.lines[self._conversation] = transport
        self._sentinels.last_event = time.monotonic()

    def data_received(self, data: bytes) -> None:
        self._sentinels.last_event = time.monotonic()
        if self._conversation.over:
            return
        try:
            self.transport.write(self._conversation.received(data, time.time()))
        except Exception as error:  # an error in our code; still, something was sent to a service
            self._conversation.touched(f"something unreadable ({type(error).__name__}: {error})", time.time())
            self._conversation.over = True
        if self._conversation.over:  # then the client closes: if we closed with bytes unread, it might lose the answer
            self.transport.write_eof()

    def connection_lost(self, _: Exception | None) -> None:
        self._conversation.ended()
        self._sentinels.lines.pop(self._conversation, None)


def _abridged(what: str) -> str:
    """`what` on one line. A very long text is cut, and the hash of the whole is added: no two texts become equal."""
    text = one_line(what)
    return text if len(text) <= LONG else f"{text[:LONG]}… (sha256 {sha256(what.encode()).hexdigest()[:16]})"
