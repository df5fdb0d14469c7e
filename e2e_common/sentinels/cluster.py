"""What a Redis cluster client asks before its first command: who has which slots, and where a command has its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from e2e_common.sentinels.resp import Answer, Status

SLOTS = 16384

# Positions of the keys (first, last, step), as COMMAND says them; "moved": they depend on the arguments.
KEYS: dict[tuple[int, int, int], str] = {
    (1, 1, 1): (
        "append bitcount bitfield bitfield_ro bitpos decr decrby dump expire expireat expiretime geoadd geodist "
        "geohash geopos geosearch get getbit getdel getex getrange getset hdel hexists hexpire hexpireat "
        "hexpiretime hget hgetall hgetdel hgetex hincrby hincrbyfloat hkeys hlen hmget hmset hpersist hpexpire "
        "hpexpireat hpexpiretime hpttl hrandfield hscan hset hsetex hsetnx hstrlen httl hvals incr incrby "
        "incrbyfloat lindex linsert llen lpop lpos lpush lpushx lrange lrem lset ltrim move persist pexpire "
        "pexpireat pexpiretime pfadd psetex pttl restore rpop rpush rpushx sadd scard set setbit setex setnx "
        "setrange sismember smembers smismember spop spublish srandmember srem sscan strlen substr ttl type xack "
        "xadd xautoclaim xclaim xdel xlen xpending xrange xrevrange xsetid xtrim zadd zcard zcount zincrby "
        "zlexcount zmscore zpopmax zpopmin zrandfield zrange zrangebylex zrangebyscore zrank zrem zremrangebylex "
        "zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore"
    ),
    (1, -1, 1): (
        "del exists mget pfcount pfmerge sdiff sdiffstore sinter sinterstore ssubscribe sunion sunionstore touch "
        "unlink watch"
    ),
    (1, -1, 2): "mset msetnx",
    (1, -2, 1): "blpop brpop bzpopmax bzpopmin",
    (1, 2, 1): "blmove brpoplpush copy geosearchstore lcs lmove rename renamenx rpoplpush smove zrangestore",
    (2, -1, 1): "bitop",
    (2, 2, 1): "memory object xgroup xinfo",
    (0, 0, 0): (
        "acl auth bgrewriteaof bgsave client cluster command config dbsize debug discard echo exec flushall flushdb "
        "function hello info keys lastsave latency lolwut module monitor multi ping psubscribe publish pubsub "
        "punsubscribe quit randomkey readonly readwrite replicaof reset role save scan script select shutdown "
        "slowlog subscribe sunsubscribe swapdb time unsubscribe unwatch wait waitaof"
    ),
}
MOVED = (
    "blmpop bzmpop eval eval_ro evalsha evalsha_ro fcall fcall_ro georadius georadiusbymember lmpop migrate "
    "sintercard sort sort_ro xread xreadgroup zdiff zdiffstore zinter zintercard zinterstore zmpop zunion "
    "zunionstore"
)


def commands() -> list[Answer]:
    """COMMAND: name, arity (-1: not known here), flags, positions of the keys, and what a server says beyond that."""
    rows: list[Answer] = [
        [name, -1, [], *places, [], [], [], []] for places, names in KEYS.items() for name in names.split()
    ]
    return rows + [[name, -1, [Status("movablekeys")], 0, 0, 0, [], [], [], []] for name in MOVED.split()]


class Cluster:
    """The cluster as one of its nodes sees it. `nodes`: `host:port` of every master, in the order of their slots, which
    are shared out as e2e_common/services/redis.py does; `own`: this one's."""

    def __init__(self, nodes: Sequence[str], own: str) -> None:
        self._own = own
        bounds = [SLOTS * index // len(nodes) for index in range(len(nodes) + 1)]
        self._nodes = [
            _Node(*_address(node), f"{index + 1:040x}", bounds[index], bounds[index + 1] - 1)
            for index, node in enumerate(nodes)
        ]

    def answer(self, what: str) -> Answer:
        """What `CLUSTER what` answers; None for what is no set-up. Raises nothing."""
        answers: dict[str, Callable[[], Answer]] = {
            "SLOTS": lambda: [[node.first, node.last, [node.host, node.port, node.id, []]] for node in self._nodes],
            "SHARDS": lambda: [{"slots": [node.first, node.last], "nodes": [_described(node)]} for node in self._nodes],
            "NODES": lambda: "".join(f"{self._row(node)}\n" for node in self._nodes),
            "INFO": lambda: "".join(f"{key}:{value}\r\n" for key, value in self._facts().items()),
            "MYID": lambda: next(node.id for node in self._nodes if f"{node.host}:{node.port}" == self._own),
        }
        return answers[what]() if what in answers else None

    def _row(self, node: _Node) -> str:
        address = f"{node.host}:{node.port}"
        who = "myself,master" if address == self._own else "master"
        return f"{node.id} {address}@{node.port} {who} - 0 0 {int(node.id, 16)} connected {node.first}-{node.last}"

    def _facts(self) -> dict[str, str | int]:
        count = len(self._nodes)
        return {
            "cluster_enabled": 1, "cluster_state": "ok", "cluster_slots_assigned": SLOTS, "cluster_slots_ok": SLOTS,
            "cluster_slots_pfail": 0, "cluster_slots_fail": 0, "cluster_known_nodes": count, "cluster_size": count,
        }  # fmt: skip


class _Node(NamedTuple):
    host: str
    port: int
    id: str
    first: int
    last: int


def _described(node: _Node) -> Mapping[str, Answer]:
    about: dict[str, Answer] = {"id": node.id, "port": node.port, "ip": node.host, "endpoint": node.host}
    return {**about, "role": "master", "replication-offset": 0, "health": "online"}


def _address(node: str) -> tuple[str, int]:
    host, _, port = node.rpartition(":")
    return host, int(port)
