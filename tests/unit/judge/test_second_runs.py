"""The judge over runs in which the official CLI could not set the clock for a test: its second result counts, and hides
nothing of the first run that no clock explains."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from e2e_common.artifacts.files import Artifacts
from e2e_common.judge.results import Missing, missing_mocks, parse_stalls
from e2e_common.judge.verdict import Verdict, judge
from tests.unit.judge.good_run import CAUSE, HEALTH, LEAK, ORDER, T0, WARNING, GoodRun, dump, result

STALL = (
    'time=2026-11-23T13:48:01.494Z level=WARN msg="Failed to set time travel" error="failed to receive SetTimeTravel '
    'response: timeout waiting for SDK response" traceID={}\n'
)
BODY = {"field": "response.body", "expected": 1, "actual": 2, "description": "Response body content mismatch"}
STATUS = {"field": "response.status", "expected": 200, "actual": 401, "description": "HTTP status code mismatch"}
SPAN = {"field": "replay.inbound_span", "expected": None, "actual": None, "description": "Inbound replay span missing"}
FAILED = "Tests: 3 total, 2 passed, 1 failed\n"
RETRY_LOG = f"logs/tusk-replay-retry-{LEAK}-1.log"
FIRST = "logs/tusk-replay-1.log"
BACKGROUND = "[ModeUtils] Background request detected during replay\n"
ACCOUNT = """\
## Request
POST /x
Body:
## Mock Not Found Events
- not this one

## Mock Not Found Events
- http: GET /users/1
  This outbound call had no matching recording.
- http: GET /users/1
- redis: redis.GET

"""
Change = Callable[["Stalled"], Any]


class Stalled(GoodRun):
    """A good run of the official CLI in which the clock of `leak` stalled. `first` and `second` are its results, `log`
    and `retry_log` those of the application in the two runs."""

    def __init__(self) -> None:
        super().__init__()
        self.replay["cli"] = {"name": "official", "version": "v1.2.3"}
        self.replay["retries"] = [{"trace_id": LEAK, "started": T0 + 105.0, "exit_status": 0}]
        self.totals = STALL.format(LEAK) + self.totals
        self.first, self.second = result(LEAK, duration=5000), result(LEAK, duration=7)
        self.second_totals = "Tests: 1 total, 1 passed, 0 failed\n"
        self.retry_log = self.log
        self.touched.insert(-1, {"event": "touched", "service": "upstream", "at": T0 + 106, "what": "GET /leak"})

    def artifacts(self) -> Artifacts:
        self.results[2] = self.first
        logs = {"logs/tusk-replay-1.log": self.log.encode(), RETRY_LOG: self.retry_log.encode()}
        retries = {LEAK: (dump(self.second), self.second_totals.encode())}
        self.raw = {"mocks": None, "replay_logs": logs, "retries": retries, **self.raw}
        return super().artifacts()


def all_of(*changes: Change) -> Change:
    return lambda run: [change(run) for change in changes]


def fails(**changes: Any) -> Change:
    """The first run of `leak` fails, and exit status and totals say so."""

    def change(run: Stalled) -> None:
        run.first.update(passed=False, **changes)
        run.totals = STALL.format(LEAK) + FAILED
        run.replay["exit_status"] = 1

    return change


def fails_again(**changes: Any) -> Change:
    def change(run: Stalled) -> None:
        run.second.update(passed=False, **changes)
        run.second_totals = "Tests: 1 total, 0 passed, 1 failed\n"
        run.replay["retries"][0]["exit_status"] = 1

    return change


def background(first: int, second: int, stated: int) -> Change:
    def change(run: Stalled) -> None:
        run.requests[2]["background"] = stated
        run.log += BACKGROUND * first
        run.retry_log += BACKGROUND * second

    return change


def stalls_again(run: Stalled) -> None:
    run.second_totals = STALL.format(LEAK) + run.second_totals


def says_of_leak(folder: str) -> Change:
    file = f"{folder}/run-1/deviation-{LEAK}.md"
    return lambda run: run.raw.setdefault("agent", {}).update({file: ACCOUNT.encode()})


misses_a_mock = all_of(fails_again(deviations=[STATUS, SPAN]), says_of_leak(f"retries/{LEAK}/agent"))
fails_and_misses_a_mock = all_of(fails(deviations=[STATUS]), misses_a_mock)
misses_a_mock_twice = all_of(fails_and_misses_a_mock, says_of_leak("agent"))


def calls_of_two_requests_once_each_way(run: Stalled) -> None:
    """The second run is of `leak` alone: what `create order` states is only looked for in the first."""
    run.requests[1]["background"] = run.requests[2]["background"] = 1
    run.log += BACKGROUND * 2
    run.retry_log += BACKGROUND


def leaks_of_two_requests(run: Stalled) -> None:
    run.requests[0]["leaks"] = ["upstream: GET /h"]
    run.touched.insert(1, {"event": "touched", "service": "upstream", "at": T0 + 101.2, "what": "GET /h"})


GREEN = {
    "calls outside any context, of two requests": calls_of_two_requests_once_each_way,
    "leaks of two requests": leaks_of_two_requests,
    "passes twice": lambda run: None,
    "another body": fails(deviations=[BODY]),
    "another status, and so no span": fails(deviations=[STATUS, BODY, SPAN]),
    "the second run stalls too, and passes": stalls_again,
    "calls outside any context, as stated": background(1, 1, 1),
    "by itself it misses what the first run had from another": misses_a_mock,
}
RED = {
    "fails again": (fails_again(deviations=[BODY]), "could not set the clock for it; run once more: response.body", 3),
    "fails twice": (all_of(fails(deviations=[BODY]), fails_again(error="EOF")), f"run once more: EOF (retries/{LEAK}/results.json)", 3),
    "fails and stalls again": (all_of(fails_again(error="EOF"), stalls_again), "run once more (nor could it then): EOF", 3),
    "crashed at first": (fails(crashed_server=True, error="EOF"), "crashed server", 3),
    "crashed at first, after another body": (fails(deviations=[BODY], crashed_server=True), "crashed server", 3),
    "no answer at first, after another body": (fails(deviations=[BODY], error="EOF"), "EOF", 3),
    "crashed at first, and passed at the next try": (lambda run: run.first.update(retried_after_crash=True), "retried after crash", 3),
    "cancelled at first": (lambda run: run.first.update(cancelled=True), "cancelled", 3),
    "no answer at first": (fails(error="EOF"), "EOF", 3),
    "no span at first": (fails(deviations=[SPAN]), "replay.inbound_span", 3),
    "no span at first, and another body": (fails(deviations=[BODY, SPAN]), "replay.inbound_span", 3),
    "failed at first, for no reason": (fails(), "the CLI gives no reason", 3),
    "retried in the second run": (lambda run: run.second.update(retried_after_crash=True), "run once more: retried after crash", 3),
    "misses a mock, and crashes": (all_of(misses_a_mock, lambda run: run.second.update(crashed_server=True)), "run once more: crashed server", 3),
    "fails, and misses a mock by itself": (fails_and_misses_a_mock, "response.status: HTTP status code mismatch", 3),
    "misses a mock twice": (misses_a_mock_twice, "no recorded answer for http: GET /users/1", 7),
    "not run again": (lambda run: run.replay.update(retries=[]), f"it was not run once more: too many tests were so, or the replay broke off (retries/{LEAK}/results.json)", 3),
    "no result": (lambda run: run.raw.update(retries={LEAK: (b"", b"Error: no trace file found\n")}), "it has 0 results among 0; the CLI says: Error: no trace file", 3),
    "the output is missing": (lambda run: run.raw.update(retries={}), "it has 0 results among 0", 3),
    "a second result beside it": (lambda run: run.raw.update(retries={LEAK: (dump(run.second) + dump(result(ORDER)), b"")}), "it has 1 results among 2", 3),
    "the result of another": (lambda run: run.second.update(test_id=ORDER), "it has 0 results among 1", 3),
    "a broken result": (lambda run: run.raw.update(retries={LEAK: (b'{"test_id":', b"")}), f"retries/{LEAK}/results.json, line 1", 3),
    "another exit status": (lambda run: run.replay["retries"][0].update(exit_status=1), "ended with status 1, but 1 of its 1", 4),
    "ended by a signal": (lambda run: run.replay["retries"][0].update(exit_status=-9), "was ended by SIGKILL, but 1 of its 1 results passed (replay.json)", 4),
    "no totals": (lambda run: setattr(run, "second_totals", ""), f"tusk-cli-retry-{LEAK}.log holds no totals", 4),
    "other totals": (lambda run: setattr(run, "second_totals", FAILED), "disagree with its 1 results", 4),
    "not the one that stalled": (all_of(fails(deviations=[BODY]), lambda run: setattr(run, "totals", STALL.format(ORDER) + FAILED)), "response.body", 3),
    "leaks in one of the runs alone": (lambda run: run.touched[-2].update(at=T0 + 104), "leak: upstream was reached", 6),
    "warned of in the second run alone": (lambda run: setattr(run, "log", run.log.partition("\n")[0]), f"'leak': expected to be reported as an unpatched dependency, and the replay log lacks TCP connect() ({FIRST})", 5),
    "a warning in the second run": (lambda run: setattr(run, "retry_log", run.retry_log + WARNING.format(method="connect", trace=HEALTH)), "TCP connect() in replay reached past", 5),
    "a second run without a log": (lambda run: run.raw.update(replay_logs={"logs/tusk-replay-1.log": run.log.encode()}), f"no logs/tusk-replay-*.log when {LEAK} was replayed once more: nothing is known of it", 5),
    "a first run without a log": (lambda run: run.raw.update(replay_logs={RETRY_LOG: run.retry_log.encode()}), "of the replay of all traces: nothing is known", 5),
    "a second log that is empty": (lambda run: setattr(run, "retry_log", ""), "is empty", 5),
    "calls outside any context, all in the first run": (background(2, 0, 1), f"Background request …): 2, and 1 are declared (background=) (of no known request) ({FIRST})", 5),
    "calls outside any context, in the second run": (background(0, 1, 0), f"Background request …): 1, and 0 are declared (background=) (of no known request) ({RETRY_LOG})", 5),
}  # fmt: skip


def judged(*changes: Change) -> Verdict:
    run = Stalled()
    all_of(*changes)(run)
    return judge(run.artifacts())


@pytest.mark.parametrize("change", GREEN.values(), ids=GREEN)
def test_the_second_result_counts(change: Change) -> None:
    verdict = judged(change)
    assert verdict.code == 0, verdict.reason
    document = verdict.result()
    stall = {"request": "leak", "kind": "time travel stall", "method": "", "trace_id": LEAK, "expected": True}
    assert stall in document["warnings"]
    assert document["tests"][2]["duration_ms"] == 7
    assert all(leak["expected"] for leak in document["leaks"])


@pytest.mark.parametrize(("change", "says", "rule"), RED.values(), ids=RED)
def test_and_it_hides_nothing(change: Change, says: str, rule: int) -> None:
    verdict = judged(change)
    assert verdict.code == 1
    found = [(failure.rule, failure.line()) for failure in verdict.failures]
    assert any(each == rule and says in line for each, line in found), found


LIST = {"field": "response.body", "expected": 1, "actual": [2], "description": "Response body content mismatch"}
OTHER = {"field": "response.body", "expected": 1, "actual": 9, "description": "Response body content mismatch"}


@pytest.mark.parametrize(
    ("pinned", "first", "second", "missed"),
    [
        pytest.param({"body": {"$": 2}}, [BODY], [OTHER], True, id="by itself it lacks the others: the first counts"),
        pytest.param({"body": {"$": 2}}, [OTHER], [BODY], False, id="the clock spoilt the first: the second counts"),
        pytest.param({"inbound_span": "missing"}, [SPAN, OTHER], [SPAN], False, id="known twice, but for the clock"),
        pytest.param({"body": {"$": 2}}, [BODY], [BODY], False, id="known twice"),
        pytest.param({"body": {"$": [2]}}, [LIST], [LIST], False, id="a list"),
    ],
)
@pytest.mark.parametrize("worse", [False, True], ids=["as pinned", "and worse"])
def test_a_known_failure_is_judged_by_the_run_that_tells(
    pinned: dict[str, Any], first: list[Any], second: list[Any], missed: bool, worse: bool
) -> None:
    run = Stalled()
    run.known = [{"cause": CAUSE, "requests": ["leak"], "replay": pinned}]
    all_of(fails(deviations=first), fails_again(deviations=second))(run)
    if missed:
        says_of_leak(f"retries/{LEAK}/agent")(run)
    if worse:
        run.second.update(error="EOF")
    verdict = judge(run.artifacts())
    assert verdict.code == int(worse), verdict.reason


def test_a_failed_test_without_a_stall_is_not_made_good() -> None:
    verdict = judged(fails(deviations=[BODY]), lambda run: setattr(run, "totals", FAILED))
    assert (verdict.code, verdict.result()["warnings"][0]["kind"]) == (1, "unpatched")


def test_a_stall_of_no_known_test_is_reported() -> None:
    stall = 'time=x level=WARN msg="Failed to set time travel" error=x\n'
    verdict = judged(lambda run: setattr(run, "totals", run.totals + stall))
    assert verdict.code == 0, verdict.reason
    rows = [row for row in verdict.result()["warnings"] if row["kind"] == "time travel stall"]
    assert [row["trace_id"] for row in rows] == [LEAK, None]


def test_stalls_are_those_that_the_cli_tells() -> None:
    assert parse_stalls((STALL.format(LEAK) * 2 + STALL.format(ORDER)).encode()) == [LEAK, ORDER]
    assert parse_stalls(b'level=INFO msg="Time travel set" traceID=' + LEAK.encode()) == []
    assert parse_stalls(b"\xff" + STALL.format(ORDER).encode()) == [ORDER]
    assert parse_stalls(b'msg="Failed to set time travel" traceID=../../etc\n') == [""]


def test_a_missing_mock_is_read_from_the_account_of_the_run_that_counts() -> None:
    first, second = f"agent/run-1/deviation-{LEAK}.md", f"retries/{LEAK}/agent/run-1/deviation-{LEAK}.md"
    files = {first: ACCOUNT.encode(), second: b"## Mock Not Found Events\n- again\n", "agent/index.md": b"\xff"}
    calls = ("http: GET /users/1", "redis: redis.GET")
    assert missing_mocks(files) == ({LEAK: Missing(first, calls)}, {LEAK: Missing(second, ("again",))})
    assert missing_mocks({first: b"## Response Diff\n"}) == ({}, {})
    long = b"\xff\n## Mock Not Found Events\n- " + b"x" * 300 + b"\n"
    assert missing_mocks({first: long})[0] == {LEAK: Missing(first, ("x" * 199 + "\u2026",))}


def test_a_failed_test_names_its_missing_mock_first() -> None:
    verdict = judged(misses_a_mock_twice)
    assert verdict.reason.startswith("'leak': no recorded answer for http: GET /users/1; redis: redis.GET (retries/")
    assert verdict.result()["checks"]["mocks"] == "failed"


def test_a_mock_that_only_the_second_run_misses_hides_none_of_another_test() -> None:
    other = {f"agent/run-1/deviation-{ORDER}.md": ACCOUNT.encode()}
    failures = judged(misses_a_mock, lambda run: run.raw["agent"].update(other)).failures
    missed = [failure for failure in failures if failure.rule == 7]
    assert [(failure.request, failure.trace_id) for failure in missed] == [("create order", ORDER)]
