"""Strings, counters, bits and HyperLogLog; keys, expiry and scans."""

import asyncio
import json
from datetime import datetime, timedelta, timezone
from hashlib import sha256

from clients import async_text, data, database, outcome, respond, reversed_in_replay, text
from flask import Blueprint, Response, request
from redis import Redis

pages = Blueprint("strings", __name__)

FAR = datetime(2100, 1, 1, tzinfo=timezone.utc)
SCRATCH = Redis.from_url(database(15))
"""A database for commands that list all keys; emptied before each use."""


@pages.get("/strings/basic")
def basic() -> Response:
    data.delete("basic", "basic:missing")
    return respond(
        set=data.set("basic", "tea"),
        get=data.get("basic"),
        missing=data.get("basic:missing"),
        item=data["basic"],
        delete=data.delete("basic", "basic:missing"),
    )


@pages.get("/strings/options")
def options() -> Response:
    data.delete("options")
    return respond(
        nx=data.set("options", "1", nx=True),
        xx=data.set("options", "3", xx=True, ex=timedelta(hours=1)),
        keepttl=data.set("options", "4", keepttl=True),
        old=data.set("options", "5", get=True),
        exat=data.set("options", "6", exat=FAR),
        getex=data.getex("options", persist=True),
        getset=data.getset("options", "7"),
        getdel=data.getdel("options"),
    )


@pages.get("/strings/many")
def many() -> Response:
    return respond(
        delete=data.delete("many:1", "many:2", "many:3"),
        mset=data.mset({"many:1": "one", "many:2": "two"}),
        mget=data.mget("many:1", "many:missing", "many:2"),
        msetnx=data.msetnx({"many:2": "too", "many:3": "three"}),
        unlink=data.unlink("many:1", "many:2", "many:3"),
    )


@pages.post("/strings/echo")
def echo() -> Response:
    """Unusual keys and values: unicode, empty, with spaces, line ends and zero bytes."""
    sent = request.get_json()
    return respond(mset=text.mset(sent), text=text.mget(*sent), data=data.mget(*sent))


@pages.get("/strings/kinds")
def kinds() -> Response:
    """Bytes of every value, and numbers, which Redis returns as text."""
    values = [bytes(range(256)), b"\xff\xfe", b"caf\xc3\xa9", b"", 7, -1, 2**63, 0.1, 1.0, 1e100, -2.5e-7]
    keys = [b"kind:\xff%d" % number for number, _ in enumerate(values)]
    return respond(mset=data.mset(dict(zip(keys, values))), get=data.get(keys[0]), mget=data.mget(keys[1:]))


@pages.get("/strings/large")
def large() -> Response:
    value = "0123456789" * 10_000
    stored = data.set("large", value)
    found = data.get("large")
    return respond(set=stored, length=len(found), sha256=sha256(found).hexdigest(), type=type(found).__name__)


@pages.get("/strings/larger")
def larger() -> Response:
    """Values over 1 MiB and the next command, with each kind of client."""
    data.set("larger", b"\x00" * 1_200_000)

    async def after() -> list:
        async with async_text() as client:
            return [await client.strlen("larger"), await client.pipeline().delete("larger").execute()]

    with data.pipeline() as pipe:
        return respond(piped=pipe.strlen("larger").execute(), after=asyncio.run(after()), get=data.get("larger"))


@pages.get("/strings/parts")
def parts() -> Response:
    text.delete("parts")
    return respond(
        append=[text.append("parts", "green "), text.append("parts", "tea")],
        getrange=[text.getrange("parts", 0, 4), text.getrange("parts", -3, -1), text.getrange("parts", 50, 60)],
        setrange=text.setrange("parts", 0, "Green"),
        strlen=text.strlen("parts"),
        psetex=text.psetex("parts:short", 60_000, "soon gone"),
        setnx=text.setnx("parts", "lost"),
        get=text.mget("parts", "parts:short"),
    )


@pages.post("/strings/half")
def lone_surrogate() -> Response:
    """Half of a surrogate pair. It cannot be encoded, so the library rejects it."""
    cut = request.get_json()["text"]
    with data.pipeline() as pipe:
        return respond(set=outcome(data.set, "half", cut), piped=outcome(pipe.set("half", cut).execute))


@pages.get("/products/<int:number>")
def product(number: int) -> Response:
    """A cache: the first read misses, the second hits."""
    key = f"product:{number}"
    text.delete(key)
    looks, stored = [], None
    for _ in range(2):
        found = text.get(key)
        looks.append(json.loads(found) if found else "miss")
        if found is None:
            stored = text.setex(key, timedelta(minutes=5), json.dumps({"id": number, "name": "Käse", "price": 2.5}))
    return respond(looks=looks, setex=stored, product=json.loads(text.get(key)))


@pages.get("/counters")
def counters() -> Response:
    data.delete("counter", "counter:float")
    return respond(
        incr=data.incr("counter"),
        incrby=data.incrby("counter", 100),
        decr=data.decr("counter"),
        incrbyfloat=data.incrbyfloat("counter:float", 0.1),
    )


@pages.get("/counters/large")
def large_counter() -> Response:
    data.set("counter:large", 2**53)
    return respond(incr=data.incr("counter:large"))


@pages.get("/bits")
def bits() -> Response:
    data.delete("visitors:1", "visitors:2")
    return respond(
        mset=data.mset({"bits": b"\x40", "bits:other": b"\x41"}),
        setbit=data.setbit("bits", 7, 1),
        getbit=data.getbit("bits", 1000),
        bitcount=data.bitcount("bits"),
        bitop=data.bitop("AND", "bits:both", "bits", "bits:other"),
        bitfield=data.bitfield("bits").set("u8", 0, 255).incrby("u8", 0, 10).get("u4", 4).execute(),
        pfadd=[data.pfadd("visitors:1", "ada", "bob", "ada"), data.pfadd("visitors:2", "bob", "cyd")],
        pfmerge=data.pfmerge("visitors", "visitors:1", "visitors:2"),
        pfcount=data.pfcount("visitors:1", "visitors:2"),
    )


@pages.get("/keys/expiry")
def expiry() -> Response:
    """The remaining time varies, so the application compares it."""
    return respond(
        set=data.set("expiry", "x"),
        ttl_none=data.ttl("expiry"),
        ttl_missing=data.ttl("expiry:missing"),
        expire=data.expire("expiry", 1000),
        ttl=900 < data.ttl("expiry") <= 1000,
        expireat=data.expireat("expiry", FAR),
        pexpireat=data.pexpireat("expiry", 4_102_444_800_000),
        persist=data.persist("expiry"),
    )


@pages.get("/keys/change")
def change() -> Response:
    data.delete("change", "changed", "copy")
    return respond(
        set=data.set("change", 12),
        type=data.type("change"),
        encoding=data.object("encoding", "change"),
        rename=data.rename("change", "changed"),
        copy=data.copy("changed", "copy"),
        move=_move("copy", 14),
    )


def _move(key: str, number: int) -> list:
    with Redis.from_url(database(number)) as other:
        other.delete(key)
        return [data.move(key, number), other.get(key)]


@pages.get("/keys/find")
def find() -> Response:
    made = [SCRATCH.flushdb(), SCRATCH.mset({"user:1": "a", "user:2": "b", b"us\xe9r": "c", "order:1": "d"})]
    made.append(SCRATCH.rpush("user:list", "x"))
    cursor, found = SCRATCH.scan(0, match="user:*", count=100)
    return respond(
        made=made,
        keys=sorted(SCRATCH.keys("user:*")),
        cursor=cursor,
        scan=sorted(found),
        scan_iter=sorted(SCRATCH.scan_iter("user:?", count=100)),
        lists=list(SCRATCH.scan_iter(count=100, _type="list")),
        dbsize=SCRATCH.dbsize(),
    )


@pages.get("/keys/another-order")
def another_order() -> Response:
    """Long commands that differ only at the end."""
    keys = [f"order:{number}" for number in range(14)]
    made = text.mset({key: key for key in keys})
    asked = {"last": keys[:-2] + keys[-1:], "last_but_one": keys[:-1]}
    return respond(mset=made, **{name: text.mget(asked[name]) for name in reversed_in_replay(*asked)})


@pages.get("/keys/list")
def sort_and_dump() -> Response:
    """SORT and DUMP. DUMP's format depends on the server, so only the result of RESTORE is compared."""
    data.delete("sort", "restored")
    weights = {"weight:1": 30, "weight:2": 20, "weight:3": 10, "name:1": "one", "name:2": "two"}
    made = [data.rpush("sort", 3, 1, 2), data.mset(weights)]
    serialized = data.dump("sort")
    return respond(
        made=made,
        by=data.sort("sort", by="weight:*", desc=True, start=0, num=2),
        get=data.sort("sort", get=["#", "name:*"]),
        type=type(serialized).__name__,
        restore=data.restore("restored", 0, serialized),
        restored=data.lrange("restored", 0, -1),
    )
