"""The sentinels of one replay, and their account of it: touched.jsonl. One thread answers for all of them."""

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
GRACE_S = 0.3  # what has been begun may take so long to be finished
DRAIN_LIMIT_S = 1.0  # however much is still being sent when all is over
QUIET_TURNS = 10  # of the event loop: a connection that waits is accepted and read in fewer
LONG = 4000
CONTACTS_LIMIT = 1000  # of one service: whoever asks in a loop shall not fill the disk


class Sentinels:
    """The sentinels of one replay, in the place of all servers that `recorded` has; `log`: touched.jsonl.

    `listen`, then start the processes of the replay, then `serve` (which starts a thread), and `close` at the end.
    """

    def __init__(self, recorded: Recorded, log: Path) -> None:
        self._recorded = recorded
        self._log = log.open("w", buffering=1)
        self._contacts: Counter[str] = Counter()
        self.lines: dict[Line, None] = {}  # in the order of their coming
        self.events = 0
        self._servers: list[asyncio.Server] = []
        self._faults: list[BaseException] = []
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(self._failed)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def listen(self) -> None:
        """Bind every address. Raises HarnessError (3) when one is taken: then a real service may still be there."""
        for service, address in self._recorded.addresses.items():
            host, _, port = address.rpartition(":")
            converse = services.behind(service).sentinel(self._recorded)
            line = functools.partial(Line, self, functools.partial(converse, functools.partial(self._touched, service)))
            try:
                listener = socket.create_server((host, int(port)))
            except OSError as error:
                raise environment(
                    f"the sentinel of {service} cannot listen on {address} ({error.strerror}): something else does, "
                    "perhaps the service itself. See what (ss -ltnp), or run where network namespaces are allowed."
                ) from error
            self._servers.append(self._loop.run_until_complete(self._loop.create_server(line, sock=listener)))
            self._write(event="listening", service=service, address=address)

    def serve(self) -> None:
        """Begin to answer (connections made since `listen` have been waiting)."""
        self._thread.start()

    def close(self) -> None:
        """Take what is still waiting, let what has been begun be finished, and stop; the `closed` line says that the
        account is complete. Raises what went wrong in the thread: then it is not."""
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

    async def _drain(self) -> None:
        deadline, quiet = time.monotonic() + DRAIN_LIMIT_S, 0
        while quiet < QUIET_TURNS and time.monotonic() < deadline:
            before, unsettled = self.events, any(line.unsettled for line in self.lines)
            await asyncio.sleep(POLL_S if unsettled else 0)
            quiet = 0 if unsettled or self.events != before else quiet + 1
        for server in self._servers:
            server.close()
        for line in list(self.lines):
            line.drop()
        while self.lines:
            await asyncio.sleep(0)

    def _failed(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._faults.append(context.get("exception") or RuntimeError(context["message"]))

    def _touched(self, service: str, what: str, at: float) -> None:
        self._contacts[service] += 1
        if self._contacts[service] <= CONTACTS_LIMIT:
            self._write(event="touched", service=service, what=_kept(what), at=at)
        elif self._contacts[service] == CONTACTS_LIMIT + 1:
            self._write(event="touched", service=service, what="more than is written here", at=at)

    def _write(self, **line: Any) -> None:
        self._log.write(json.dumps({"at": time.time(), **line}) + "\n")


class Line(asyncio.Protocol):
    """One connection to a sentinel."""

    def __init__(self, sentinels: Sentinels, converse: Callable[[float], Conversation]) -> None:
        self._sentinels = sentinels
        self._conversation = converse(time.time())
        self._heard = time.monotonic()
        self._silence: asyncio.TimerHandle | None = None

    @property
    def unsettled(self) -> bool:
        """Whether what it said is not yet known in full, and may soon be."""
        waiting = not self._conversation.over and self._conversation.unfinished
        return waiting and time.monotonic() - self._heard < GRACE_S

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self._transport = transport
        self._sentinels.lines[self] = None
        self._listen()

    def data_received(self, data: bytes) -> None:
        if not self._conversation.over:
            self._say(functools.partial(self._conversation.received, data, time.time()))
        self._listen()

    def eof_received(self) -> None:
        self._say(self._conversation.ended)

    def connection_lost(self, _: Exception | None) -> None:
        self._say(self._conversation.ended)
        self._sentinels.lines.pop(self, None)

    def drop(self) -> None:
        """End it."""
        self._say(self._conversation.ended)
        self._transport.abort()

    def _listen(self) -> None:
        """Something came; what does not wait for more has to come soon."""
        self._sentinels.events += 1
        self._heard = time.monotonic()
        if not self._conversation.patient:
            if self._silence is not None:
                self._silence.cancel()
            self._silence = asyncio.get_running_loop().call_later(GRACE_S, self._say, self._conversation.ended)

    def _say(self, take: Callable[[], bytes]) -> None:
        try:
            answer = take()
        except Exception as error:  # a fault of ours; whatever it was, it was sent to a service
            self._conversation.touched(f"something unreadable ({type(error).__name__}: {error})", time.time())
            self._conversation.over, answer = True, b""
        if answer and not self._transport.is_closing():
            self._transport.write(answer)
        if self._conversation.over:  # it ends when the other side does: closed with bytes unread, the answer were lost
            self._transport.write_eof()


def _kept(what: str) -> str:
    """`what` on one line. A very long one is cut, with the hash of the whole: no two become the same."""
    text = one_line(what)
    return text if len(text) <= LONG else f"{text[:LONG]}… (sha256 {sha256(what.encode()).hexdigest()[:16]})"
