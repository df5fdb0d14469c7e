"""What a Redis cluster client requests before its first command: the slots of each node, and the keys of commands."""

from __future__ import annotations

from collections.abc import Sequence

from e2e_common.services.sentinels.resp import Answer

SLOTS = 16384

KEYED = (
    "append bitcount bitfield bitfield_ro bitop bitpos blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin "
    "copy decr decrby del dump eval eval_ro evalsha evalsha_ro exists expire expireat expiretime fcall fcall_ro "
    "geoadd geodist geohash geopos georadius georadiusbymember geosearch geosearchstore get getbit getdel getex "
    "getrange getset hdel hexists hexpire hexpireat hexpiretime hget hgetall hgetdel hgetex hincrby hincrbyfloat "
    "hkeys hlen hmget hmset hpersist hpexpire hpexpireat hpexpiretime hpttl hrandfield hscan hset hsetex hsetnx "
    "hstrlen httl hvals incr incrby incrbyfloat lcs lindex linsert llen lmove lmpop lpop lpos lpush lpushx lrange "
    "lrem lset ltrim memory mget migrate move mset msetnx object persist pexpire pexpireat pexpiretime pfadd pfcount "
    "pfmerge psetex pttl rename renamenx restore rpop rpoplpush rpush rpushx sadd scard sdiff sdiffstore set setbit "
    "setex setnx setrange sinter sintercard sinterstore sismember smembers smismember smove sort sort_ro spop "
    "spublish srandmember srem sscan ssubscribe strlen substr sunion sunionstore touch ttl type unlink watch xack "
    "xadd xautoclaim xclaim xdel xgroup xinfo xlen xpending xrange xread xreadgroup xrevrange xsetid xtrim zadd zcard "
    "zcount zdiff zdiffstore zincrby zinter zintercard zinterstore zlexcount zmpop zmscore zpopmax zpopmin zrandfield "
    "zrange zrangebylex zrangebyscore zrangestore zrank zrem zremrangebylex zremrangebyrank zremrangebyscore "
    "zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion zunionstore"
)
"""Commands with keys. The first argument counts as the only key: it selects the node, which refuses the command."""


def commands() -> list[Answer]:
    """COMMAND: for each command the name, arity (-1: unknown), flags, positions of keys (first, last, step); further
    fields are empty."""
    return [[name, -1, [], 1, 1, 1, [], [], [], []] for name in KEYED.split()]


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
