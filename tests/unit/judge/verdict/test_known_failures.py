"""known_failures.yaml in the verdict: what it knows of a run, what is fixed, and when it is an error itself."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from e2e_common.artifacts.facts import Fact
from e2e_common.judge.known_failures import SCALARS, VALUES
from e2e_common.judge.known_matching import NEVER_KNOWN
from tests.unit.judge.good_run import CAUSE, GoodRun
from tests.unit.judge.verdict import (
    test_answers,
    test_by_design,
    test_logs,
    test_rule_8,
    test_rules_1_to_4,
    test_rules_5_and_6,
    test_rules_7_and_9,
    test_whole_run,
)
from tests.unit.judge.verdict.changes import boot, known, leaks_nothing, no_trace, official, order_result, unanswered
from tests.unit.judge.verdict.spoiling import CREATE, ENTRY, STAGES, Change, Spoiled, all_of, judged, pinned

UNNAMED = f"- cause: {CAUSE}\n  requests: [health]\n  replay: {{error: EOF}}\n- cause: unknown\n  requests: [health]\n  replay: {{error: EOF}}\n"

# fmt: off
CASES = [
    Spoiled("entry of no request", known({**ENTRY, "requests": ["helth"]}), "known_failures.yaml: the suite sends no request called 'helth'; did you mean health?", 0, "run", code=2),
    Spoiled("selector of no request", known({**ENTRY, "requests": {"calls": "redis"}}), "known_failures.yaml: no request of the suite declares calls to 'redis'", 0, "run", code=2),
    Spoiled("entry: nobody has named the cause", lambda run: setattr(run, "known", UNNAMED), "known_failures.yaml:4: the cause is still `unknown`: find it, and name one of known_causes.yaml", 0, "run", code=2),
    Spoiled("entry: no range", known({**ENTRY, "when": {"sdk": "newest"}}), "known_failures.yaml: 'when: sdk': Invalid specifier: 'newest' (a range is like '>=1.2,<2')", 0, "run", code=2),
    Spoiled("entry: version unknown", known({**ENTRY, "when": {"flsk": ">=1"}}), "known_failures.yaml: 'when' names 'flsk', whose version is unknown; did you mean flask?", 0, "run", code=2),
    Spoiled("fixed", lambda run: setattr(run, "known", f"- cause: {CAUSE}\n  requests: [health]\n  replay:\n    error: EOF\n"), 'fixed: replay: error: "EOF" no longer shows, which is pinned as known failure http-status-replayed-as-float (known_failures.yaml:4): make update-known-failures-flask', 0, "replay", "health"),
    Spoiled("entry: unknown CLI", known({**ENTRY, "when": {"cli": "bundeld"}}), "known_failures.yaml: 'when: cli' cannot be 'bundeld'; did you mean bundled?", 0, "run", code=2),
]
# fmt: on

RULES = (test_whole_run, test_rules_1_to_4, test_rules_5_and_6, test_rules_7_and_9, test_rule_8)
MODULES = (*RULES, test_by_design, test_logs, test_answers)
SPOILED: list[Spoiled] = [case for module in MODULES for case in module.CASES]
KNOWABLE = [case for case in SPOILED if case.request and case.rule not in NEVER_KNOWN]


@pytest.mark.parametrize("case", KNOWABLE, ids=lambda case: case.id)
def test_what_is_pinned_is_known_and_nothing_beside_it(case: Spoiled) -> None:
    failures = judged(case.change).failures
    entries, may_be_known = pinned(failures), [each.facts and each.rule not in NEVER_KNOWN for each in failures]
    verdict = judged(case.change, known(*entries))
    assert sorted(failure.message for failure, _ in verdict.known) == sorted(
        each.message for each, known_now in zip(failures, may_be_known) if known_now
    )
    assert [each.message for each in verdict.failures if "nothing was verified" not in each.message] == [
        each.message for each, known_now in zip(failures, may_be_known) if not known_now
    ]
    for entry, stage, kind in [(e, s, k) for e in entries for s in STAGES if s in e for k in e[s]]:
        for changed in _changed(entry, stage, kind):
            others = [each for each in entries if each is not entry]
            wrong = judged(case.change, known(*others, *changed))
            assert any(failure.request == case.request for failure in wrong.failures), (kind, changed)


def _changed(entry: dict[str, Any], stage: str, kind: str) -> Iterator[list[dict[str, Any]]]:
    """`entry` without what it pins of `kind`, and with another value (but for `all`: the official CLI names no call)."""
    raw, rest = entry[stage][kind], {key: value for key, value in entry[stage].items() if key != kind}
    yield [{**entry, stage: rest}] if rest else []
    if kind in SCALARS:
        yield [{**entry, stage: {**rest, kind: f"{raw} and more"}}]
    elif kind in VALUES:
        yield [{**entry, stage: {**rest, kind: {key: [value, "more"] for key, value in raw.items()}}}]
    elif raw != "all":
        yield [{**entry, stage: {**rest, kind: [f"{call} more" for call in raw]}}]


def test_nothing_that_belongs_to_no_request_is_known() -> None:
    for case in SPOILED:
        if not case.request and case.code == 1:
            entries = pinned(judged(case.change).failures)
            assert case.says in judged(case.change, known(*entries)).reason


def pins(*requests: str, **stages: Any) -> Change:
    """One entry for `requests`."""
    return known({"cause": CAUSE, "requests": list(requests), **stages})


def partial(pattern: str) -> Change:
    return lambda run: run.recording.update(partial=pattern)


def test_what_is_missed_at_the_start_is_pinned_too() -> None:
    at_start = pins("(start)", replay={"unanswered": ["GET catalogue"]})
    assert judged(boot).reason.startswith("'(start)': no recorded answer for GET catalogue")
    assert judged(boot, at_start).code == 0
    assert judged(boot, at_start, partial("health")).code == 0
    assert judged(boot, boot, at_start, partial("health")).code == 1, "one call more than is pinned"
    assert judged(at_start).reason.startswith("'(start)': fixed: replay: unanswered GET catalogue no longer")
    in_a_test = judged(at_start, lambda run: run.mocks.insert(4, unanswered("GET catalogue")))
    assert in_a_test.failures[0].request == CREATE, "it knows nothing of a request"


def test_a_known_failure_is_green_and_counted() -> None:
    when = {"sdk": ">=0.1.29", "flask": ">=3,<4", "werkzeug": ">=3", "recorded_by": "==0.1.29", "cli": "bundled"}
    verdict = judged(order_result(passed=False, error="EOF"), pins(CREATE, replay={"error": "EOF"}, when=when))
    assert (verdict.code, verdict.reason) == (0, "passed")
    document = verdict.result()
    assert document["requests"]["passed"] == 2 and document["requests"]["known_failures"] == 1
    row = document["tests"][1]
    assert (row["verdict"], row["reason"]) == ("known failure", f"{CAUSE}: the body is lost")


def failing(body: Any = ("$.random",), **actual: Any) -> Change:
    """A replay whose known failure is a random number; `body`: what is pinned of it; `actual`: what is wrong besides."""
    answer = {"field": "response.body", "expected": {"id": 1, "random": 4}, "actual": {"id": 1, "random": 7, **actual}}
    fails = order_result(passed=False, deviations=[{**answer, "description": "it differs"}])
    return all_of(fails, pins(CREATE, replay={"body": body if isinstance(body, dict) else list(body)}))


def test_a_known_failure_hides_neither_another_part_nor_another_call() -> None:
    assert judged(failing()).code == 0
    verdict = judged(failing(id=2), lambda run: run.mocks.insert(4, unanswered("GET /new")))
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
def test_what_is_fixed_is_red_where_the_run_is_locked_and_good_news_elsewhere(change: Change, code: int) -> None:
    verdict = judged(failing({"$.random": "...", "$.gone": 1}), leaks_nothing, change)
    assert (verdict.code, verdict.result()["locked"]) == (code, code == 1)
    assert verdict.result()["fixed"] == [
        {"request": CREATE, "stage": "replay", "cause": CAUSE, "fact": "body $.gone: 1", "place": "known_failures.yaml"}
    ]


def test_what_a_run_has_not_reached_is_not_called_fixed() -> None:
    without_a_trace = {"recording": {"traces": 0, "calls": {"requests": 0}}, "replay": {"error": "EOF"}}
    verdict = judged(no_trace, pins(CREATE, **without_a_trace))
    assert (verdict.code, verdict.fixed) == (0, ())
    assert judged(known(ENTRY), lambda run: run.requests.pop()).fixed == ()
    calls = pins(CREATE, replay={"unanswered": ["GET /a"], "not_asked": ["GET /b"]})
    assert (len(judged(calls).fixed), judged(calls, official).fixed) == (2, ()), "the bundled CLI alone tells them"


def test_a_run_of_which_no_request_passed_has_verified_nothing() -> None:
    def change(run: GoodRun) -> None:
        for line in run.requests[:1] + run.requests[2:3]:
            line.update(problems=["body $: it differs"], differs=[["body", "$", 1]])
        run.known = [
            *(run.known or ()),
            {"cause": CAUSE, "requests": ["health", "leak"], "expectation": {"body": {"$": 1}}},
        ]

    verdict = judged(failing(), change)
    assert (verdict.code, verdict.verdict) == (4, "error")
    assert verdict.reason.startswith("nothing was verified: of 3 requests 3 are known failures, and 0 are left out")


def test_a_partial_run_judges_the_entries_of_what_it_sent() -> None:
    verdict = judged(partial("creat*"), pins("another", replay={"error": "EOF"}, when={"nothing": ">1"}))
    assert (verdict.code, verdict.reason) == (0, "passed, PARTIAL (creat*)")
    assert judged(partial("creat*"), known(ENTRY)).reason.startswith("'health': fixed: replay: error")
