"""What a Redis cluster client requests before its first command: the slots of each node, and the keys of commands."""

from __future__ import annotations

from collections.abc import Sequence

from e2e_common.services.sentinels.resp import Answer, Status

SLOTS = 16384

# Positions of a command's keys (first, last, step), as in COMMAND. MOVED: they depend on the arguments.
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
    """COMMAND: for each command the name, arity (-1: unknown), flags, positions of keys; further fields are empty."""
    rows: list[Answer] = [
        [name, -1, [], *places, [], [], [], []] for places, names in KEYS.items() for name in names.split()
    ]
    return rows + [[name, -1, [Status("movablekeys")], 0, 0, 0, [], [], [], []] for name in MOVED.split()]


def shares(count: int) -> list[tuple[int, int]]:
    """The first and the last slot of each of `count` masters."""
    return [(SLOTS * index // count, SLOTS * (index + 1) // count - 1) for index in range(count)]


def slots(nodes: Sequence[str]) -> Answer:
    """CLUSTER SLOTS for masters at `nodes` (`host:port`), in the order of their slots."""
    answers: list[Answer] = []
    for index, (node, (first, last)) in enumerate(zip(nodes, shares(len(nodes))), start=1):
        host, _, port = node.rpartition(":")
        answers.append([first, last, [host, int(port), f"{index:040x}", []]])
    return answers
