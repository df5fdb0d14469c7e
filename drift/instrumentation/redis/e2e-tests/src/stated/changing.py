"""What the requests of ../changing.py state: what is not the same in each run."""

from __future__ import annotations

from e2e_common.requester import Api
from stated.words import answer

KEY = "$.arguments[1]"


def requests(api: Api) -> None:
    """Send them all."""
    keys(api)
    calls_of_replay(api)
    clock(api)


def keys(api: Api) -> None:
    api.get(
        "/changing/key",
        name="key that is new each time",
        body=answer(set=True, get="ada", delete=1),
        calls={"redis": 3},
        inexact={KEY: 3},
    )
    api.get(
        "/changing/key/time",
        name="key of the time",
        body=answer(rpush=2, lrange=["front page", "shop"], delete=1),
        calls={"redis": 3},
        inexact={KEY: 3},
    )
    api.get(
        "/changing/key/second",
        name="key of the second",
        body=answer(incr=1, expire=True, again=2, delete=1),
        calls={"redis": 5},
        early_in_second=True,
    )
    api.get(
        "/changing/key/pipeline",
        name="pipeline with a key that is new each time",
        body=answer(results=[1, 5, "5", 1]),
        calls={"redis": 1},
        inexact={"$.commands[0][1], $.commands[1][1], $.commands[2][1], $.commands[3][1]": 1},
    )
    api.get(
        "/changing/key/async",
        name="async key that is new each time",
        body=answer(set=True, get="bob"),
        calls={"redis": 2},
        inexact={KEY: 2},
    )


def calls_of_replay(api: Api) -> None:
    api.get("/changing/replay/start", name="pipeline of the replay's start alone", body=answer(warmed_up=[]))
    api.get(
        "/changing/replay/request",
        name="calls of the replay alone",
        body=answer(found=[None, None, None, None, None, None]),
        unanswered=["GET nobody has this one"] * 3 + ['PIPELINE [["GET", "nobody has this one"]]'] * 3,
    )
    api.get(
        "/changing/replay/pipeline",
        name="pipeline of the replay alone, beside a command",
        body=answer(set=True, found=None),
        calls={"redis": 1},
        unanswered=['PIPELINE [["GET", "beside:pipeline"]]'],
    )
    api.get(
        "/changing/replay/command",
        name="command of the replay alone, beside another",
        body=answer(set=True, found=None),
        calls={"redis": 1},
    )


def clock(api: Api) -> None:
    api.get(
        "/changing/clock",
        name="clock after a call",
        body=answer(set=True, of_the_server=True, of_the_module=True),
        calls={"redis": 2},
        early_in_second=True,
    )
    api.get(
        "/changing/clock/waited",
        name="clock after a wait",
        body=answer(found=None, waited=True),
        calls={"redis": 1},
    )
