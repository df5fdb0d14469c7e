from e2e_common.record.client import Api

KEY = "$.arguments[1]"


def keys(api: Api) -> None:
    api.get("/changing/key", "key that is new each time", inexact={KEY: 3}, redis=3).answers(
        set=True, get="ada", delete=1
    )
    api.get("/changing/key/time", "key of the time", inexact={KEY: 3}, redis=3).answers(
        rpush=2, lrange=["front page", "shop"], delete=1
    )
    api.get("/changing/key/second", "key of the second", early_in_second=True, redis=5).answers(
        incr=1, expire=True, again=2, delete=1
    )
    api.get(
        "/changing/key/pipeline",
        "pipeline with a key that is new each time",
        inexact={"$.commands[0][1], $.commands[1][1], $.commands[2][1], $.commands[3][1]": 1},
        redis=1,
    ).answers(results=[1, 5, "5", 1])
    api.get("/changing/key/async", "async key that is new each time", inexact={KEY: 2}, redis=2).answers(
        set=True, get="bob"
    )


def calls_of_replay(api: Api) -> None:
    api.get("/changing/replay/start", "pipeline of the replay's start alone").answers(warmed_up=[])
    api.get(
        "/changing/replay/request",
        "calls of the replay alone",
        unanswered=["GET nobody has this one"] * 3 + ['PIPELINE [["GET", "nobody has this one"]]'] * 3,
    ).answers(found=[None, None, None, None, None, None])
    api.get(
        "/changing/replay/pipeline",
        "pipeline of the replay alone, beside a command",
        unanswered=['PIPELINE [["GET", "beside:pipeline"]]'],
        redis=1,
    ).answers(set=True, found=None)
    api.get("/changing/replay/command", "command of the replay alone, beside another", redis=1).answers(
        set=True, found=None
    )


def clock(api: Api) -> None:
    api.get("/changing/clock", "clock after a call", early_in_second=True, redis=2).answers(
        set=True, of_the_server=True, of_the_module=True
    )
    api.get("/changing/clock/waited", "clock after a wait", redis=1).answers(found=None, waited=True)
