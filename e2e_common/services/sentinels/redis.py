"""The sentinel of Redis, alone or as a node of a cluster. Every connection is a leak.

A client library sends set-up commands first. The sentinel answers them, and logs and refuses the first real command. A
connection that sends only set-up commands is logged as such. The protocol is RESP, version 2 or 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Union

from e2e_common.services.sentinels import Conversation, Touched

LIMIT = 16 * 2**20  # bytes of one command; a real server accepts 512 MiB for each argument
LINE_LIMIT = 12  # bytes of a line that has a number
Answer = Union[int, str, bytes, Sequence["Answer"]]
"""A number, a string, bytes that are encoded already, or an array."""
OK = b"+OK\r\n"
REFUSAL = b"-ERR this is a sentinel: nothing real can be reached in replay\r\n"
HANDSHAKE = ("AUTH", "CLIENT", "HELLO", "SELECT")  # not logged: they differ with every release of a client
ANSWERED_OK = ("AUTH", "SELECT", "READONLY", "READWRITE", "ASKING", "RESET", "QUIT", "MULTI")
CLIENT_ANSWERS: dict[str, Answer] = {
    **dict.fromkeys(("SETNAME", "SETINFO", "NO-EVICT", "NO-TOUCH", "TRACKING"), OK),
    "ID": 1,
    "MAINT_NOTIFICATIONS": REFUSAL,
}
SLOTS = 16384
UNUSED = """
append bitcount bitfield bitfield_ro bitop bitpos blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin copy
decr decrby dump eval_ro evalsha evalsha_ro expireat expiretime fcall fcall_ro geoadd geodist geohash geopos georadius
georadiusbymember geosearch geosearchstore getbit getdel getex getrange getset hdel hexists hget hincrby hincrbyfloat
hkeys hlen hmget hmset hrandfield hscan hsetnx hstrlen hvals incr incrbyfloat lcs lindex linsert llen lmove lmpop lpop
lpos lpushx lrem lset ltrim memory migrate move msetnx object persist pexpire pexpireat pexpiretime pfadd pfcount
pfmerge psetex pttl renamenx restore rpop rpoplpush rpushx sadd scard sdiff sdiffstore setbit setex setnx setrange
sintercard sinterstore sismember smembers smismember smove sort sort_ro spop spublish srandmember srem sscan ssubscribe
strlen substr sunion sunionstore touch ttl unlink xack xadd xautoclaim xclaim xdel xgroup xinfo xlen xpending xrange
xread xreadgroup xrevrange xsetid xtrim zadd zcard zcount zdiff zdiffstore zincrby zinter zintercard zinterstore
zlexcount zmpop zmscore zpopmax zpopmin zrange zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex
zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion zunionstore
"""
"""Commands of Redis 7.0 with keys that no request sends to a cluster."""
KEYED = f"""
del eval exists expire get hexpire hexpireat hexpiretime hgetall hgetdel hgetex hpersist hpexpire hpexpireat
hpexpiretime hpttl hset hsetex httl incrby lpush lrange mget mset rename rpush set sinter type watch zrandfield
{UNUSED}
"""
"""Commands with keys. The first argument counts as the only key: it selects the node, which refuses the command."""


class RedisConversation(Conversation):
    """One connection. `nodes`: `host:port` of each master of the cluster to which the server belongs."""

    def __init__(self, nodes: Sequence[str], touched: Touched, opened: float) -> None:
        super().__init__(touched, opened)
        self._nodes = nodes
        self._setup: dict[str, None] = {}  # its set-up commands, in order
        self._named = False

    def take(self, at: float) -> bytes | None:
        words = take_command(self.buffer)
        if not words:
            return None if words is None else b""
        names = [word.decode("ascii", "replace").upper() for word in words]
        answer = self._set_up(names, words)
        if self._named or answer is None:  # from the first real command on, all commands are the application's
            shown = words[:1] if names[0] in ("AUTH", "HELLO") else words  # without a password
            self._name(" ".join(map(_text, shown)), at)
        elif names[0] not in HANDSHAKE:
            self._setup[" ".join(names[: 2 if names[0] == "CLUSTER" else 1])] = None
        return REFUSAL if answer is None else encode(answer)

    def malformed(self, why: str, at: float) -> bytes:
        self._name(f"no Redis command ({why}): {self._rest()}", at)
        return f"-ERR {why}\r\n".encode()

    def ended(self) -> None:
        if self.buffer and not self.over:
            self._name(f"{len(self.buffer)} bytes and no whole command: {self._rest()}", self.opened)
        elif self.is_silent:
            self._name("a connection that sent nothing", self.opened)
        elif not self._named:
            what = f"a connection with nothing but its set-up: {', '.join(self._setup)}"
            self._name(what.removesuffix(": "), self.opened)

    def _name(self, what: str, at: float) -> None:
        self._named = True
        self.touched(what, at)

    def _rest(self) -> str:
        return _text(bytes(self.buffer[:200]))

    def _set_up(self, names: list[str], words: list[bytes]) -> Answer | None:
        """The answer to a set-up command; None for others."""
        name, second = names[0], " ".join(names[1:2])
        self.over = name == "QUIT"
        if name == "PING":
            return words[1].decode(errors="replace") if second else b"+PONG\r\n"
        if name == "HELLO":
            return self._hello(second)
        if names == ["COMMAND"]:  # name, arity (-1: unknown), flags, positions of keys (first, last, step), and no more
            return [[command, -1, [], 1, 1, 1, [], [], [], []] for command in sorted(KEYED.split())]
        if (name, second) == ("CLUSTER", "SLOTS") and self._nodes:
            return self._slots()
        if name == "CLIENT":
            return CLIENT_ANSWERS.get(second)
        return OK if name in ANSWERED_OK else None

    def _hello(self, version: str) -> bytes:
        if version not in ("", "2", "3"):
            return b"-NOPROTO unsupported protocol version\r\n"
        fields: Sequence[Answer] = (
            "server", "redis", "version", "7.2.4", "proto", 3 if version == "3" else 2, "id", 1,
            "mode", "cluster" if self._nodes else "standalone", "role", "master", "modules", [],
        )  # fmt: skip
        return (b"%7\r\n" if version == "3" else b"*14\r\n") + b"".join(map(encode, fields))

    def _slots(self) -> Answer:
        """First and last slot, host, port and id of each node."""
        rows: list[Answer] = []
        for share, (host, _, port) in zip(shares(len(self._nodes)), (node.rpartition(":") for node in self._nodes)):
            rows.append([*share, [host, int(port), f"{len(rows) + 1:040x}", []]])
        return rows


def take_command(buffer: bytearray) -> list[bytes] | None:
    """Remove the first command from `buffer`: its words. None while it is incomplete; the buffer is then unchanged.
    Raises ValueError."""
    if len(buffer) > LIMIT:
        raise ValueError("longer than a sentinel reads")
    head = _count(b"*", buffer, 0)
    if head is None:
        return None
    count, position = head
    words: list[bytes] = []
    while len(words) < count:
        head = _count(b"$", buffer, position)
        if head is None or len(buffer) < sum(head) + 2:
            return None
        length, position = head
        words.append(bytes(buffer[position : position + length]))
        position += length + 2
    del buffer[:position]
    return words


def _count(mark: bytes, buffer: bytearray, start: int) -> tuple[int, int] | None:
    """(number in a line that begins with `mark`, position after the line). None while the line is incomplete."""
    line, end, _ = buffer[start : start + LINE_LIMIT].partition(b"\n")
    number = line[1:].rstrip(b"\r") or b"0"
    if not line.startswith(mark[: len(line)]) or not number.isdigit() or len(line) == LINE_LIMIT:
        raise ValueError(f"no {mark.decode()} and a number")
    return (int(number), start + len(line) + 1) if end else None


def _text(word: bytes) -> str:
    """A word of a command for the log; binary ones are escaped."""
    try:
        text = word.decode()
    except UnicodeDecodeError:
        return repr(word)[1:]
    plain = text.isprintable() and bool(text) and not set(" '\"") & set(text)
    return text if plain else repr(text)


def encode(answer: Answer) -> bytes:
    """`answer` in both versions of the protocol."""
    if isinstance(answer, bytes):
        return answer
    if isinstance(answer, int):
        return b":%d\r\n" % answer
    if isinstance(answer, str):
        return b"$%d\r\n%s\r\n" % (len(answer.encode()), answer.encode())
    return b"*%d\r\n" % len(answer) + b"".join(map(encode, answer))


def shares(count: int) -> list[tuple[int, int]]:
    """The first and the last slot of each of `count` masters."""
    return [(SLOTS * index // count, SLOTS * (index + 1) // count - 1) for index in range(count)]
