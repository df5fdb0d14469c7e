"""The sentinel of Redis, alone or as a node of a cluster. Every connection is a leak.

A client library sends set-up commands first. The sentinel answers them, and logs and refuses the first real command. A
connection that sends only set-up commands is logged as such.
"""

from __future__ import annotations

from collections.abc import Sequence

from e2e_common.services.sentinels import Conversation, Touched, resp
from e2e_common.services.sentinels.cluster import commands, slots
from e2e_common.services.sentinels.resp import Answer, NotRedis

OK, PONG = b"+OK\r\n", b"+PONG\r\n"
REFUSAL = b"-ERR this is a sentinel: nothing real can be reached in replay\r\n"
HANDSHAKE = ("AUTH", "CLIENT", "HELLO", "SELECT")  # not logged: they differ with every release of a client
ANSWERED_OK = ("AUTH", "SELECT", "READONLY", "READWRITE", "ASKING", "RESET", "QUIT", "MULTI")
CLIENT_ANSWERS: dict[str, Answer] = {
    **dict.fromkeys(("SETNAME", "SETINFO", "NO-EVICT", "NO-TOUCH", "TRACKING"), OK),
    "ID": 1,
    "MAINT_NOTIFICATIONS": REFUSAL,
}


class RedisConversation(Conversation):
    """One connection. `nodes`: `host:port` of each master of the cluster to which the server belongs."""

    def __init__(self, touched: Touched, opened: float, nodes: Sequence[str] = ()) -> None:
        super().__init__(touched, opened)
        self._nodes = nodes
        self._setup: list[str] = []
        self._named = False

    def process(self, at: float) -> bytes:
        answers = b""
        try:
            while not self.over and (words := resp.take_command(self.buffer)) is not None:
                if words:
                    answers += resp.encode(self._answer(words, at))
        except NotRedis as error:
            self._name(f"no Redis command ({error}): {resp.shown([bytes(self.buffer[:200])])}", at)
            self.over = True
            answers += f"-ERR {error}\r\n".encode()
        return answers

    def ended(self) -> None:
        what = ""
        if self.buffer and not self.over:
            what = f"{len(self.buffer)} bytes and no whole command: {resp.shown([bytes(self.buffer[:200])])}"
        elif self.is_silent:
            what = "a connection that sent nothing"
        elif not self._named:
            setup = ", ".join(dict.fromkeys(self._setup))
            what = f"a connection with nothing but its set-up: {setup}".removesuffix(": ")
        if what:
            self.touched(what, self.opened)

    def _name(self, what: str, at: float) -> None:
        self._named = True
        self.touched(what, at)

    def _answer(self, words: list[bytes], at: float) -> Answer:
        """The answer to a command. From the first real command on, all commands are the application's."""
        names = [word.decode("ascii", "replace").upper() for word in words]
        answer = self._set_up(names, words)
        if self._named or answer is None:
            self._name(resp.shown(words[:1] if names[0] in ("AUTH", "HELLO") else words), at)  # without a password
        elif names[0] not in HANDSHAKE:
            self._setup.append(" ".join(names[:2] if names[0] == "CLUSTER" else names[:1]))
        return REFUSAL if answer is None else answer

    def _set_up(self, names: list[str], words: list[bytes]) -> Answer | None:
        """The answer to a set-up command; None for others."""
        name, then = names[0], names[1] if len(names) > 1 else ""
        if name == "CLIENT":
            return CLIENT_ANSWERS.get(then)
        if name == "PING":
            return words[1].decode(errors="replace") if then else PONG
        if name == "HELLO":
            return self._hello(then)
        if name in ANSWERED_OK:
            self.over = name == "QUIT"
            return OK
        if names == ["COMMAND"]:
            return commands()
        return slots(self._nodes) if (name, then) == ("CLUSTER", "SLOTS") and self._nodes else None

    def _hello(self, version: str) -> bytes:
        if version not in ("", "2", "3"):
            return b"-NOPROTO unsupported protocol version\r\n"
        fields: Sequence[Answer] = (
            "server", "redis", "version", "7.2.4", "proto", 3 if version == "3" else 2, "id", 1,
            "mode", "cluster" if self._nodes else "standalone", "role", "master", "modules", [],
        )  # fmt: skip
        return (b"%7\r\n" if version == "3" else b"*14\r\n") + b"".join(map(resp.encode, fields))
