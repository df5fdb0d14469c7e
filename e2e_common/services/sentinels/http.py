"""The sentinel of an HTTP service. Every connection is a leak; it reads only enough to name the request."""

from __future__ import annotations

from e2e_common.services.sentinels import Conversation, Touched

HEAD_LIMIT = 65536
REFUSAL = b"sentinel: nothing real can be reached in replay\n"
ANSWER = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
    % (len(REFUSAL), REFUSAL)
)


class HttpConversation(Conversation):
    """One request, or other bytes. The leak is logged with the time of the connection."""

    patient = False

    def __init__(self, touched: Touched, opened: float) -> None:
        super().__init__(touched, opened)
        self._head = b""

    @property
    def unfinished(self) -> bool:
        return not self.over

    def received(self, data: bytes, at: float) -> bytes:
        self._head += data
        return self.ended() if b"\r\n\r\n" in self._head or len(self._head) >= HEAD_LIMIT else b""

    def ended(self) -> bytes:
        if self.over:
            return b""
        self.over = True
        request = self._head.split(b"\r\n", 1)[0].decode(errors="replace").rpartition(" HTTP/")[0]
        self.touched(request or f"a connection that sent {len(self._head)} bytes and no HTTP request", self.opened)
        return ANSWER
