"""Connections, server commands, threads, and errors that the application handles."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from clients import IN_REPLAY, URL, catalogue, cluster, data, database, no_retries, outcome, respond, text
from flask import Blueprint, Response
from redis import BlockingConnectionPool, ConnectionPool, Redis, StrictRedis
from redis.backoff import ExponentialBackoff
from redis.credentials import UsernamePasswordCredentialProvider
from redis.retry import Retry

pages = Blueprint("connections", __name__)


@pages.get("/catalogue")
def loaded_at_start() -> Response:
    """Returns what the application loaded at startup, of the catalogue only the size and the beginning."""
    return respond(catalogue=[len(catalogue), catalogue[:24]] if isinstance(catalogue, bytes) else catalogue)


@pages.get("/pools")
def pools() -> Response:
    stored = data.set("pooled", "ü")
    pool = ConnectionPool.from_url(URL, max_connections=2)
    limited = BlockingConnectionPool.from_url(URL, max_connections=1, timeout=1, decode_responses=True)
    with Redis(connection_pool=pool) as one, Redis(connection_pool=pool) as other:
        shared = [one.get("pooled"), other.get("pooled")]
    with Redis(connection_pool=limited) as client:
        waiting = client.get("pooled")
    with Redis.from_pool(ConnectionPool.from_url(URL)) as owner:
        owned = owner.exists("pooled")
    pool.disconnect()
    limited.disconnect()
    return respond(set=stored, shared=shared, waiting=waiting, owned=owned)


@pages.get("/pools/single")
def single_connection() -> Response:
    with Redis.from_url(URL, decode_responses=True, single_connection_client=True, retry=no_retries()) as client:
        return respond(set=client.set("single", "ü"), get=client.get("single"))


@pages.get("/options")
def options() -> Response:
    here = data.set("options:other", "in 0")
    with StrictRedis.from_url(database(13), client_name="options", health_check_interval=30) as client:
        stored = [client.set("options:other", "in 13"), client.get("options:other")]
        named = client.client_getname()
    with Redis.from_url(URL, encoding="latin-1", decode_responses=True) as client:
        latin = [client.set("options:latin", "é"), client.get("options:latin")]
    raw = data.get("options:latin")
    return respond(first=[here, data.get("options:other")], other=stored, named=named, latin=latin, raw=raw)


@pages.get("/options/more")
def more_options() -> Response:
    """Options in the URL, undecodable bytes, health checks before each command, retries with backoff."""
    where = urlsplit(URL)
    url = where._replace(path="", query="db=11&decode_responses=True").geturl()
    with Redis.from_url(url, protocol=2, health_check_interval=0.001) as client:
        in_11 = [client.set("options:bytes", b"caf\xc3\xa9"), client.get("options:bytes")]
    with Redis(
        host=where.hostname,
        port=where.port,
        db=11,
        decode_responses=True,
        encoding="ascii",
        encoding_errors="replace",
        retry=Retry(ExponentialBackoff(cap=0.1), 3),
        credential_provider=UsernamePasswordCredentialProvider("default", where.password or "any: it has none"),
    ) as client:
        replaced = client.get("options:bytes")
    return respond(in_11=in_11, replaced=replaced)


@pages.get("/protocol-3")
def protocol_3() -> Response:
    """RESP3. Some results differ from RESP2."""
    with Redis.from_url(URL, protocol=3, decode_responses=True) as client:
        client.delete("three:scores")
        client.hset("three:hash", mapping={"a": 1})
        return respond(
            hgetall=client.hgetall("three:hash"),
            zadd=client.zadd("three:scores", {"ada": 1.5, "bob": 2}),
            zrange=client.zrange("three:scores", 0, -1, withscores=True),
            zscore=client.zscore("three:scores", "ada"),
        )


@pages.get("/server")
def server() -> Response:
    """Server commands with the same result on every supported version."""
    return respond(
        ping=data.ping(),
        role=data.info("replication")["role"],
        expired=type(data.info("stats")["expired_keys"]).__name__,
        client_id=data.client_id() > 0,
        user=text.acl_whoami(),
    )


@pages.get("/server/last-save")
def last_save() -> Response:
    saved = data.lastsave()
    return respond(type=type(saved).__name__, text=str(saved))


@pages.get("/raw")
def raw() -> Response:
    with Shop.from_url(URL) as shop:
        return respond(
            set=data.execute_command("SET", "raw", "x", "EX", 100),
            get=data.execute_command("get", "raw"),
            two_words=data.execute_command("OBJECT ENCODING", "raw"),
            price=shop.price("raw"),
        )


class Shop(Redis):
    """A custom client with a response callback."""

    def price(self, key: str) -> str:
        self.set_response_callback("GET", lambda found, **_: f"costs {found!r}")
        return self.get(key)


@pages.get("/threads")
def threads() -> Response:
    made = text.mset({f"thread:{number}": number for number in range(3)})
    with ThreadPoolExecutor(max_workers=3) as pool:
        found = [pool.submit(copy_context().run, text.get, f"thread:{number}") for number in range(3)]
        return respond(mset=made, found=[one.result() for one in found])


@pages.post("/jobs")
def job() -> Response:
    """A scheduler's job in a thread without the request's context. It does not run in replay, as the SDK requires."""
    if not IN_REPLAY:
        worker = Thread(target=_work)
        worker.start()
        worker.join()
    return respond(done=data.mget("job:1", "job:2"), of_cluster=cluster.get("c:job"))


def _work() -> None:
    data.set("job:1", "done")
    with data.pipeline() as pipe:
        pipe.watch("job:2")
        pipe.multi()
        pipe.set("job:2", "too").execute()
    cluster.pipeline().set("c:job", "as well").execute()


@pages.post("/threads/alone")
def thread_without_context() -> Response:
    """A thread without context. In replay the SDK returns a default per command, which equals the real result here."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return respond(**pool.submit(_commands_without_context).result())


def _commands_without_context() -> dict[str, Any]:
    text.delete("alone:list", "alone:up", "alone:down")
    return {
        "get": text.get("alone:none"),
        "rpush": text.rpush("alone:list", "one"),
        "ttl": text.ttl("alone:list"),
        "lrange": text.lrange("alone:none", 0, -1),
        "exists": text.exists("alone:none"),
        "up": text.execute_command("INCR", "alone:up"),  # `incr` sends INCRBY
        "down": text.execute_command("DECR", "alone:down"),
        "getex": text.getex("alone:none"),
    }


@pages.get("/memoryview")
def view() -> Response:
    return respond(set=data.set("memoryview", memoryview(b"bytes")), get=data.get("memoryview"))


@pages.get("/errors/wrong-type")
def wrong_type() -> Response:
    data.set("wrong", "text")
    return respond(error=outcome(data.lpush, "wrong", "x"), get=data.get("wrong"))


@pages.get("/errors/no-value")
def no_value() -> Response:
    """Calls that the library rejects: values without a conversion to bytes, and an empty command."""
    return respond(
        none=outcome(data.set, "no-value", None),
        true=outcome(data.set, "no-value", True),
        nothing=type(outcome(data.execute_command)).__name__,
    )


@pages.get("/errors/refused")
def refused() -> Response:
    """Nothing listens on port 9 of loopback."""
    with Redis(host="127.0.0.1", port=9, retry=no_retries()) as client:
        return respond(error=type(outcome(client.ping)).__name__)
