"""Pipelines, transactions, Lua and locks."""

from clients import data, outcome, respond, reversed_in_replay, text
from flask import Blueprint, Response
from redis import ResponseError
from redis.client import Pipeline
from redis.lock import Lock

pages = Blueprint("batches", __name__)


@pages.get("/pipelines")
def pipelines() -> Response:
    with text.pipeline(transaction=False) as pipe:
        pipe.delete("pipe", "pipe:counter", "pipe:hash", "pipe:list", "pipe:scores")
        pipe.set("pipe", "ü").get("pipe").get("pipe:missing").incr("pipe:counter").decrby("pipe:counter", 2)
        pipe.hset("pipe:hash", mapping={"a": 1, "b": 2.5}).hgetall("pipe:hash")
        pipe.rpush("pipe:list", "x", "y").lrange("pipe:list", 0, -1)
        pipe.zadd("pipe:scores", {"ada": 1.5}).zscore("pipe:scores", "ada")
        pipe.expire("pipe", 100).persist("pipe").type("pipe").exists("pipe:missing")
        queued = len(pipe)
        results = pipe.execute()
    return respond(queued=queued, results=results[1:], mget=text.mget("pipe", "pipe:counter"))


@pages.get("/pipelines/transaction")
def transaction() -> Response:
    data.delete("multi")
    pipe = data.pipeline()
    pipe.set("multi", b"\xff\x00").append("multi", "abc").get("multi")
    pipe.setrange("multi", 1, "-").getrange("multi", -3, -2).execute_command("STRLEN", "multi")
    return respond(results=pipe.execute(), get=data.get("multi"))


@pages.get("/pipelines/unsent")
def unsent() -> Response:
    """A pipeline without commands, and one that is reset: nothing is sent."""
    kept = data.set("unsent", "kept")
    with data.pipeline() as pipe:
        empty = [pipe.execute(), len(pipe), bool(pipe)]
        pipe.set("unsent", "lost")
        pipe.reset()
        left = len(pipe)
    return respond(set=kept, empty=empty, left=left, get=data.get("unsent"))


@pages.get("/pipelines/again")
def again() -> Response:
    """An executed pipeline is empty and can be used for the next batch."""
    with data.pipeline(transaction=False) as pipe:
        first = pipe.set("again", 1).execute()
        return respond(first=first, left=len(pipe), second=pipe.get("again").execute())


@pages.get("/pipelines/errors")
def pipeline_errors() -> Response:
    with data.pipeline(transaction=False) as pipe:
        pipe.set("pipe:text", "x").lpush("pipe:text", "y").incr("pipe:text")
        results = pipe.execute(raise_on_error=False)
    return respond(results=results, get=data.get("pipe:text"))


@pages.get("/pipelines/errors/decide")
def branch_on_pipeline_error() -> Response:
    """The next command depends on an error in the pipeline's results."""
    with data.pipeline(transaction=False) as pipe:
        pipe.set("pipe:kind", "x").lpush("pipe:kind", "y")
        results = pipe.execute(raise_on_error=False)
    if not isinstance(results[1], ResponseError):
        data.expire("pipe:kind", 60)
    return respond(results=results)


@pages.get("/pipelines/another-order")
def pipelines_in_reverse_order() -> Response:
    """Two pipelines that differ only in their keys. Replay runs them in reverse order."""
    made = text.mset({"order:tea": "tea", "order:milk": "milk"})
    found = {name: text.pipeline().get(f"order:{name}").execute() for name in reversed_in_replay("milk", "tea")}
    return respond(mset=made, **found)


@pages.get("/watch/unread")
def watch_unread() -> Response:
    """WATCH, then MULTI without a read in between."""
    old = data.set("watched", "old")
    with data.pipeline() as pipe:
        watch = pipe.watch("watched")
        pipe.multi()
        pipe.set("watched", "new").get("watched")
        return respond(set=old, watch=watch, results=pipe.execute())


@pages.get("/watch/transaction")
def watch_transaction() -> Response:
    """The library's own retry loop around WATCH."""
    made = data.mset({"from": 10, "to": 0})

    def move(pipe: Pipeline) -> None:
        pipe.multi()
        pipe.decrby("from", 3).incrby("to", 3)

    results = data.transaction(move, "from", "to")
    return respond(mset=made, results=results, balances=data.mget("from", "to"))


@pages.get("/watch/read")
def watch_read() -> Response:
    """As in redis-py's manual: WATCH, read, then write a value computed from that."""
    data.set("stock", 5)
    with data.pipeline() as pipe:
        pipe.watch("stock")
        stock = int(pipe.get("stock"))
        pipe.multi()
        return respond(stock=stock, results=pipe.set("stock", stock - 1).execute(), left=data.get("stock"))


@pages.get("/watch/lost")
def watch_lost() -> Response:
    data.set("contested", "old")
    with data.pipeline() as pipe:
        pipe.watch("contested")
        data.set("contested", "of another")
        pipe.multi()
        pipe.set("contested", "new")
        return respond(result=outcome(pipe.execute), get=data.get("contested"))


LIMIT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return count
"""
KINDS = """
return {1, 'two', {3, {KEYS[1], ARGV[1]}}, redis.call('SET', KEYS[1], ARGV[2]), true, false, 3.99}
"""

SHOP = """#!lua name=shop
redis.register_function('twice', function(keys, args) return args[1] * 2 end)
redis.register_function{
    function_name = 'first_key', callback = function(keys) return keys[1] end, flags = {'no-writes'}
}
"""
ROWS = """
local rows = {}
for n = 1, ARGV[1] do rows[n] = {n, 'row ' .. n, {{n * 2, {'a', 'b'}}, {}}} end
return rows
"""


@pages.get("/lua")
def lua() -> Response:
    """A script by its text, by its hash, and as an object whose script the server has already loaded."""
    data.delete("limit")
    sha = data.script_load(LIMIT)
    script = data.register_script(LIMIT)
    return respond(
        text=text.eval("return ARGV[1] .. 'ß'", 0, "ü"),
        kinds=data.eval(KINDS, 1, "lua", "a", b"\xff"),
        sha=sha,
        exists=data.script_exists(sha, "0" * 40),
        evalsha=data.evalsha(sha, 1, "limit", 60),
        script=script(keys=["limit"], args=[60]),
        same=script.sha == sha,
    )


@pages.get("/lua/nested")
def nested() -> Response:
    """A result of 40 kB, in nested lists. Most of the request's time is the SDK's conversion of it to protobuf."""
    return respond(rows=text.eval(ROWS, 0, 400))


@pages.get("/lua/script/new")
def new_lua_script() -> Response:
    """A script object that the server has not loaded yet: the library gets an error and loads it."""
    data.delete("limit:new")
    data.script_flush()
    script = data.register_script(LIMIT)
    return respond(count=script(keys=["limit:new"], args=[60]))


@pages.get("/lua/script/pipeline")
def lua_script_in_pipeline() -> Response:
    data.delete("limit:pipe")
    script = data.register_script(LIMIT)
    data.script_load(LIMIT)
    with data.pipeline() as pipe:
        script(keys=["limit:pipe"], args=[60], client=pipe)
        pipe.get("limit:pipe")
        return respond(results=pipe.execute())


@pages.get("/functions")
def functions() -> Response:
    return respond(
        load=text.function_load(SHOP, replace=True),
        fcall=text.fcall("twice", 1, "functions", 21),
        fcall_ro=text.fcall_ro("first_key", 1, "functions:ü"),
        names=[each[1] if isinstance(each, list) else each["library_name"] for each in text.function_list("shop")],
        delete=text.function_delete("shop"),
    )


MINE, THEIRS = "worker-1", "worker-2"


def _load_lock_scripts() -> list[str]:
    """Loads the lock scripts now, not at the first lock. Returns the hashes of release, extend and reacquire."""
    with data.pipeline() as pipe:
        pipe.script_load(Lock.LUA_RELEASE_SCRIPT).script_load(Lock.LUA_EXTEND_SCRIPT)
        return pipe.script_load(Lock.LUA_REACQUIRE_SCRIPT).execute()


@pages.get("/locks")
def locks() -> Response:
    """Locks with fixed tokens. The scripts and their hashes are the library's."""
    loaded = _load_lock_scripts()
    data.delete("lock")
    mine, other = data.lock("lock", timeout=60), data.lock("lock", timeout=60, blocking_timeout=0)
    steps = [mine.acquire(token=MINE), other.acquire(token=THEIRS), mine.owned()]
    steps += [mine.extend(60), mine.reacquire(), mine.release(), other.acquire(token=THEIRS)]
    steps.append(data.set("lock", "of another"))
    steps += [type(outcome(lock.release)).__name__ for lock in (other, mine)]
    scripts = loaded == [mine.lua_release.sha, mine.lua_extend.sha, mine.lua_reacquire.sha]
    return respond(scripts=scripts, steps=steps, deleted=data.delete("lock"))


@pages.get("/locks/token")
def lock_with_random_token() -> Response:
    _load_lock_scripts()
    data.delete("lock:token")
    with data.lock("lock:token", timeout=60) as lock:
        owned = lock.owned()
    return respond(owned=owned, locked=lock.locked())
