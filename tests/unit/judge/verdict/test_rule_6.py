"""Rule 6: all sentinels stood to the end, and nothing reached one but what a request states."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from collections.abc import Callable

from e2e_common.judge.rules.recording import BLOCKED
from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import T0, GoodRun
from tests.unit.judge.verdict.spoiling import (
    CREATE,
    Said,
    Spoiled,
    all_of,
    bytes_of,
    no_trace,
    official,
    pinned,
    raw,
    touch,
)


def official_leak(run: GoodRun) -> None:
    official(run)
    run.touched.insert(1, {"event": "touched", "service": "upstream", "at": T0 + 101, "what": "GET /hidden"})


def leak_at_redis(run: GoodRun) -> None:
    run.recording["services"]["redis"] = "127.0.0.1:9124"
    run.touched.insert(0, {**run.touched[0], "service": "redis", "address": "127.0.0.1:9124"})
    run.touched[2]["service"] = "redis"


def at_address(listened: str, stood: str) -> Callable[[GoodRun], None]:
    """A sentinel stands at the port of its service."""
    return all_of(
        lambda run: run.touched[0].update(address=listened),
        lambda run: run.recording["services"].update(upstream=stood),
        lambda run: run.upstream.clear(),
    )


def leak_of_another(run: GoodRun) -> None:
    all_of(official, no_trace)(run)
    run.known = pinned(run, "recording")
    run.requests[1]["leaks"], run.requests[2]["leaks"] = run.requests[2]["leaks"], []
    run.upstream.clear()


# fmt: off
CASES = [
    Spoiled("touched.jsonl missing", raw(touched=None), "touched.jsonl is missing: without sentinels replay proves no isolation", 6, "run"),
    Spoiled("touched.jsonl not closed", lambda run: run.touched.pop(), "touched.jsonl has no closed line at its end: the sentinels did not stand to the end of replay", 6, "run"),
    Spoiled("touched.jsonl empty", raw(touched=b""), "touched.jsonl is empty: the sentinels did not stand to the end of replay", 6, "run"),
    Spoiled("touched.jsonl truncated", lambda run: raw(touched=bytes_of(run, "touched")[:-5])(run), "touched.jsonl, line 3: no JSON: Expecting ',' delimiter (column 34)", 6, "run"),
    Spoiled("unknown event", lambda run: run.touched.insert(1, {"event": "leaked", "at": 1}), "touched.jsonl, line 2: Expected one of listening, touched, closed, got 'leaked' - at `$.event`", 6, "run"),
    Spoiled("no sentinel", lambda run: run.touched.pop(0), "touched.jsonl: the sentinel of upstream listened at no address, not at 127.0.0.1:9123", 6, "run"),
    Spoiled("sentinel elsewhere", lambda run: run.touched[0].update(address="127.0.0.1:9124"), "touched.jsonl: the sentinel of upstream listened at 127.0.0.1:9124, not at 127.0.0.1:9123", 6, "run"),
    Spoiled("leak", touch(102.2, "GET /weather"), "leak: upstream was reached in replay: GET /weather", 6, "replay", CREATE),
    Spoiled("leak as a test begins", touch(102.0, "GET /first"), "leak: upstream was reached in replay: GET /first", 6, "replay", CREATE),
    Spoiled("leak after a test's end", touch(101.9, "GET /late"), "leak: upstream was reached in replay: GET /late", 6, "replay", "health"),
    Spoiled("leak before the first test", touch(100.5, "PING"), "leak: upstream was reached in replay: PING (of no known request)", 6, "run"),
    Spoiled("leak beside the stated one", touch(103.3, "GET /other"), "leak: upstream was reached in replay: GET /other", 6, "replay", "leak"),
    Spoiled("stated leak at another service", leak_at_redis, "leak: redis was reached in replay: GET /leak", 6, "replay", "leak"),
    Spoiled("stated leak twice", touch(103.3, "GET /leak"), "leak: upstream was reached in replay: GET /leak", 6, "replay", "leak"),
    Spoiled("stated leak of another request", touch(102.2, "GET /leak"), "leak: upstream was reached in replay: GET /leak", 6, "replay", CREATE),
    Spoiled("stated leak not seen", lambda run: run.touched.pop(1), "declares the leak 'upstream: GET /leak', and the replay had no such leak", 6, "replay", "leak"),
    Spoiled("leak beside the expected one, official CLI", official_leak, "leak: upstream was reached in replay: GET /hidden (of no known request)", 6, "run"),
    Spoiled("a leak of two requests, seen of one", lambda run: run.requests[0].update(leaks=["upstream: GET /leak"]), "declares the leak 'upstream: GET /leak', and the replay had no such leak", 6, "replay", "health"),
    Spoiled("sentinel at another port", all_of(at_address("[::1]:9123", "127.0.0.1:9123"), lambda run: run.touched[0].update(address="[::1]:9125")), "touched.jsonl: the sentinel of upstream listened at [::1]:9125, not at 127.0.0.1:9123", 6, "run"),
]
MISSED = "declares the leak 'upstream: GET /leak', and the replay had no such leak"
EXACT = [
    Said("a leak of two requests", all_of(touch(101.2, "GET /leak"), lambda run: run.requests[0].update(leaks=["upstream: GET /leak"]))),
    Said("a leak stated twice and seen once", lambda run: run.requests[2].update(leaks=["upstream: GET /leak"] * 2), (MISSED,)),
    Said("a leak stated twice and seen twice", all_of(touch(103.3, "GET /leak"), lambda run: run.requests[2].update(leaks=["upstream: GET /leak"] * 2))),
    Said("a leak stated of a request that was not replayed", leak_of_another, ("leak: upstream was reached in replay: GET /leak (of no known request)",)),
    *(Said(f"sentinel at {listened}", at_address(listened, stood)) for listened, stood in (("[::1]:9123", "127.0.0.1:9123"), ("127.0.0.1:9123", "[::1]:9123"), ("up:9123", "9123"))),
    Said("a leak stated of a request that was not recorded", all_of(no_trace, lambda run: run.requests[1].update(leaks=["upstream: GET /other"])), (f"no trace was recorded: it was answered with 200; {BLOCKED}",)),
]
# fmt: on


def test_a_declared_leak_is_matched_by_its_text_under_the_official_cli() -> None:
    run = GoodRun()
    official(run)
    assert judge(run.artifacts()).result()["leaks"] == [
        {"request": "leak", "service": "upstream", "what": "GET /leak", "expected": True}
    ]
    run.touched.pop(1)
    assert judge(run.artifacts()).reason.startswith("'leak': declares the leak 'upstream: GET /leak'")


def test_without_sentinels_a_pass_says_that_it_is_not_isolated() -> None:
    run = GoodRun()
    run.setup["sentinels"] = False
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.reason) == (0, "passed, NOT ISOLATED")
    assert verdict.result()["isolation"] == {"network": True, "files": True, "sentinels": False}
    assert verdict.result()["checks"] == {"warnings": "ok", "leaks": "unknown", "mocks": "ok"}
