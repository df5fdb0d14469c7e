import json

from test_clients import CONNECTED, WRONG_TYPE, raised

from e2e_common.record.client import Api

COMMANDS = (
    *("SET c:pipe:1 a", "SET c:pipe:2 b", "DEL c:pipe:3", "GET c:pipe:2", "GET c:pipe:1", "GET c:pipe:3"),
    *("HSET c:pipe:hash f v", "HGETALL c:pipe:hash"),
)
ASYNC_COMMANDS = ("SET ca:pipe:1 a", "SET ca:pipe:2 b", "GET ca:pipe:2", "GET ca:pipe:1", "GET ca:pipe:missing")


def pipeline(*commands: str) -> str:
    """Returns the text of a call that sends `commands` in one pipeline."""
    return f"PIPELINE {json.dumps([command.split() for command in commands])}"


def requests(api: Api) -> None:
    api.get("/cluster/values", "cluster commands", redis=9).answers(
        set=True,
        get="ü",
        incrby=5,
        hset=2,
        hgetall={"a": "1", "b": "zwei"},
        rpush=2,
        lrange=["x", "y"],
        eval=["c:text", "x"],
        nodes=3,
    )
    api.get("/cluster/bytes", "cluster client without decoding", redis=4).answers(set=True, get=b"\x00\xfe")
    api.get("/cluster/binary", "cluster, NEVER_DECODE", redis=2).answers(set=True, get=b"\x00\xfd")
    api.get("/cluster/tags", "cluster, several keys", redis=7).answers(
        mset=True,
        mget=["1", "2", None],
        rename=True,
        nonatomic=[True, True, True],
        mget_nonatomic=["one", "two", "three", None],
        exists=2,
        delete=3,
    )
    keys = [f"c:find:{number}" for number in range(6)]
    api.get("/cluster/find", "cluster, all nodes", redis=5).answers(
        mset=[True] * 6, keys=keys, scanned=keys, ping=True, echo="ü"
    )
    # The request's only call: without its commands' texts, any call would match.
    api.get("/cluster/pipeline", "cluster pipeline", calls={"redis": [pipeline(*COMMANDS)]}).answers(
        queued=8, results=[True, True, 0, "b", "a", None, {"f": "v"}]
    )
    api.get("/cluster/pipeline/another-order", "cluster pipelines in reverse order", redis=3).answers(
        mset=[True, True], milk=["milk"], tea=["tea"]
    )
    api.get("/cluster/transaction", "cluster transaction", redis=2).answers(
        results=["OK", 2, "OK", "x"], mget=["2", "x"]
    )
    api.get("/cluster/errors", "cluster errors", redis=3).answers(
        slots=raised("RedisClusterException", "SINTER - all keys must map to the same key slot"),
        type=raised("ResponseError", WRONG_TYPE),
    )
    api.get("/cluster/async/values", "async cluster commands", redis=7).answers(
        set=True, get="ü", hgetall={"a": "1"}, mset=True, mget=["1", "2", None], keys=["{ca:1}a", "{ca:1}b"]
    )
    api.get(
        "/cluster/async/pipeline",
        "async cluster pipeline",
        calls={"redis": [pipeline(*ASYNC_COMMANDS), "GET ca:pipe:1"]},
    ).answers(queued=5, results=[True, True, "b", "a", None], get="a")
    api.get("/cluster/async/pipeline/another-order", "async cluster pipelines in reverse order", redis=4).answers(
        set=[True, True], milk=["milk"], tea=["tea"]
    )
    api.get(
        "/cluster/async/split",
        "async cluster, several keys",
        expect_unpatched={"connect": 1, "send": 1},
        leaks=[f"redis-cluster-1: {CONNECTED}: CLUSTER SLOTS", f"redis-cluster-1: {CONNECTED}: COMMAND"],
        redis=3,
    ).answers(stored=[True, True, True], deleted=2, mget=["1", None])
    api.get(
        "/cluster/async/watch",
        "async cluster WATCH",
        expect_unpatched={"connect": 1, "send": 1},
        leaks=["redis-cluster-1: WATCH {ca:3}watched", f"redis-cluster-1: {CONNECTED}: CLUSTER SLOTS"],
        redis=4,
    ).answers(stored=[True, True], deleted=1, old="old", results=[True], new="new")
