"""The sentinels of one replay, and their account of it: touched.jsonl."""

from __future__ import annotations

import functools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from e2e_common import services
from e2e_common.errors import HarnessError, environment
from e2e_common.failure import one_line
from e2e_common.sentinels.server import Conversation, Server
from e2e_common.services import Recorded

LONG = 4000
CONTACTS_LIMIT = 1000  # of one service: whoever asks in a loop shall not fill the disk


class Sentinels:
    """The sentinels of one replay, in the place of all servers that `recorded` has; `log`: touched.jsonl.

    `listen`, then start the processes of the replay, then `serve` (which starts a thread), and `close` at the end.
    """

    def __init__(self, recorded: Recorded, log: Path) -> None:
        self._recorded = recorded
        self._log: IO[str] = log.open("w", buffering=1)
        self._lock = threading.Lock()
        self._contacts: Counter[str] = Counter()
        self._server = Server()

    def listen(self) -> None:
        """Bind every address. Raises HarnessError (3) when one is taken: then a real service may still be there."""
        for service, address in self._recorded.addresses.items():
            host, _, port = address.rpartition(":")
            try:
                self._server.listen(host, int(port), self._speaker(service))
            except OSError as error:
                raise _taken(service, address, error) from error
            self._write(event="listening", service=service, address=address)

    def serve(self) -> None:
        """Begin to answer (connections made since `listen` have been waiting)."""
        self._server.start()

    def close(self) -> None:
        """Take what is still waiting, then stop; the `closed` line says that the account is complete. Raises what went
        wrong while they stood."""
        try:
            self._server.close()
            self._write(event="closed")
        finally:
            self._log.close()

    def _speaker(self, server: str) -> Callable[[float], Conversation]:
        """Who answers in the place of `server`."""
        converse = services.behind(server).sentinel(self._recorded)
        return functools.partial(converse, functools.partial(self._touched, server))

    def _touched(self, service: str, what: str, at: float) -> None:
        self._contacts[service] += 1
        if self._contacts[service] <= CONTACTS_LIMIT:
            self._write(event="touched", service=service, what=_kept(what), at=at)
        elif self._contacts[service] == CONTACTS_LIMIT + 1:
            self._write(event="touched", service=service, what="more than is written here", at=at)

    def _write(self, **line: Any) -> None:
        with self._lock:
            self._log.write(json.dumps({"at": time.time(), **line}) + "\n")


def _kept(what: str) -> str:
    """`what` on one line. A very long one is cut, with the hash of the whole: no two become the same."""
    text = one_line(what)
    return text if len(text) <= LONG else f"{text[:LONG]}… (sha256 {sha256(what.encode()).hexdigest()[:16]})"


def _taken(service: str, address: str, error: OSError) -> HarnessError:
    return environment(
        f"the sentinel of {service} cannot listen on {address} ({error.strerror}): something else does, perhaps the "
        f"service itself. See what it is (ss -ltnp), or run where network namespaces are allowed."
    )
