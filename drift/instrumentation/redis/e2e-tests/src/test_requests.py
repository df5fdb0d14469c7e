"""The redis suite's requests. Each states its full answer and its outbound calls; none depends on another.

An answer holds each value as Python writes it (`repr`), so that its type counts too.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from e2e_common.requester import Api, Matches, matches

WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"
CONNECTED = "a connection with nothing but its set-up"
EVERY_BYTE = bytes(range(256))


class Raised:
    """An error that the application caught, as it shows it."""

    def __init__(self, name: str, message: str) -> None:
        self._shown = f"{name}({message!r})"

    def __repr__(self) -> str:
        return self._shown


def answer(**values: Any) -> dict[str, Any]:
    return {name: value if isinstance(value, Matches) else shown(value) for name, value in values.items()}


def shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(sorted(f'{key!r}: {shown(held)}' for key, held in value.items()))}}}"
    if isinstance(value, set):
        return f"{{{', '.join(sorted(map(repr, value)))}}}" if value else "set()"
    return repr(value)


with Api() as api:
    # Strings, counters, bits, keys
    api.get(
        "/strings/basic",
        name="SET and GET",
        body=answer(set=True, get=b"tea", missing=None, item=b"tea", delete=1),
        calls={"redis": 6},
    )
    api.get(
        "/strings/options",
        name="options of SET",
        body=answer(nx=True, xx=True, keepttl=True, old=b"4", exat=True, getex=b"6", getset=b"6", getdel=b"7"),
        calls={"redis": 9},
    )
    api.get(
        "/strings/many",
        name="MSET and MGET",
        body=answer(mset=True, mget=[b"one", None, b"two"], msetnx=False, unlink=2),
        calls={"redis": 5},
    )
    api.post(
        "/strings/echo",
        name="unusual text",
        json={"echo": "žluť 馬 🐎", "": "empty key", "echo:empty": "", "echo line\n": "a\r\nb\tc", "echo\x00": "\x00"},
        body=answer(
            mset=True,
            text=["žluť 馬 🐎", "empty key", "", "a\r\nb\tc", "\x00"],
            data=[b"\xc5\xbelu\xc5\xa5 \xe9\xa6\xac \xf0\x9f\x90\x8e", b"empty key", b"", b"a\r\nb\tc", b"\x00"],
        ),
        calls={"redis": 3},
    )
    api.get(
        "/strings/kinds",
        name="binary values and numbers",
        body=answer(
            mset=True,
            get=EVERY_BYTE,
            mget=[
                b"\xff\xfe",
                b"caf\xc3\xa9",
                b"",
                b"7",
                b"-1",
                b"9223372036854775808",
                b"0.1",
                b"1.0",
                b"1e+100",
                b"-2.5e-07",
            ],
        ),
        calls={"redis": 3},
    )
    api.get(
        "/strings/large",
        name="100 kB value",
        body=answer(length=100000, sha256=sha256(b"0123456789" * 10_000).hexdigest(), type="bytes"),
        calls={"redis": 2},
    )
    api.get(
        "/strings/larger",
        name="1.2 MB value",
        body=answer(piped=[1200000], after=[1200000, [1]], get=None),
        calls={"redis": 5},
    )
    api.post(
        "/strings/half",
        name="half a character",
        json={"text": "cut \ud83d"},
        body=answer(
            set=Raised(
                "UnicodeEncodeError",
                "'utf-8' codec can't encode character '\\ud83d' in position 4: surrogates not allowed",
            ),
            piped=Raised(
                "UnicodeEncodeError",
                "'utf-8' codec can't encode character '\\ud83d' in position 4: surrogates not allowed",
            ),
        ),
        calls={"redis": 2},
    )
    api.get(
        "/products/7",
        name="cache",
        body=answer(looks=["miss", "hit"], product={"id": 7, "name": "Käse", "price": 2.5}),
        calls={"redis": 5},
    )
    api.get(
        "/counters", name="counters", body=answer(incr=1, incrby=101, decr=100, incrbyfloat=0.1), calls={"redis": 5}
    )
    api.get("/counters/large", name="large counter", body=answer(incr=9007199254740993), calls={"redis": 2})
    api.get(
        "/bits",
        name="bits and HyperLogLog",
        body=answer(
            setbit=0, getbit=0, bitcount=2, bitop=1, bitfield=[65, 9, 9], pfadd=[1, 1], pfmerge=True, pfcount=3
        ),
        calls={"redis": 11},
    )
    api.get(
        "/keys/expiry",
        name="EXPIRE and TTL",
        body=answer(ttl_none=-1, ttl_missing=-2, expire=True, ttl=True, expireat=True, pexpireat=True, persist=True),
        calls={"redis": 8},
    )
    api.get(
        "/keys/change",
        name="keys",
        body=answer(type=b"string", encoding=b"int", rename=True, copy=True, move=[True, b"12"]),
        calls={"redis": 9},
    )
    api.get(
        "/keys/find",
        name="KEYS and SCAN",
        body=answer(
            keys=[b"user:1", b"user:2", b"user:list"],
            cursor=0,
            scan=[b"user:1", b"user:2", b"user:list"],
            scan_iter=[b"user:1", b"user:2"],
            lists=[b"user:list"],
            dbsize=5,
        ),
        calls={"redis": 8},
    )
    api.get(
        "/keys/another-order",
        name="long commands in another order",
        body=answer(last="order:13", last_but_one="order:12"),
        calls={"redis": 3},
    )
    api.get(
        "/keys/list",
        name="SORT, DUMP and RESTORE",
        body=answer(
            by=[b"1", b"2"],
            get=[b"1", b"one", b"2", b"two", b"3", None],
            type="bytes",
            restore=b"OK",
            restored=[b"3", b"1", b"2"],
        ),
        calls={"redis": 8},
    )

    # Hashes, lists, sets, sorted sets, places
    api.get(
        "/hashes",
        name="hashes",
        body=answer(
            hset=4,
            hget="Zoë",
            hmget=["41", None, ""],
            hgetall={"age": "41", "height": "1.7", "name": "Zoë", "note": ""},
            hincrby=39,
            hincrbyfloat=1.75,
            hdel=1,
            hscan_iter={"height": "1.75"},
        ),
        calls={"redis": 9},
    )
    api.get(
        "/hashes/bytes/all",
        name="HGETALL in bytes",
        body=answer(hgetall={b"age": b"36", b"name": b"Ada"}),
        calls={"redis": 3},
    )
    api.get(
        "/hashes/order",
        name="order of a hash",
        body=answer(fields=[f"field:{number}" for number in range(20)]),
        calls={"redis": 3},
    )
    api.get(
        "/lists",
        name="lists",
        body=answer(
            rpush=5,
            lpush=6,
            lrange=[b"a", b"b", b"c", b"1", b"2.5", b"\xff"],
            lpos=[2],
            linsert=7,
            lmove=b"a",
            lpop_two=[b"b", b"b2"],
            rpop=[b"a"],
        ),
        calls={"redis": 9},
    )
    api.get(
        "/queues",
        name="blocking pops",
        body=answer(blpop=[b"queue", b"1"], brpop=[b"queue", b"3"], blmove=b"2", in_vain=None),
        calls={"redis": 6},
    )
    api.get(
        "/queues/waited",
        name="blocking pop that waits",
        body=answer(pushed=True, queue=b"work", job=b"job 1", left=0),
        calls={"redis": 4},
    )
    api.get(
        "/sets",
        name="sets",
        body=answer(
            sadd=3,
            other=4,
            smembers=[b"x", b"y", b"z"],
            smismember=[1, 0],
            sinter=[b"y", b"z"],
            spop=True,
            sscan=[b"x", b"y", b"z"],
        ),
        calls={"redis": 8},
    )
    api.get("/sets/algebra", name="Python sets", body=answer(mine={b"hot", b"new"}, both={b"hot"}), calls={"redis": 3})
    api.get(
        "/scores",
        name="sorted sets",
        body=answer(
            zadd=3,
            gt=0,
            incr=10.5,
            zmscore=[10.5, None],
            zrank=None,
            zrange=["ada", "bob", "cyd"],
            with_scores={"ada": 10.5, "bob": 20.5, "cyd": 30.0},
            by_score=["bob"],
        ),
        calls={"redis": 9},
    )
    api.get(
        "/scores/removed",
        name="sorted sets, removal and union",
        body=answer(
            bzpopmin=["removed", "a", 0.0],
            zpopmin={"b": 1.0, "c": 2.0},
            zpopmax={"g": 6.0},
            store=3,
            union=3,
            inter={"d": 6.0, "e": 8.0, "f": 10.0},
            bylex=["d", "e"],
            scan={"d": 3.0, "e": 4.0, "f": 5.0},
        ),
        calls={"redis": 10},
    )
    api.get(
        "/tuples",
        name="tuples",
        body=answer(zrange=[("ada", 1.0), ("bob", 2.0)], blpop=("pairs:list", "x")),
        calls={"redis": 5},
    )
    api.get(
        "/places",
        name="places",
        body=answer(
            geoadd=2,
            geodist=166.2742,
            geopos=[[15.0873, 37.5027], None],
            with_distance=[["Catania", 56.4413], ["Palermo", 190.4424]],
            geosearchstore=2,
        ),
        calls={"redis": 6},
    )

    # Streams and pub/sub
    api.get(
        "/streams",
        name="streams",
        body=answer(
            xadd=["1-1", "2-1", "3-1"],
            xrange=[
                ["1-1", {"n": "1", "word": "a"}],
                ["2-1", {"n": "2", "word": "ü"}],
                ["3-1", {"n": "3", "word": ""}],
            ],
            xrevrange=[["3-1", {"n": "3", "word": ""}]],
            xread=[["stream", [["2-1", {"n": "2", "word": "ü"}]]]],
            blocking=[["stream", [["3-1", {"n": "3", "word": ""}]]]],
            xdel=1,
            xtrim=1,
            left=[["3-1", {"n": "3", "word": ""}]],
        ),
        calls={"redis": 11},
    )
    api.get(
        "/streams/groups",
        name="consumer groups",
        body=answer(
            created=True,
            xreadgroup=[["jobs", [["1-0", {"job": "1"}], ["2-0", {"job": "2"}]]]],
            xack=1,
            xpending={"consumers": [{"name": "anna", "pending": 1}], "max": "2-0", "min": "2-0", "pending": 1},
            details=[["2-0", "anna", 1]],
            xclaim=[["2-0", {"job": "2"}]],
            groups=[["workers", 1, "2-0"]],
            destroy=True,
        ),
        calls={"redis": 11},
    )
    api.post(
        "/events",
        name="stream id of the server",
        body=answer(same=True, fields={"kind": "login"}, removed=1, id=matches(r"'\d+-\d+'")),
        calls={"redis": 3},
    )
    api.get(
        "/publish",
        name="PUBLISH",
        body=answer(publish=0, channels=[], numsub=[["news:nobody", 0]], numpat=True),
        calls={"redis": 4},
    )
    api.get(
        "/subscribe",
        name="pub/sub",
        body=answer(
            said=[
                {"channel": "news", "data": 1, "pattern": None, "type": "subscribe"},
                {"channel": "news:*", "data": 2, "pattern": None, "type": "psubscribe"},
                1,
                1,
                {"channel": "news", "data": "hello", "pattern": None, "type": "message"},
                {"channel": "news:local", "data": "rain", "pattern": "news:*", "type": "pmessage"},
                {"channel": "news", "data": 1, "pattern": None, "type": "unsubscribe"},
            ]
        ),
        calls={"redis": 2},
        expect_unpatched=True,
        leaks=["redis: SUBSCRIBE news", "redis: PSUBSCRIBE news:*", f"redis: {CONNECTED}"],
    )

    # Pipelines, transactions, Lua, locks
    api.get(
        "/pipelines",
        name="pipeline",
        body=answer(
            queued=16,
            results=[True, "ü", None, 1, -1, 2, {"a": "1", "b": "2.5"}, 2, ["x", "y"], 1, 1.5, True, True, "string", 0],
            mget=["ü", "-1"],
        ),
        calls={"redis": 2},
    )
    api.get(
        "/pipelines/transaction",
        name="MULTI and EXEC",
        body=answer(results=[True, 5, b"\xff\x00abc", 5, b"ab", 5], get=b"\xff-abc"),
        calls={"redis": 3},
    )
    api.get(
        "/pipelines/unsent",
        name="pipeline that sends nothing",
        body=answer(empty=[[], 0, True], left=0, get=b"kept"),
        calls={"redis": 3},
    )
    api.get(
        "/pipelines/again",
        name="pipeline used again",
        body=answer(first=[True], left=0, second=[b"1"]),
        calls={"redis": 2},
    )
    api.get(
        "/pipelines/errors",
        name="errors among results",
        body=answer(
            results=[
                True,
                Raised("ResponseError", WRONG_TYPE),
                Raised("ResponseError", "value is not an integer or out of range"),
            ]
        ),
        calls={"redis": 1},
    )
    api.get("/watch/unread", name="WATCH", body=answer(watch=True, results=[True, b"new"]), calls={"redis": 3})
    api.get(
        "/watch/transaction",
        name="transaction function",
        body=answer(results=[7, 3], balances=[b"7", b"3"]),
        calls={"redis": 4},
    )
    api.get("/watch/read", name="WATCH and read", body=answer(stock=5, results=[True], left=b"4"), calls={"redis": 5})
    api.get(
        "/watch/lost",
        name="WatchError",
        body=answer(result=Raised("WatchError", "Watched variable changed."), get=b"of another"),
        calls={"redis": 5},
    )
    api.get(
        "/lua",
        name="Lua",
        body=answer(
            text="üß",
            kinds=[1, b"two", [3, [b"lua", b"a"]], b"OK", 1, None, 3],
            sha="fd87ff47984757279d90a046a257a0110afc4fa5",
            exists=[True, False],
            evalsha=1,
            script=2,
            same=True,
        ),
        calls={"redis": 7},
    )
    api.get("/lua/script/new", name="registered script, unknown", body=answer(count=1), calls={"redis": 5})
    api.get(
        "/lua/script/pipeline",
        name="registered script in a pipeline",
        body=answer(results=[1, b"1"]),
        calls={"redis": 4},
    )
    api.get(
        "/locks",
        name="locks",
        body=answer(steps=[True, False, True, True, True, None, True, "LockNotOwnedError", "LockError"], deleted=1),
        calls={"redis": 12},
    )
    api.get("/locks/token", name="lock with its own token", body=answer(owned=True, locked=False), calls={"redis": 6})

    # Connections, the server, errors
    api.get(
        "/catalogue",
        name="catalogue loaded at the start",
        body=answer(catalogue=[1200000, b"0123456789ab0123456789ab"]),
    )
    api.get(
        "/pools",
        name="connection pools",
        body=answer(shared=[b"\xc3\xbc", b"\xc3\xbc"], waiting="ü", owned=1),
        calls={"redis": 5},
    )
    api.get(
        "/options",
        name="connection options",
        body=answer(first=b"in 0", other=[True, b"in 13"], named="options", latin=[True, "é"], raw=b"\xe9"),
        calls={"redis": 8},
    )
    api.get(
        "/protocol-3",
        name="RESP3",
        body=answer(hgetall={"a": "1"}, zadd=2, zrange=[["ada", 1.5], ["bob", 2.0]], zscore=1.5),
        calls={"redis": 6},
    )
    api.get(
        "/server",
        name="server",
        body=answer(
            ping=True,
            role="master",
            expired="int",
            client_id=True,
            user="default",
        ),
        calls={"redis": 5},
    )
    api.get("/server/last-save", name="datetime", body=answer(type="datetime"), calls={"redis": 1})
    api.get(
        "/raw",
        name="raw commands",
        body=answer(set=True, get=b"x", two_words=b"embstr", price="costs b'x'"),
        calls={"redis": 4},
    )
    api.get("/threads", name="threads", body=answer(found=["0", "1", "2"]), calls={"redis": 4})
    api.post(
        "/jobs",
        name="job beside the request",
        body=answer(done=[b"done", b"too"], of_cluster="as well"),
        calls={"redis": 2},
    )
    api.post(
        "/threads/alone",
        name="thread without context",
        body=answer(get=None, rpush=1, ttl=-1, lrange=[], exists=0, up=1, down=-1, getex=None),
        background=9,
    )
    api.get("/memoryview", name="memoryview", body=answer(set=True, get=b"bytes"), calls={"redis": 2})
    api.get(
        "/errors/wrong-type",
        name="wrong type",
        body=answer(error=Raised("ResponseError", WRONG_TYPE), get=b"text"),
        calls={"redis": 3},
    )
    api.get(
        "/errors/no-value",
        name="values refused",
        body=answer(
            none=Raised(
                "DataError", "Invalid input of type: 'NoneType'. Convert to a bytes, string, int or float first."
            ),
            true=Raised("DataError", "Invalid input of type: 'bool'. Convert to a bytes, string, int or float first."),
            nothing="IndexError",
        ),
        calls={"redis": 3},
    )
    api.get("/errors/refused", name="connection refused", body=answer(error="ConnectionError"), calls={"redis": 1})

    # The async client
    api.get(
        "/async/greeting",
        name="greeting loaded at the start",
        body=answer(greeting={"de": "Grüß Gott", "en": "hello"}),
    )
    api.get(
        "/async/values",
        name="async commands",
        body=answer(
            set=True,
            get="ü",
            hset=2,
            hgetall={"a": "1", "b": "zwei"},
            rpush=2,
            zincrby=1.5,
            zrange={"ada": 1.5},
            mget=["ü", None],
            dump="bytes",
        ),
        calls={"redis": 10},
    )
    api.get("/async/gather", name="async at once", body=answer(found=["0", "1", "2"], length=1), calls={"redis": 5})
    api.get(
        "/async/find",
        name="async SCAN",
        body=answer(keys=["user:1", "user:2"], scanned=["user:1", "user:2"]),
        calls={"redis": 4},
    )
    api.get(
        "/async/queue",
        name="async blocking pop",
        body=answer(pushed=1, queue="a:queue", job="job 1", left=0),
        calls={"redis": 4},
    )
    api.get(
        "/async/lua",
        name="async Lua",
        body=answer(eval="x", evalsha=["a:lua", "ü", 7], script=["a:lua", "y", 7]),
        calls={"redis": 4},
    )
    api.get(
        "/async/pipeline",
        name="async pipeline",
        body=answer(queued=7, results=[True, "ü", 3, {"a": "1"}, None], multi=[True, 2], empty=[]),
        calls={"redis": 3},
    )
    api.get(
        "/async/watch/unread", name="async WATCH", body=answer(watch=True, results=[True, "new"]), calls={"redis": 2}
    )
    api.get(
        "/async/watch/lost",
        name="async WatchError",
        body=answer(result=Raised("WatchError", "Watched variable changed."), get="of another"),
        calls={"redis": 4},
    )
    api.get(
        "/async/error", name="async error", body=answer(result=Raised("ResponseError", WRONG_TYPE)), calls={"redis": 2}
    )
    api.get(
        "/async/subscribe",
        name="async pub/sub",
        body=answer(
            said=[
                {"channel": "a:news", "data": 1, "pattern": None, "type": "subscribe"},
                1,
                {"channel": "a:news", "data": "hello", "pattern": None, "type": "message"},
            ]
        ),
        calls={"redis": 1},
        expect_unpatched=True,
        leaks=["redis: SUBSCRIBE a:news"],
    )

    # The cluster clients
    api.get(
        "/cluster/values",
        name="cluster",
        body=answer(
            set=True,
            get="ü",
            incrby=5,
            hset=2,
            hgetall={"a": "1", "b": "zwei"},
            rpush=2,
            lrange=["x", "y"],
            eval=["c:text", "x"],
            nodes=3,
        ),
        calls={"redis": 9},
    )
    api.get("/cluster/bytes", name="cluster in bytes", body=answer(set=True, get=b"\x00\xfe"), calls={"redis": 4})
    api.get(
        "/cluster/tags",
        name="cluster, several keys",
        body=answer(
            mset=True,
            mget=["1", "2", None],
            rename=True,
            nonatomic=[True, True, True],
            mget_nonatomic=["one", "two", "three", None],
            exists=2,
            delete=3,
        ),
        calls={"redis": 7},
    )
    api.get(
        "/cluster/find",
        name="cluster, all nodes",
        body=answer(
            keys=["c:find:0", "c:find:1", "c:find:2", "c:find:3", "c:find:4", "c:find:5"],
            scanned=["c:find:0", "c:find:1", "c:find:2", "c:find:3", "c:find:4", "c:find:5"],
            ping=True,
            echo="ü",
        ),
        calls={"redis": 5},
    )
    api.get(
        "/cluster/pipeline",
        name="cluster pipeline",
        body=answer(queued=8, results=[True, True, "b", "a", None, {"f": "v"}]),
        calls={"redis": 1},
    )
    api.get(
        "/cluster/transaction",
        name="cluster transaction",
        body=answer(results=["OK", 2, "OK", "x"], mget=["2", "x"]),
        calls={"redis": 2},
    )
    api.get(
        "/cluster/errors",
        name="cluster errors",
        body=answer(
            slots=Raised("RedisClusterException", "SINTER - all keys must map to the same key slot"),
            type=Raised("ResponseError", WRONG_TYPE),
        ),
        calls={"redis": 3},
    )
    api.get(
        "/cluster/async/values",
        name="async cluster",
        body=answer(
            set=True, get="ü", hgetall={"a": "1"}, mset=True, mget=["1", "2", None], keys=["{ca:1}a", "{ca:1}b"]
        ),
        calls={"redis": 7},
    )
    api.get(
        "/cluster/async/pipeline",
        name="async cluster pipeline",
        body=answer(queued=5, results=[True, True, "b", "a", None], get="a"),
        calls={"redis": 2},
    )
    api.get(
        "/cluster/async/watch",
        name="async cluster WATCH",
        body=answer(stored=[True, True], deleted=1, old="old", results=[True], new="new"),
        calls={"redis": 4},
        expect_unpatched=True,
        leaks=["redis-cluster-1: WATCH {ca:3}watched", f"redis-cluster-1: {CONNECTED}: CLUSTER SLOTS"],
    )
