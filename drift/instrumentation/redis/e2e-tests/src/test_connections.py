from test_clients import CONNECTED, WRONG_TYPE, raised

from e2e_common.record.client import Api, matches


def requests(api: Api) -> None:
    api.get("/catalogue", "GET at startup").answers(catalogue=[1200000, b"0123456789ab0123456789ab"])
    api.get("/pools", "connection pools", redis=5).answers(
        set=True, shared=[b"\xc3\xbc", b"\xc3\xbc"], waiting="ü", owned=1
    )
    api.get(
        "/pools/single",
        "client with one connection",
        expect_unpatched={"connect": 1, "sendall": 1},
        leaks=[f"redis: {CONNECTED}"],
        redis=2,
    ).answers(set=True, get="ü")
    api.get("/options", "connection options", redis=8).answers(
        first=[True, b"in 0"], other=[True, b"in 13"], named="options", latin=[True, "é"], raw=b"\xe9"
    )
    api.get("/options/more", "more connection options", redis=3).answers(
        in_11=[True, "café"], replaced="caf\ufffd\ufffd"
    )
    api.get("/protocol-3", "RESP3", redis=6).answers(
        hgetall={"a": "1"}, zadd=2, zrange=[["ada", 1.5], ["bob", 2.0]], zscore=1.5
    )
    api.get("/server", "PING, INFO and ACL WHOAMI", redis=5).answers(
        ping=True, role="master", expired="int", client_id=True, user="default"
    )
    api.get("/server/last-save", "LASTSAVE", redis=1).answers(
        type="datetime", text=matches(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d'")
    )
    api.get("/raw", "execute_command", redis=4).answers(set=True, get=b"x", two_words=b"embstr", price="costs b'x'")
    api.get("/threads", "threads with copied context", redis=4).answers(mset=True, found=["0", "1", "2"])
    api.post("/jobs", "job only when recording", redis=2).answers(done=[b"done", b"too"], of_cluster="as well")
    api.post("/threads/alone", "thread without context", background=9).answers(
        get=None, rpush=1, ttl=-1, lrange=[], exists=0, up=1, down=-1, getex=None
    )
    api.get("/memoryview", "memoryview", redis=2).answers(set=True, get=b"bytes")
    api.get("/errors/wrong-type", "WRONGTYPE", redis=3).answers(error=raised("ResponseError", WRONG_TYPE), get=b"text")
    api.get("/errors/no-value", "DataError", redis=3).answers(
        none=raised("DataError", "Invalid input of type: 'NoneType'. Convert to a bytes, string, int or float first."),
        true=raised("DataError", "Invalid input of type: 'bool'. Convert to a bytes, string, int or float first."),
        nothing="IndexError",
    )
    api.get("/errors/refused", "refused connection", redis=1).answers(error="ConnectionError")
