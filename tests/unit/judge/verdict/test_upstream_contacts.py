"""Rule 8, of the upstream: what reached it while recording is what the traces and the requests tell."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from collections.abc import Callable

from e2e_common.artifacts.facts import Fact
from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import ORDER, T0, GoodRun, mock, span
from tests.unit.judge.verdict.spoiling import CREATE, Said, Spoiled, all_of, no_trace, pinned

Change = Callable[[GoodRun], None]
BEYOND = "the upstream was reached by more than the trace says, and reached= declares:"


def reached(*more: str, at: float = 2.3) -> Change:
    """`more` reached the upstream so many seconds after T0: `create order` runs from 1.9 to 2.6, `leak` from 2.9 on."""
    return lambda run: run.upstream.extend((at, what) for what in more)


def stated(*what: str) -> Change:
    """`create order` states it."""
    return lambda run: run.requests[1].update(reached=list(what))


def weather_once(run: GoodRun) -> None:
    run.upstream.pop(0)


def url(of_call: str) -> Change:
    """That of the first recorded call of `create order`."""
    return lambda run: run.spans(2)[0]["inputValue"].update(url=of_call)


def of_a_request_without_a_trace(run: GoodRun) -> None:
    no_trace(run)
    run.known = pinned(run, "recording")


def no_address(given: dict[str, object]) -> Change:
    return lambda run: run.spans(2)[0].update(inputValue=given)


def in_background(run: GoodRun) -> None:
    """In replay the SDK warns of both, whatever they are."""
    reached("GET /unknown", "GET /other")(run)
    run.requests[1]["background"] = 2
    begin = len(run.log)
    run.log += "[ModeUtils] Background request detected during replay\n" * 2
    tests = [line for line in run.mocks if line["event"] == "test"]
    for line, logged in zip(tests, (begin, begin, len(run.log))):
        line["logged"] = logged


def before_the_first_request(run: GoodRun) -> None:
    """It is of no request: the spans of the start are no calls of one."""
    reached("GET /boot", at=-3)(run)
    run.spans(1).insert(0, span("1" * 32, "boot", T0 - 3, 0.1, isPreAppStart=True))
    run.mocks.insert(1, mock("", "boot", matched_trace="1" * 32, pre_app_start=True))


def in_a_container(run: GoodRun) -> None:
    run.recording["services"]["upstream"] = "e2e-upstream:9123"
    url("http://e2e-upstream:9123/weather")(run)
    run.touched[0]["address"] = "e2e-upstream:9123"


# fmt: off
CASES = [
    Spoiled("a call in a child process", reached("POST /orders"), f"{BEYOND} POST /orders (1 more)", 8, "recording", CREATE),
    Spoiled("recorded calls once more", reached("GET /weather", "GET /weather"), f"{BEYOND} GET /weather (2 more)", 8, "recording", CREATE),
    Spoiled("several calls", reached("PUT /b", "GET /a?x=1", "PUT /b"), f"{BEYOND} GET /a (1 more), PUT /b (2 more)", 8, "recording", CREATE),
    Spoiled("a call in the first request", reached("GET /first", at=1.2), f"{BEYOND} GET /first (1 more)", 8, "recording", "health"),
    Spoiled("a call after one of the start", all_of(reached("GET /boot", at=-3), reached("GET /c")), f"{BEYOND} GET /c (1 more)", 8, "recording", CREATE),
    Spoiled("a call by another method", reached("HEAD /weather"), f"{BEYOND} HEAD /weather (1 more)", 8, "recording", CREATE),
    Spoiled("a call after the answer", reached("GET /late", at=2.85), f"{BEYOND} GET /late (1 more)", 8, "recording", CREATE),
    Spoiled("a call long after the last answer", reached("GET /later", at=60), f"{BEYOND} GET /later (1 more)", 8, "recording", "leak"),
    Spoiled("a leak once more than stated", reached("GET /leak", at=3.2), f"{BEYOND} GET /leak (1 more)", 8, "recording", "leak"),
    Spoiled("a recorded call of another port", url("http://127.0.0.1:9124/weather"), f"{BEYOND} GET /weather (1 more)", 8, "recording", CREATE),
    Spoiled("stated, and not reached", stated("GET /none"), "declares reached=['GET /none'], and the upstream was not", 8, "recording", CREATE),
    Spoiled("stated twice, and reached once", all_of(stated("GET /b", "GET /b"), reached("GET /b")), "declares reached=['GET /b'], and the upstream was not", 8, "recording", CREATE),
    Spoiled("a recorded call long after its answer", lambda run: run.upstream.__setitem__(1, (3.65, "GET /weather")), f"{BEYOND} GET /weather (1 more)", 8, "recording", "leak"),
    Spoiled("what two requests call is of the one that runs", lambda run: run.upstream.insert(0, (2.0, "GET /leak")), f"{BEYOND} GET /leak (1 more)", 8, "recording", CREATE),
]
NO_ADDRESS: list[dict[str, object]] = [{}, {"url": 7, "method": "GET"}, {"url": "http://127.0.0.1:port/", "method": "GET"}]
EXACT = [
    *(Said(f"a recorded call of {given}", no_address(given), (f"{BEYOND} GET /weather (1 more)",)) for given in NO_ADDRESS),
    Said("a call beside those of a request without a trace", all_of(of_a_request_without_a_trace, reached("GET /d", at=3.3)), (f"{BEYOND} GET /d (1 more)",)),
    Said("no log of the upstream", lambda run: run.raw.update(upstream_log=None), ("logs/upstream.log is missing: what reached the upstream while recording is unknown",)),
    Said("as stated", all_of(stated("GET /b", "POST /b"), reached("POST /b", "GET /b"))),
    Said("as stated, with a query", all_of(stated("GET /b"), reached("GET /b?y=2"))),
    Said("in the background", in_background),
    Said("more than is declared in the background", all_of(in_background, reached("GET /b")), (f"{BEYOND} GET /b (1 more)",)),
    Said("before the first request", before_the_first_request),
    Said("while the next request runs", lambda run: run.upstream.__setitem__(1, (3.5, "GET /weather"))),
    Said("by another name of this machine", url("http://localhost:9123/weather?city=Rome#top")),
    Said("by the name of its container", in_a_container),
    Said("in other escapes", all_of(url("http://127.0.0.1:9123/caf%C3%A9%20x"), reached("GET /caf\u00e9%20x"), weather_once)),
    Said("the root path", all_of(url("http://127.0.0.1:9123"), reached("GET /"), weather_once)),
    Said("by a request without a trace", of_a_request_without_a_trace),
    Said("what is no line of a request", reached("is what it said", "GET", "get /a")),
    Said("no upstream", all_of(reached("GET /b"), lambda run: run.recording["services"].clear())),
]
# fmt: on


def test_each_call_is_pinned_and_no_more_than_that() -> None:
    run = GoodRun()
    reached("GET /b", "GET /a", "GET /b")(run)
    (failure,) = judge(run.artifacts()).failures
    assert (failure.trace_id, failure.facts) == (ORDER, tuple(Fact("reached", f"GET /{name}") for name in "abb"))
    run.known = pinned(run)
    assert judge(run.artifacts()).code == 0
    reached("GET /b")(run)
    assert judge(run.artifacts()).code == 1
