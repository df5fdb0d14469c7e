"""What the requests of ../strings.py state: strings, counters, bits, keys."""

from __future__ import annotations

from hashlib import sha256

from e2e_common.requester import Api
from stated.words import Raised, answer

EVERY_BYTE = bytes(range(256))
PRODUCT = {"id": 7, "name": "Käse", "price": 2.5}
ORDERS = [f"order:{number}" for number in range(14)]


def requests(api: Api) -> None:
    """Send them all."""
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
        body=answer(delete=0, mset=True, mget=[b"one", None, b"two"], msetnx=False, unlink=2),
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
        body=answer(set=True, length=100000, sha256=sha256(b"0123456789" * 10_000).hexdigest(), type="bytes"),
        calls={"redis": 2},
    )
    api.get(
        "/strings/larger",
        name="1.2 MB value",
        body=answer(piped=[1200000], after=[1200000, [1]], get=None),
        calls={"redis": 5},
        recorded="size",
    )
    api.get(
        "/strings/parts",
        name="parts of a string",
        body=answer(
            append=[6, 9],
            getrange=["green", "tea", ""],
            setrange=9,
            strlen=9,
            psetex=True,
            setnx=False,
            get=["Green tea", "soon gone"],
        ),
        calls={"redis": 11},
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
        body=answer(looks=["miss", PRODUCT], setex=True, product=PRODUCT),
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
            mset=True,
            setbit=0,
            getbit=0,
            bitcount=2,
            bitop=1,
            bitfield=[65, 9, 9],
            pfadd=[1, 1],
            pfmerge=True,
            pfcount=3,
        ),
        calls={"redis": 11},
    )
    api.get(
        "/keys/expiry",
        name="EXPIRE and TTL",
        body=answer(
            set=True, ttl_none=-1, ttl_missing=-2, expire=True, ttl=True, expireat=True, pexpireat=True, persist=True
        ),
        calls={"redis": 8},
    )
    api.get(
        "/keys/change",
        name="keys",
        body=answer(set=True, type=b"string", encoding=b"int", rename=True, copy=True, move=[True, b"12"]),
        calls={"redis": 9},
    )
    api.get(
        "/keys/find",
        name="KEYS and SCAN",
        body=answer(
            made=[True, True, 1],
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
        body=answer(mset=True, last=[*ORDERS[:12], "order:13"], last_but_one=ORDERS[:13]),
        calls={"redis": 3},
    )
    api.get(
        "/keys/list",
        name="SORT, DUMP and RESTORE",
        body=answer(
            made=[3, True],
            by=[b"1", b"2"],
            get=[b"1", b"one", b"2", b"two", b"3", None],
            type="bytes",
            restore=b"OK",
            restored=[b"3", b"1", b"2"],
        ),
        calls={"redis": 8},
    )
