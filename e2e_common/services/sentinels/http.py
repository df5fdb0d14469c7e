"""The sentinel of an HTTP service. Every connection is a leak; it reads only enough to name the request."""

from __future__ import annotations

from e2e_common.services.sentinels import Conversation

REFUSAL = b"sentinel: nothing real can be reached in replay\n"
ANSWER = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
    % (len(REFUSAL), REFUSAL)
)


class HttpConversation(Conversation):
    """The first line of a request, or other bytes. The leak is logged with the time of the connection."""

    def take(self, at: float) -> bytes | None:
        if b"\n" not in self.buffer and self.buffer[:1].isalpha():
            return None
        self.ended()  # a TLS client, for instance, waits for an answer without having sent a line
        self.over = True
        return ANSWER

    def ended(self) -> None:
        request = self.buffer.split(b"\r\n", 1)[0].decode(errors="replace").rpartition(" HTTP/")[0]
        if not self.over:
            self.touched(request or f"a connection that sent {len(self.buffer)} bytes and no HTTP request", self.opened)
