"""known_failures.yaml in the verdict: what it knows of a run, what is fixed, and when it is an error itself."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import copy
from typing import Any

import pytest

from e2e_common.artifacts.facts import Fact
from e2e_common.judge.known_failures import SCALARS, VALUES
from e2e_common.judge.known_matching import NEVER_KNOWN
from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import CAUSE, ORDER, GoodRun, mock
from tests.unit.judge.verdict.cases import SPOILED
from tests.unit.judge.verdict.changes import boot, known, leaks_nothing, no_trace, official, order_result
from tests.unit.judge.verdict.spoiling import CREATE, ENTRY, STAGES, Spoiled, pinned

UNNAMED = f"- cause: {CAUSE}\n  requests: [health]\n  replay: {{error: EOF}}\n- cause: unknown\n  requests: [health]\n  replay: {{error: EOF}}\n"

# fmt: off
CASES = [
    Spoiled("entry of no request", known({**ENTRY, "requests": ["helth"]}), "known_failures.yaml: the suite sends no request called 'helth'; did you mean health?", 0, "run", code=2),
    Spoiled("selector of no request", known({**ENTRY, "requests": {"calls": "redis"}}), "known_failures.yaml: no request of the suite declares calls to 'redis'", 0, "run", code=2),
    Spoiled("entry: unknown key", known({**ENTRY, "reply": {}}), "known_failures.yaml: Object contains unknown field `reply` - at `$[0]`; did you mean replay?", 0, "run", code=2),
    Spoiled("entry: unknown cause", known({**ENTRY, "cause": "none"}), "known_failures.yaml: known_causes.yaml has no cause 'none'; known: http-status-replayed-as-float", 0, "run", code=2),
    Spoiled("entry: nobody has named the cause", lambda run: setattr(run, "known", UNNAMED), "known_failures.yaml:4: the cause is still `unknown`: find it, and name one of known_causes.yaml", 0, "run", code=2),
    Spoiled("entry: no range", known({**ENTRY, "when": {"sdk": "newest"}}), "known_failures.yaml: 'when: sdk': Invalid specifier: 'newest' (a range is like '>=1.2,<2')", 0, "run", code=2),
    Spoiled("entry: version unknown", known({**ENTRY, "when": {"flsk": ">=1"}}), "known_failures.yaml: 'when' names 'flsk', whose version is unknown; did you mean flask?", 0, "run", code=2),
    Spoiled("no entries at all", lambda run: setattr(run, "known", "cause: health"), "known_failures.yaml: Expected `array`, got `object`", 0, "run", code=2),
    Spoiled("fixed", lambda run: setattr(run, "known", f"- cause: {CAUSE}\n  requests: [health]\n  replay:\n    error: EOF\n"), 'fixed: replay: error: "EOF" no longer shows, which is pinned as known failure http-status-replayed-as-float (known_failures.yaml:4): make update-known-failures-flask', 0, "replay", "health"),
    Spoiled("entry: unknown CLI", known({**ENTRY, "when": {"cli": "bundeld"}}), "known_failures.yaml: 'when: cli' cannot be 'bundeld'; did you mean bundled?", 0, "run", code=2),
]
# fmt: on

KNOWABLE = [case for case in SPOILED if case.request and case.rule not in NEVER_KNOWN]


def spoiled(case: Spoiled, entries: list[dict[str, Any]] | None = None) -> GoodRun:
    run = GoodRun()
    case.change(run)
    run.known = run.known if entries is None else entries
    return run


@pytest.mark.parametrize("case", KNOWABLE, ids=lambda case: case.id)
def test_what_is_pinned_is_known_and_nothing_beside_it(case: Spoiled) -> None:
    run = spoiled(case)
    entries = pinned(run)
    failures = judge(run.artifacts()).failures
    verdict = judge(spoiled(case, entries).artifacts())
    known_now = [failure.message for failure, _ in verdict.known]
    assert sorted(known_now) == sorted(each.message for each in failures if each.facts and each.rule not in NEVER_KNOWN)
    assert [each.message for each in verdict.failures if "nothing was verified" not in each.message] == [
        each.message for each in failures if not each.facts or each.rule in NEVER_KNOWN
    ]
    for entry, stage, kind in [(e, s, k) for e in entries for s in STAGES if s in e for k in e[s]]:
        for changed in (_without(entry, stage, kind), _with_another_value(entry, stage, kind)):
            others = [each for each in entries if each is not entry]
            wrong = judge(spoiled(case, [*others, *changed]).artifacts())
            assert any(failure.request == case.request for failure in wrong.failures), (kind, changed)


def _without(entry: dict[str, Any], stage: str, kind: str) -> list[dict[str, Any]]:
    changed = copy.deepcopy(entry)
    del changed[stage][kind]
    return [changed] if changed[stage] else []


def _with_another_value(entry: dict[str, Any], stage: str, kind: str) -> list[dict[str, Any]]:
    changed = copy.deepcopy(entry)
    raw = changed[stage][kind]
    if kind in SCALARS:
        changed[stage][kind] = f"{raw} and more"
    elif kind in VALUES:
        changed[stage][kind] = {key: [value, "more"] for key, value in raw.items()}
    else:
        changed[stage][kind] = [f"{call} more" for call in raw] if isinstance(raw, list) else ["more"]
        if raw == "all":  # the official CLI names no call
            changed[stage].pop(kind)
    return [changed] if changed[stage] else []


def test_nothing_that_belongs_to_no_request_is_known() -> None:
    for case in SPOILED:
        if not case.request and case.code == 1:
            assert case.says in judge(spoiled(case, pinned(spoiled(case))).artifacts()).reason


def test_what_is_missed_at_the_start_is_pinned_too() -> None:
    run = GoodRun()
    boot(run)
    assert judge(run.artifacts()).reason.startswith("'(start)': no recorded answer for GET catalogue")
    run.known = [{"cause": CAUSE, "requests": ["(start)"], "replay": {"unanswered": ["GET catalogue"]}}]
    assert judge(run.artifacts()).code == 0
    run.recording["partial"] = "health"
    assert judge(run.artifacts()).code == 0
    boot(run)
    assert judge(run.artifacts()).code == 1, "one call more than is pinned"
    run = GoodRun()
    run.known = [{"cause": CAUSE, "requests": ["(start)"], "replay": {"unanswered": ["GET catalogue"]}}]
    assert judge(run.artifacts()).reason.startswith("'(start)': fixed: replay: unanswered GET catalogue no longer")
    run.mocks.insert(4, mock(ORDER, "", found=False, matched_trace=None, matched_span=None, asked="GET catalogue"))
    assert judge(run.artifacts()).failures[0].request == CREATE, "it knows nothing of a request"


def test_a_known_failure_is_green_and_counted() -> None:
    run = GoodRun()
    order_result(passed=False, error="EOF")(run)
    when = {"sdk": ">=0.1.29", "flask": ">=3,<4", "werkzeug": ">=3", "recorded_by": "==0.1.29", "cli": "bundled"}
    run.known = [{**ENTRY, "requests": [CREATE], "when": when}]
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.reason) == (0, "passed")
    document = verdict.result()
    assert document["requests"]["passed"] == 2 and document["requests"]["known_failures"] == 1
    row = document["tests"][1]
    assert (row["verdict"], row["reason"]) == ("known failure", f"{CAUSE}: the body is lost")


def failing_twice(**first: Any) -> GoodRun:
    """A replay whose known failure is a random number, and that has more wrong besides."""
    run = GoodRun()
    answer = {"field": "response.body", "expected": {"id": 1, "random": 4}, "actual": {"id": 1, "random": 7, **first}}
    order_result(passed=False, deviations=[{**answer, "description": "it differs"}])(run)
    run.known = [{"cause": CAUSE, "requests": [CREATE], "replay": {"body": ["$.random"]}}]
    return run


def test_a_known_failure_hides_neither_another_part_nor_another_call() -> None:
    run = failing_twice()
    assert judge(run.artifacts()).code == 0
    run = failing_twice(id=2)
    run.mocks.insert(4, mock(ORDER, "", found=False, matched_trace=None, matched_span=None, asked="GET /new"))
    verdict = judge(run.artifacts())
    found = [failure.facts for failure in verdict.failures]
    assert (verdict.code, found) == (1, [(Fact("unanswered", "GET /new"),), (Fact("body", "$.id", 2),)])
    assert f"body $.id: 2: beyond the known failure {CAUSE} (known_failures.yaml)" in verdict.failures[1].message


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda run: None, 1, id="locked"),
        pytest.param(lambda run: run.setup.update(locked=False), 0, id="unlocked"),
        pytest.param(official, 0, id="official"),
        pytest.param(lambda run: run.setup.update(sentinels=False), 0, id="without sentinels"),
    ],
)
def test_what_is_fixed_is_red_where_the_run_is_locked_and_good_news_elsewhere(change: Any, code: int) -> None:
    run = failing_twice()
    run.known[0]["replay"]["body"] = {"$.random": "...", "$.gone": 1}  # type: ignore[index]
    leaks_nothing(run)
    change(run)
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.result()["locked"]) == (code, code == 1)
    assert verdict.result()["fixed"] == [
        {"request": CREATE, "stage": "replay", "cause": CAUSE, "fact": "body $.gone: 1", "place": "known_failures.yaml"}
    ]


def test_what_only_the_bundled_cli_tells_is_not_called_fixed_with_the_other() -> None:
    run = GoodRun()
    run.known = [{"cause": CAUSE, "requests": [CREATE], "replay": {"unanswered": ["GET /a"], "not_asked": ["GET /b"]}}]
    assert len(judge(run.artifacts()).fixed) == 2
    official(run)
    assert judge(run.artifacts()).fixed == ()


def test_what_a_run_has_not_reached_is_not_called_fixed() -> None:
    run = GoodRun()
    no_trace(run)
    recording = {"traces": 0, "calls": {"requests": 0}}
    run.known = [{"cause": CAUSE, "requests": [CREATE], "recording": recording, "replay": {"error": "EOF"}}]
    assert (judge(run.artifacts()).code, judge(run.artifacts()).fixed) == (0, ())
    run = GoodRun()
    run.requests.pop()
    run.known = [ENTRY]
    assert judge(run.artifacts()).fixed == ()


def test_a_run_of_which_no_request_passed_has_verified_nothing() -> None:
    run = failing_twice()
    for line in run.requests[:1] + run.requests[2:3]:
        line.update(problems=["body $: it differs"], differs=[["body", "$", 1]])
    run.known.append({"cause": CAUSE, "requests": ["health", "leak"], "expectation": {"body": {"$": 1}}})  # type: ignore[union-attr]
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.verdict) == (4, "error")
    assert verdict.reason.startswith("nothing was verified: of 3 requests 3 are known failures, and 0 are left out")


def test_a_partial_run_judges_the_entries_of_what_it_sent() -> None:
    run = GoodRun()
    run.recording["partial"] = "creat*"
    run.known = [{**ENTRY, "requests": ["another"], "when": {"nothing": ">1"}}]
    verdict = judge(run.artifacts())
    assert (verdict.code, verdict.reason) == (0, "passed, PARTIAL (creat*)")
    run.known = [ENTRY]
    assert judge(run.artifacts()).reason.startswith("'health': fixed: replay: error")
