"""The sentinel of an HTTP service. Every connection is a leak; it reads only enough to name the request."""

from __future__ import annotations

from e2e_common.services.sentinels import Conversation, Touched

REFUSAL = b"sentinel: nothing real can be reached in replay\n"
ANSWER = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
    % (len(REFUSAL), REFUSAL)
)


class HttpConversation(Conversation):
    """The first line of a request, or other bytes. The leak is logged with the time of the connection."""

    def __init__(self, touched: Touched, opened: float) -> None:
        super().__init__(touched, opened)
        self._head = b""

    @property
    def unfinished(self) -> bool:
        return not self.over

    def received(self, data: bytes, at: float) -> bytes:
        self._head += data
        is_text = self._head[:1].isalpha()  # a TLS client, for instance, waits for an answer without having sent a line
        return self.ended() if b"\n" in self._head or not is_text else b""

    def ended(self) -> bytes:
        if self.over:
            return b""
        self.over = True
        request = self._head.split(b"\r\n", 1)[0].decode(errors="replace").rpartition(" HTTP/")[0]
        self.touched(request or f"a connection that sent {len(self._head)} bytes and no HTTP request", self.opened)
        return ANSWER
