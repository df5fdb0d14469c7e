from hashlib import sha256

from test_clients import raised

from e2e_common.record.client import Api

EVERY_BYTE = bytes(range(256))
PRODUCT = {"id": 7, "name": "Käse", "price": 2.5}
ORDERS = [f"order:{number}" for number in range(14)]


def requests(api: Api) -> None:
    api.get("/strings/basic", "SET and GET", redis=6).answers(set=True, get=b"tea", missing=None, item=b"tea", delete=1)
    api.get("/strings/options", "options of SET", redis=9).answers(
        nx=True, xx=True, keepttl=True, old=b"4", exat=True, getex=b"6", getset=b"6", getdel=b"7"
    )
    api.get("/strings/many", "MSET and MGET", redis=5).answers(
        delete=0, mset=True, mget=[b"one", None, b"two"], msetnx=False, unlink=2
    )
    api.post(
        "/strings/echo",
        "unusual keys and values",
        json={"echo": "žluť 馬 🐎", "": "empty key", "echo:empty": "", "echo line\n": "a\r\nb\tc", "echo\x00": "\x00"},
        redis=3,
    ).answers(
        mset=True,
        text=["žluť 馬 🐎", "empty key", "", "a\r\nb\tc", "\x00"],
        data=[b"\xc5\xbelu\xc5\xa5 \xe9\xa6\xac \xf0\x9f\x90\x8e", b"empty key", b"", b"a\r\nb\tc", b"\x00"],
    )
    api.get("/strings/kinds", "binary values and numbers", redis=3).answers(
        mset=True,
        get=EVERY_BYTE,
        mget=[b"\xff\xfe", b"caf\xc3\xa9", *b" 7 -1 9223372036854775808 0.1 1.0 1e+100 -2.5e-07".split(b" ")],
    )
    api.get("/strings/large", "100 kB value", redis=2).answers(
        set=True, length=100000, sha256=sha256(b"0123456789" * 10_000).hexdigest(), type="bytes"
    )
    api.get("/strings/larger", "1.2 MB value", recorded="size", redis=5).answers(
        piped=[1200000], after=[1200000, [1]], get=None
    )
    api.get("/strings/parts", "APPEND, GETRANGE and SETRANGE", redis=11).answers(
        append=[6, 9],
        getrange=["green", "tea", ""],
        setrange=9,
        strlen=9,
        psetex=True,
        setnx=False,
        get=["Green tea", "soon gone"],
    )
    message = "'utf-8' codec can't encode character '\\ud83d' in position 4: surrogates not allowed"
    refused = raised("UnicodeEncodeError", message)
    api.post("/strings/half", "lone surrogate", json={"text": "cut \ud83d"}, redis=2).answers(
        set=refused, piped=refused
    )
    api.get("/products/7", "SETEX as a cache", redis=5).answers(looks=["miss", PRODUCT], setex=True, product=PRODUCT)
    api.get("/counters", "INCR and DECR", redis=5).answers(incr=1, incrby=101, decr=100, incrbyfloat=0.1)
    api.get("/counters/large", "INCR above 2^53", redis=2).answers(incr=9007199254740993)
    api.get("/bits", "bits and HyperLogLog", redis=11).answers(
        mset=True, setbit=0, getbit=0, bitcount=2, bitop=1, bitfield=[65, 9, 9], pfadd=[1, 1], pfmerge=True, pfcount=3
    )
    api.get("/keys/expiry", "EXPIRE and TTL", redis=8).answers(
        set=True, ttl_none=-1, ttl_missing=-2, expire=True, ttl=True, expireat=True, pexpireat=True, persist=True
    )
    api.get("/keys/change", "RENAME, COPY and MOVE", redis=9).answers(
        set=True, type=b"string", encoding=b"int", rename=True, copy=True, move=[True, b"12"]
    )
    api.get("/keys/find", "KEYS and SCAN", redis=8).answers(
        made=[True, True, 1],
        keys=[b"user:1", b"user:2", b"user:list"],
        cursor=0,
        scan=[b"user:1", b"user:2", b"user:list"],
        scan_iter=[b"user:1", b"user:2"],
        lists=[b"user:list"],
        dbsize=5,
    )
    api.get("/keys/another-order", "long commands in reverse order", redis=3).answers(
        mset=True, last=[*ORDERS[:12], "order:13"], last_but_one=ORDERS[:13]
    )
    api.get("/keys/list", "SORT, DUMP and RESTORE", redis=8).answers(
        made=[3, True],
        by=[b"1", b"2"],
        get=[b"1", b"one", b"2", b"two", b"3", None],
        type="bytes",
        restore=b"OK",
        restored=[b"3", b"1", b"2"],
    )
