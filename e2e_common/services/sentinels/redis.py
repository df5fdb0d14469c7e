"""The sentinel of Redis, alone or as a node of a cluster. Every connection is a leak.

A client library sends set-up commands first. The sentinel answers them, and logs and refuses the first real command. A
connection that sends only set-up commands is logged as such.
"""

from __future__ import annotations

from collections.abc import Sequence

from e2e_common.services.sentinels import Conversation, Touched, resp
from e2e_common.services.sentinels.cluster import commands, slots
from e2e_common.services.sentinels.resp import Answer, Failure, NotRedis, Status

OK = Status("OK")
REFUSAL = Failure("ERR this is a sentinel: nothing real can be reached in replay")
HANDSHAKE = ("AUTH", "CLIENT", "HELLO", "SELECT")  # not logged: they differ with every release of a client
ANSWERED_OK = ("AUTH", "SELECT", "READONLY", "READWRITE", "ASKING", "RESET", "QUIT", "MULTI")
CLIENT_ANSWERS: dict[str, Answer] = {
    **dict.fromkeys(("SETNAME", "SETINFO", "NO-EVICT", "NO-TOUCH", "TRACKING"), OK),
    "ID": 1,
    "MAINT_NOTIFICATIONS": Failure("ERR unknown subcommand 'MAINT_NOTIFICATIONS'. Try CLIENT HELP."),
}


class RedisConversation(Conversation):
    """One connection. `nodes`: `host:port` of each master of the cluster to which the server belongs."""

    def __init__(self, touched: Touched, opened: float, nodes: Sequence[str] = ()) -> None:
        super().__init__(touched, opened)
        self._nodes = nodes
        self._buffer = bytearray()
        self._byte_count = 0
        self._setup: list[str] = []
        self._named = self._has_ended = False
        self._protocol = 2

    @property
    def unfinished(self) -> bool:
        return not self.over and (bool(self._buffer) or not self._byte_count)

    def received(self, data: bytes, at: float) -> bytes:
        self._buffer += data
        self._byte_count += len(data)
        answers = b""
        try:
            while not self.over and (words := resp.take_command(self._buffer)) is not None:
                if words:
                    answers += resp.encode(self._answer(words, at), self._protocol)
        except NotRedis as error:
            self._name(f"no Redis command ({error}): {resp.shown([bytes(self._buffer[:200])])}", at)
            self._buffer.clear()
            self.over = True
            answers += resp.encode(Failure(f"ERR {error}"), self._protocol)
        return answers

    def ended(self) -> bytes:
        if self._has_ended:
            return b""
        self._has_ended = True
        rest = f"{len(self._buffer)} bytes and no whole command: {resp.shown([bytes(self._buffer[:200])])}"
        if self._buffer and not self.over:
            self.touched(rest, self.opened)
        elif not self._byte_count:
            self.touched("a connection that sent nothing", self.opened)
        elif not self._named:
            setup = ", ".join(dict.fromkeys(self._setup))
            self.touched(f"a connection with nothing but its set-up{f': {setup}' if setup else ''}", self.opened)
        return b""

    def _name(self, what: str, at: float) -> None:
        self._named = True
        self.touched(what, at)

    def _answer(self, words: list[bytes], at: float) -> Answer:
        names = [word.decode("ascii", "replace").upper() for word in words]
        if self._named:  # after the first real command, all commands are the application's
            self.touched(_shown(words), at)
        answer = self._set_up(names, words)
        if answer is not None:
            if names[0] not in HANDSHAKE:
                self._setup.append(" ".join(names[:2] if names[0] == "CLUSTER" else names[:1]))
            return answer
        if names[:2] == ["COMMAND", "GETKEYS"]:  # sent for the command in its arguments, which comes next
            words = words[2:] or words
        if not self._named:
            self._name(_shown(words), at)
        return REFUSAL

    def _set_up(self, names: list[str], words: list[bytes]) -> Answer | None:
        """The answer to a set-up command; None for others."""
        name, then = names[0], names[1] if len(names) > 1 else ""
        if name == "CLIENT":
            return CLIENT_ANSWERS.get(then)
        if name == "PING":
            return words[1] if then else Status("PONG")
        if name == "HELLO":
            return self._hello(then)
        if name in ANSWERED_OK:
            self.over = name == "QUIT"
            return OK
        if name == "COMMAND" and then in ("", "COUNT"):
            return commands() if not then else len(commands())
        return slots(self._nodes) if (name, then) == ("CLUSTER", "SLOTS") and self._nodes else None

    def _hello(self, version: str) -> Answer:
        if version not in ("", "2", "3"):
            return Failure("NOPROTO unsupported protocol version")
        self._protocol = int(version or self._protocol)
        return {
            "server": "redis", "version": "7.2.4", "proto": self._protocol, "id": 1,
            "mode": "cluster" if self._nodes else "standalone", "role": "master", "modules": [],
        }  # fmt: skip


def _shown(words: list[bytes]) -> str:
    """A command as text, without the password of a log-in."""
    return resp.shown(words[:1] if words[0].upper() in (b"AUTH", b"HELLO") else words)
