"""One thread that accepts, reads and answers for all sentinels. What is said on a connection is a Conversation's."""

from __future__ import annotations

import contextlib
import functools
import selectors
import socket
import threading
import time
from collections.abc import Callable

POLL_S = 0.02
GRACE_S = 0.3  # what has been begun may take so long to be finished
DRAIN_LIMIT_S = 1.0  # however much is still being sent when all is over
CHUNK = 65536
BACKLOG = 128
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


class _Line:
    """A connection and where it stands. Times are those of `time.monotonic`."""

    def __init__(self, connection: socket.socket, conversation: Conversation) -> None:
        self.socket, self.conversation = connection, conversation
        self.out = b""
        self.heard = time.monotonic()
        self.parting: float | None = None  # when the last word was said

    @property
    def unsettled(self) -> bool:
        """Whether what it said is not yet known in full, and may soon be."""
        waiting = self.parting is None and not self.conversation.over and self.conversation.unfinished
        return waiting and time.monotonic() - self.heard < GRACE_S


class Server:
    """Listens for all sentinels of a replay. `listen`, as often as needed; `start` (a thread); `close`."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._listeners: list[socket.socket] = []
        self._lines: dict[socket.socket, _Line] = {}
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._fault: BaseException | None = None

    def listen(self, host: str, port: int, converse: Callable[[float], Conversation]) -> None:
        """Stand at an address; `converse(moment)` is called for each connection. Raises OSError when it is taken."""
        listener = socket.create_server((host, port), backlog=BACKLOG)
        listener.setblocking(False)
        self._listeners.append(listener)
        self._selector.register(listener, selectors.EVENT_READ, converse)

    def start(self) -> None:
        """Begin to answer (connections made since `listen` have been waiting)."""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take what is still waiting, let what has been begun be finished, and stop. Raises what went wrong in the
        thread: then its account is not complete."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        try:
            if self._fault is not None:
                raise self._fault
            self._drain()
        finally:
            for open_socket in [*self._listeners, *self._lines]:
                open_socket.close()
            self._selector.close()

    def _serve(self) -> None:
        try:
            while not self._stopping.is_set():
                self._turn(POLL_S)
        except BaseException as error:  # `close` says it: a sentinel that fell silent proves nothing
            self._fault = error

    def _drain(self) -> None:
        deadline = time.monotonic() + DRAIN_LIMIT_S
        while time.monotonic() < deadline:
            unsettled = any(line.unsettled for line in self._lines.values())
            if not self._turn(POLL_S if unsettled else 0) and not unsettled:
                break
        for line in list(self._lines.values()):
            self._hear(line, b"")

    def _turn(self, timeout: float) -> bool:
        """Handle what is ready within `timeout` seconds. Returns whether anything was."""
        events = self._selector.select(timeout)
        for key, _ in events:
            listener = key.fileobj
            if isinstance(key.data, _Line):
                self._serve_line(key.data)
            elif isinstance(listener, socket.socket):
                self._accept(listener, key.data)
        for line in list(self._lines.values()):
            self._look_at_the_clock(line)
        return bool(events)

    def _accept(self, listener: socket.socket, converse: Callable[[float], Conversation]) -> None:
        try:
            connection, _ = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        connection.setblocking(False)
        line = self._lines[connection] = _Line(connection, converse(time.time()))
        self._selector.register(connection, selectors.EVENT_READ, line)
        self._serve_line(line)  # what is there already belongs to this moment

    def _serve_line(self, line: _Line) -> None:
        try:
            data = line.socket.recv(CHUNK)
        except BlockingIOError:
            data = None
        except OSError:
            data = b""
        if data is not None:
            self._hear(line, data)
        if line.socket in self._lines:
            self._send(line)

    def _hear(self, line: _Line, data: bytes) -> None:
        """`data`: what came, or nothing when the other side has ended."""
        line.heard = time.monotonic()
        if not data:
            self._take(line, line.conversation.ended)
            with contextlib.suppress(OSError):  # it may be gone; what counts is written
                line.socket.send(line.out)
            self._drop(line)
        elif line.parting is None:
            self._take(line, functools.partial(line.conversation.received, data, time.time()))

    @staticmethod
    def _take(line: _Line, take: Callable[[], bytes]) -> None:
        try:
            line.out += take()
        except Exception as error:  # a fault of ours; whatever it was, it was sent to a service
            line.conversation.touched(f"something unreadable ({type(error).__name__}: {error})", time.time())
            line.conversation.over = True

    def _send(self, line: _Line) -> None:
        try:
            line.out = line.out[line.socket.send(line.out) :] if line.out else b""
        except BlockingIOError:
            pass
        except OSError:  # the other side no longer listens; what it has still sent is read all the same
            line.out = b""
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.out else 0)
        self._selector.modify(line.socket, wanted, line)
        if line.conversation.over and not line.out and line.parting is None:
            line.parting = time.monotonic()
            with contextlib.suppress(OSError):  # closed with bytes unread, the answer would be lost
                line.socket.shutdown(socket.SHUT_WR)

    def _look_at_the_clock(self, line: _Line) -> None:
        now = time.monotonic()
        if line.parting is not None:
            if now - line.parting > GRACE_S:
                self._hear(line, b"")
        elif not line.conversation.patient and line.conversation.unfinished and now - line.heard > GRACE_S:
            self._take(line, line.conversation.ended)
            self._send(line)

    def _drop(self, line: _Line) -> None:
        self._selector.unregister(line.socket)
        del self._lines[line.socket]
        line.socket.close()
