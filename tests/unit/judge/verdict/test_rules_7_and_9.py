"""Rules 7 and 9: every call had a recorded answer, and every recorded call was made once, by the request that recorded it."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from typing import Any

from tests.unit.judge.good_run import FIRST_LINE, HEALTH, LEAK, ORDER, T0, GoodRun, mock, result, span
from tests.unit.judge.verdict.changes import boot, cut, official, order_result, raw, results, unanswered, untraced
from tests.unit.judge.verdict.spoiling import CREATE, STRANGER, Change, Said, Spoiled, all_of, failures, judged


def stated(request: int, *what: str, found: tuple[str, ...] = ()) -> Change:
    """A request states what nothing answers; `found`: of `create order`."""

    def change(run: GoodRun) -> None:
        run.requests[request].update(unanswered=list(what))
        run.mocks[4:4] = [unanswered(text) for text in found]

    return change


def unanswered_at_start(*what: str) -> Change:
    """`boot` leaves GET catalogue without an answer, and the suite states these."""

    def change(run: GoodRun) -> None:
        boot(run)
        run.requests[-1]["unanswered"] = list(what)

    return change


# fmt: off
CASES = [
    Spoiled("mock not found", lambda run: run.mocks.insert(4, unanswered("GET /new", closest=[{"asked": "GET /old", "difference": "url"}], note="why")), "no recorded answer for GET /new; closest recorded: GET /old; url; why", 7, "replay", CREATE),
    Spoiled("mock not found at start", lambda run: run.mocks.insert(1, unanswered("SELECT 1", "")), "no recorded answer for SELECT 1 (of no known request)", 7, "run"),
    Spoiled("unanswered once more than stated", stated(1, "GET /new", found=("GET /new", "GET /new")), "no recorded answer for GET /new", 7, "replay", CREATE),
    Spoiled("another is unanswered than stated", stated(1, "GET /a", found=("GET /b",)), "no recorded answer for GET /b", 7, "replay", CREATE),
    Spoiled("stated as unanswered, and answered", stated(1, "GET http://upstream/weather"), "declares unanswered=['GET http://upstream/weather'], and replay has no such call that nothing answered", 7, "replay", CREATE),
    Spoiled("stated as unanswered by another", stated(0, "GET /c", found=("GET /c",)), "no recorded answer for GET /c", 7, "replay", CREATE),
    Spoiled("frame dropped", lambda run: run.mocks.insert(4, {"event": "dropped", "at": T0 + 102.2, "reason": "frame of 20971520 bytes"}), "the replayer dropped what the SDK sent: frame of 20971520 bytes", 7, "replay", CREATE),
    Spoiled("call at the start not found", boot, "no recorded answer for GET catalogue", 7, "replay", "(start)"),
    Spoiled("stated of the start, and answered", unanswered_at_start("GET catalogue", "GET index"), "Api declares unanswered_at_start=['GET index'], and replay has no such call that nothing answered", 7, "replay", "(start)"),
    Spoiled("mock of a stranger not found", lambda run: run.mocks.insert(1, unanswered("SELECT 2", STRANGER)), f"no recorded answer for SELECT 2 (trace {STRANGER}, of no known request)", 7, "run", trace=STRANGER),
    Spoiled("mock at the start of a test not found", lambda run: run.mocks.insert(1, unanswered("SELECT 3", HEALTH, pre_app_start=True)), "no recorded answer for SELECT 3", 7, "replay", "health"),
    Spoiled("frame dropped before the first test", lambda run: run.mocks.insert(1, {"event": "dropped", "at": T0 + 100.2, "reason": "frame of 20971521 bytes"}), "the replayer dropped what the SDK sent: frame of 20971521 bytes (of no known request)", 7, "run"),
]
EXACT = [
    Said("unanswered as expected, in any order", stated(1, "GET http://upstream/new", "GET /b", "GET /b", found=("GET /b", "GET http://127.0.0.1:9123/new", "GET /b"))),
    Said("unanswered as expected, official CLI", all_of(stated(1, "GET /b"), official)),
    Said("stated as unanswered, and not replayed", untraced(unanswered=["GET /new"])),
    Said("unanswered at the start, as stated", unanswered_at_start("GET catalogue")),
    Said("the cause comes before its consequence", all_of(order_result(passed=False, error="EOF"), stated(1, found=("GET /new",)), lambda run: run.requests[0].update(problems=["body: expected {}"])), ("body: expected {}", "no recorded answer for GET /new", "EOF")),
    Said("another is unanswered at the start", unanswered_at_start("GET index"), ("no recorded answer for GET catalogue", "Api declares unanswered_at_start=['GET index'], and replay has no such call that nothing answered")),
]
# fmt: on


BOOT = "e" * 32
BEFORE = "calls before the application was ready, {}: {} recorded, and {} asked for in replay"


def not_asked(given: dict[str, Any]) -> Change:
    """A recorded call with this input value."""

    def change(run: GoodRun) -> None:
        run.spans(2)[0]["inputValue"] = given
        run.upstream.clear()
        run.mocks.pop(2)

    return change


def inexact(by: str) -> Change:
    """Two calls are stated; the first is answered `by`."""

    def change(run: GoodRun) -> None:
        run.requests[1]["inexact"] = {"$.url": 1, "$.headers, $.body": 1}
        run.mocks[2].update(by=by, differs=["$.headers", "$.body"])
        run.mocks[3].update(by="reduced", differs=["$.url"])

    return change


def at_start(recorded: int, asked: int, *more: dict[str, Any], **changes: Any) -> Change:
    """So many calls alike were recorded before the application was ready (`more`: others), and asked for in replay; the
    first recorded one answers them all."""

    def change(run: GoodRun) -> None:
        calls = [*[changes] * recorded, *more]
        run.traces["traces/start.jsonl"] = [
            span(BOOT, f"boot-{n}", T0 - 5, 0.1, isPreAppStart=True, **each) for n, each in enumerate(calls)
        ]
        run.mocks[1:1] = [mock("", "boot-0", matched_trace=BOOT, pre_app_start=True)] * asked

    return change


def answered_by(by: str, **changes: Any) -> Change:
    return lambda run: run.mocks[3].update(by=by, **changes)


def inexact_at_start(run: GoodRun) -> None:
    """What a request declares excuses nothing that is asked for at the start."""
    run.requests[1]["inexact"] = {"$.url": 1}
    run.mocks[2].update(by="reduced", differs=["$.url"], pre_app_start=True)
    run.mocks[3].update(by="shape", differs=["$.url"])


# fmt: off
REDUCED = "GET http://127.0.0.1:9123/weather was asked for and not recorded: one that is the same but for what does not count answered it"
CASES += [
    Spoiled("mocks missing", raw(mocks=None), "mocks.jsonl is missing: the bundled CLI writes one in every run", 9, "run"),
    Spoiled("call asked twice", lambda run: run.mocks.insert(4, mock(ORDER, "call-a")), "the recorded call requests http://127.0.0.1:9123/weather (span call-a) was asked for 2 times in replay", 9, "replay", CREATE),
    Spoiled("call not asked", lambda run: run.mocks.pop(3), "the recorded call requests http://127.0.0.1:9123/weather (span call-b) was not asked for in replay", 9, "replay", CREATE),
    Spoiled("answer borrowed", lambda run: run.mocks.insert(2, mock(HEALTH, "call-a", matched_trace=ORDER)), "asked for what it had not recorded, and was answered from the recording of 'create order': GET http://127.0.0.1:9123/weather", 9, "replay", "health"),
    Spoiled("answer from nowhere", lambda run: run.mocks.insert(4, mock(ORDER, "call-z")), "asked for what it had not recorded, and was answered from span 'call-z' of no request's trace: GET http://127.0.0.1:9123/weather", 9, "replay", CREATE),
    Spoiled("mocks without end", lambda run: run.mocks.pop(), "mocks.jsonl has no end line: the replayer broke off", 9, "run"),
    Spoiled("mocks truncated", cut("mocks", -9), "mocks.jsonl, line 12: no JSON: Unterminated string starting at (column 36)", 9, "run"),
    Spoiled("mocks go on after the end", lambda run: run.mocks.append(run.mocks[0]), "mocks.jsonl, line 13: a line after the end line", 9, "run"),
    Spoiled("no test line", lambda run: run.mocks.pop(1), f"mocks.jsonl holds no test line of {HEALTH}", 9, "run", trace=HEALTH),
    Spoiled("mocks say another exit status", lambda run: run.mocks[-1].update(exit_status=1), "mocks.jsonl ends with exit status 1, replay.json says 0", 9, "run"),
    Spoiled("call at the start answered by shape", lambda run: run.mocks.insert(1, mock("", "call-a", matched_trace=ORDER, asked="GET catalogue", pre_app_start=True, by="shape")), "GET catalogue was asked for and not recorded: another call of its shape answered it (which differs in schema)", 9, "replay", "(start)"),
    Spoiled("call answered by shape", lambda run: run.mocks[3].update(by="shape"), "GET http://127.0.0.1:9123/weather was asked for and not recorded: another call of its shape answered it (which differs in schema)", 9, "replay", CREATE),
    Spoiled("call answered by one that is the same but for what does not count", lambda run: run.mocks[3].update(by="reduced", differs=["$.headers.Date", "$.headers.Id"]), "GET http://127.0.0.1:9123/weather was asked for and not recorded: one that is the same but for what does not count answered it (which differs in $.headers.Date, $.headers.Id)", 9, "replay", CREATE),
    Spoiled("one inexact call more than is stated", lambda run: (run.requests[1].update(inexact={"$.url": 1}), [run.mocks[n].update(by="shape", differs=["$.url"]) for n in (2, 3)]), "GET http://127.0.0.1:9123/weather was asked for and not recorded: another call of its shape answered it (which differs in $.url)", 9, "replay", CREATE),
    Spoiled("one inexact call fewer than is stated", lambda run: (run.requests[1].update(inexact={"$.url": 2}), run.mocks[3].update(by="shape", differs=["$.url"])), "declares 1 calls more that differ in $.url (inexact=): they ask for what was recorded", 9, "replay", CREATE),
    Spoiled("inexact in something else than is stated", lambda run: (run.requests[1].update(inexact={"$.url": 1}), run.mocks[3].update(by="reduced", differs=["$.body"])), "GET http://127.0.0.1:9123/weather was asked for and not recorded: one that is the same but for what does not count answered it (which differs in $.body)", 9, "replay", CREATE),
    Spoiled("declared as inexact, and asked for at the start", inexact_at_start, f"{REDUCED} (which differs in $.url)", 9, "replay", "(start)"),
    *(Spoiled(f"{asked} of {recorded} calls at the start", at_start(recorded, asked), BEFORE.format("requests GET /weather", recorded, asked), 9, "replay", "(start)") for recorded, asked in ((1, 0), (2, 1))),
]
NOT_ASKED = "the recorded call requests {} (span call-a) was not asked for in replay"
EXACT += [
    *(
        Said(f"a call of {text}", not_asked(given), (NOT_ASKED.format(text),))
        for given, text in (({"query": "SELECT 1", "command": "no"}, "SELECT 1"), ({"command": "GET k"}, "GET k"), ({"url": "http://u", "query": "no", "command": "no"}, "http://u"), ({}, "GET /weather"), ({"query": "S" * 81}, f"{'S' * 79}\u2026"))
    ),
    Said("no end line, and so no exit status", lambda run: run.mocks.pop(), ("mocks.jsonl has no end line: the replayer broke off",)),
    Said("inexact calls as stated, by what differs", inexact("shape")),
    Said("an inexact call fewer than is stated", inexact("value"), ("declares 1 calls more that differ in $.headers, $.body (inexact=): they ask for what was recorded",)),
    *(Said(f"{asked} of {recorded} calls at the start", at_start(recorded, asked)) for recorded, asked in ((1, 1), (2, 2), (1, 2))),
    Said("at the start, by value", answered_by("value", pre_app_start=True)),
    Said("at the start, by less than all of it", answered_by("reduced", pre_app_start=True), (f"{REDUCED} (which differs in schema)",)),
    Said("what is no call at the start", at_start(1, 0, kind=2)),
    Said("a call at the start, and nothing was replayed", all_of(at_start(1, 0), lambda run: run.results.clear()), (f"nothing was replayed: results.json holds no result, only {FIRST_LINE.strip()!r}", *(f"recorded in {GoodRun.name(n)} and not replayed: no result has its id" for n in (1, 2, 3)))),
    Said("test line of no request", results(result(HEALTH), result(ORDER), result(LEAK), result(STRANGER), totals="Tests: 4 total, 4 passed, 0 failed\n"), (f"results.json holds a result of {STRANGER}, which is the id of no recorded trace", f"mocks.jsonl holds no test line of {STRANGER}")),
    Said("calls of another library or name at the start", at_start(1, 2, {"instrumentationName": "HttpxInstrumentation"}, {"name": "POST /weather"}), (BEFORE.format("httpx GET /weather", 1, 0), BEFORE.format("requests POST /weather", 1, 0))),
]
# fmt: on


def test_all_that_was_borrowed_from_one_recording_is_reported_at_once() -> None:
    def change(run: GoodRun) -> None:
        for text in ("GET /b", "GET /a"):
            run.mocks.insert(2, mock(HEALTH, "call-a", matched_trace=ORDER, asked=text))
        run.mocks.insert(1, mock("", "call-a", matched_trace=ORDER, asked="GET /c"))

    borrowed = "asked for what it had not recorded, and was answered from the recording of 'create order'"
    assert failures(change) == [
        (9, "run", f"{borrowed}: GET /c (of no known request)", "mocks.jsonl", None, None),
        (9, "replay", f"{borrowed}: GET /a; GET /b", "mocks.jsonl", "health", HEALTH),
    ]


def test_the_official_cli_keeps_no_account_of_mocks() -> None:
    for mocks in (None, b"left over from another run"):
        verdict = judged(official, raw(mocks=mocks))
        assert verdict.code == 0, verdict.reason
        assert verdict.result()["checks"] == {"warnings": "ok", "leaks": "ok", "mocks": "unknown"}
