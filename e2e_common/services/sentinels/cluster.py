"""What a Redis cluster client requests before its first command: the slots of each node, and the keys of commands."""

from __future__ import annotations

SLOTS = 16384
UNUSED = """
append bitcount bitfield bitfield_ro bitop bitpos blmove blmpop blpop brpop brpoplpush bzmpop bzpopmax bzpopmin copy
decr decrby dump eval_ro evalsha evalsha_ro expireat expiretime fcall fcall_ro geoadd geodist geohash geopos georadius
georadiusbymember geosearch geosearchstore getbit getdel getex getrange getset hdel hexists hget hincrby hincrbyfloat
hkeys hlen hmget hmset hrandfield hscan hsetnx hstrlen hvals incr incrbyfloat lcs lindex linsert llen lmove lmpop lpop
lpos lpushx lrem lset ltrim memory migrate move msetnx object persist pexpire pexpireat pexpiretime pfadd pfcount
pfmerge psetex pttl renamenx restore rpop rpoplpush rpushx sadd scard sdiff sdiffstore setbit setex setnx setrange
sintercard sinterstore sismember smembers smismember smove sort sort_ro spop spublish srandmember srem sscan
ssubscribe strlen substr sunion sunionstore touch ttl unlink xack xadd xautoclaim xclaim xdel xgroup xinfo xlen
xpending xrange xread xreadgroup xrevrange xsetid xtrim zadd zcard zcount zdiff zdiffstore zincrby zinter zintercard
zinterstore zlexcount zmpop zmscore zpopmax zpopmin zrange zrangebylex zrangebyscore zrangestore zrank zrem
zremrangebylex zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zscore zunion
zunionstore
"""
"""Commands of Redis 7.0 with keys that no request sends to a cluster."""
KEYED = f"""
del eval exists expire get hexpire hexpireat hexpiretime hgetall hgetdel hgetex hpersist hpexpire hpexpireat
hpexpiretime hpttl hset hsetex httl incrby lpush lrange mget mset rename rpush set sinter type watch zrandfield
{UNUSED}
"""
"""Commands with keys. The first argument counts as the only key: it selects the node, which refuses the command."""


def shares(count: int) -> list[tuple[int, int]]:
    """The first and the last slot of each of `count` masters."""
    return [(SLOTS * index // count, SLOTS * (index + 1) // count - 1) for index in range(count)]
