from test_clients import CONNECTED

from e2e_common.record.client import Api, matches


def requests(api: Api) -> None:
    api.get("/streams", "streams", redis=11).answers(
        xadd=["1-1", "2-1", "3-1"],
        xrange=[["1-1", {"n": "1", "word": "a"}], ["2-1", {"n": "2", "word": "ü"}], ["3-1", {"n": "3", "word": ""}]],
        xrevrange=[["3-1", {"n": "3", "word": ""}]],
        xread=[["stream", [["2-1", {"n": "2", "word": "ü"}]]]],
        blocking=[["stream", [["3-1", {"n": "3", "word": ""}]]]],
        xdel=1,
        xtrim=1,
        left=[["3-1", {"n": "3", "word": ""}]],
    )
    api.get("/streams/groups", "consumer groups", redis=11).answers(
        created=True,
        xadd=["1-0", "2-0"],
        xreadgroup=[["jobs", [["1-0", {"job": "1"}], ["2-0", {"job": "2"}]]]],
        xack=1,
        xpending={"consumers": [{"name": "anna", "pending": 1}], "max": "2-0", "min": "2-0", "pending": 1},
        details=[["2-0", "anna", 1]],
        xclaim=[["2-0", {"job": "2"}]],
        groups=[
            {"name": "workers", "consumers": 2, "pending": 1, "last-delivered-id": "2-0", "entries-read": 2, "lag": 0}
        ],
        destroy=True,
    )
    api.get("/streams/taken", "XAUTOCLAIM", redis=10).answers(
        created=True,
        xadd="1-0",
        read=[["left", [["1-0", {"job": "1"}]]]],
        next_id="0-0",
        taken=[["1-0", {"job": "1"}]],
        consumers=[["anna", 0], ["bert", 1]],
        about=[1, 1, "1-0"],
        again="1-0",
        nothing=[],
        xlen=1,
    )
    api.post("/events", "stream id set by the server", redis=3).answers(
        same=True, fields={"kind": "login"}, removed=1, id=matches(r"'\d+-\d+'")
    )
    api.get("/publish", "PUBLISH", redis=4).answers(publish=0, channels=[], numsub=[["news:nobody", 0]], numpat=0)
    api.get(
        "/subscribe",
        "pub/sub",
        expect_unpatched={"connect": 1, "sendall": 1},
        leaks=["redis: SUBSCRIBE news", "redis: PSUBSCRIBE news:*", f"redis: {CONNECTED}"],
        redis=2,
    ).answers(
        said=[
            {"channel": "news", "data": 1, "pattern": None, "type": "subscribe"},
            {"channel": "news:*", "data": 2, "pattern": None, "type": "psubscribe"},
            1,
            1,
            {"channel": "news", "data": "hello", "pattern": None, "type": "message"},
            {"channel": "news:local", "data": "rain", "pattern": "news:*", "type": "pmessage"},
            {"channel": "news", "data": 1, "pattern": None, "type": "unsubscribe"},
        ]
    )
