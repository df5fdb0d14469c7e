"""What the requests of ../clusters.py state: the cluster clients."""

from __future__ import annotations

import json

from e2e_common.requester import Api
from stated.words import CONNECTED, WRONG_TYPE, Raised, answer

COMMANDS = (
    *("SET c:pipe:1 a", "SET c:pipe:2 b", "DEL c:pipe:3", "GET c:pipe:2", "GET c:pipe:1", "GET c:pipe:3"),
    *("HSET c:pipe:hash f v", "HGETALL c:pipe:hash"),
)
ASYNC_COMMANDS = ("SET ca:pipe:1 a", "SET ca:pipe:2 b", "GET ca:pipe:2", "GET ca:pipe:1", "GET ca:pipe:missing")


def pipeline(*commands: str) -> str:
    """The text of a call that sends `commands` in one pipeline."""
    return f"PIPELINE {json.dumps([command.split() for command in commands])}"


def requests(api: Api) -> None:
    """Send them all."""
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
    api.get("/cluster/binary", name="cluster, bytes", body=answer(set=True, get=b"\x00\xfd"), calls={"redis": 2})
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
            mset=[True, True, True, True, True, True],
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
        body=answer(queued=8, results=[True, True, 0, "b", "a", None, {"f": "v"}]),
        calls={"redis": [pipeline(*COMMANDS)]},  # its only call: without its commands it would be answered all the same
    )
    api.get(
        "/cluster/pipeline/another-order",
        name="cluster pipelines in another order",
        body=answer(mset=[True, True], milk=["milk"], tea=["tea"]),
        calls={"redis": 3},
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
        calls={"redis": [pipeline(*ASYNC_COMMANDS), "GET ca:pipe:1"]},
    )
    api.get(
        "/cluster/async/pipeline/another-order",
        name="async cluster pipelines in another order",
        body=answer(set=[True, True], milk=["milk"], tea=["tea"]),
        calls={"redis": 4},
    )
    api.get(
        "/cluster/async/split",
        name="async cluster, several keys",
        body=answer(stored=[True, True, True], deleted=2, mget=["1", None]),
        calls={"redis": 3},
        expect_unpatched={"connect": 1, "send": 1},
        leaks=[f"redis-cluster-1: {CONNECTED}: CLUSTER SLOTS", f"redis-cluster-1: {CONNECTED}: COMMAND"],
    )
    api.get(
        "/cluster/async/watch",
        name="async cluster WATCH",
        body=answer(stored=[True, True], deleted=1, old="old", results=[True], new="new"),
        calls={"redis": 4},
        expect_unpatched={"connect": 1, "send": 1},
        leaks=["redis-cluster-1: WATCH {ca:3}watched", f"redis-cluster-1: {CONNECTED}: CLUSTER SLOTS"],
    )
