from e2e_common.record.client import Api

KEY = "$.arguments[1]"


def keys(api: Api) -> None:
    api.get("/changing/key", "new UUID in a key", inexact={KEY: 3}, redis=3).answers(set=True, get="ada", delete=1)
    api.get("/changing/key/time", "current time in a key", inexact={KEY: 3}, redis=3).answers(
        rpush=2, lrange=["front page", "shop"], delete=1
    )
    api.get("/changing/key/second", "current second in a key", early_in_second=True, redis=5).answers(
        incr=1, expire=True, again=2, delete=1
    )
    api.get(
        "/changing/key/pipeline",
        "new UUID in a pipeline's keys",
        inexact={"$.commands[0][1], $.commands[1][1], $.commands[2][1], $.commands[3][1]": 1},
        redis=1,
    ).answers(results=[1, 5, "5", 1])
    api.get("/changing/key/async", "async, new UUID in a key", inexact={KEY: 2}, redis=2).answers(set=True, get="bob")


def only_in_replay(api: Api) -> None:
    api.get("/changing/replay/start", "pipeline at startup only in replay").answers(warmed_up=[])
    api.get(
        "/changing/replay/request",
        "commands only in replay",
        unanswered=["GET nobody has this one"] * 3 + ['PIPELINE [["GET", "nobody has this one"]]'] * 3,
    ).answers(found=[None, None, None, None, None, None])
    api.get(
        "/changing/replay/pipeline",
        "pipeline only in replay, after SET",
        unanswered=['PIPELINE [["GET", "beside:pipeline"]]'],
        redis=1,
    ).answers(set=True, found=None)
    api.get("/changing/replay/command", "command only in replay, after SET", redis=1).answers(set=True, found=None)


def clock(api: Api) -> None:
    api.get("/changing/clock", "clock after a command", early_in_second=True, redis=2).answers(
        set=True, of_the_server=True, of_the_module=True
    )
    api.get("/changing/clock/waited", "clock after a BLPOP that waits", redis=1).answers(found=None, waited=True)
