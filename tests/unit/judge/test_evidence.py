"""From artifacts to evidence: whatever cannot be read as documented is a failure, and nothing raises."""

from __future__ import annotations

from typing import Any

import pytest

from e2e_common.judge.evidence import Evidence
from tests.unit.judge.good_run import HEALTH, LEAK, ORDER, T0, GoodRun, span
from tests.unit.judge.test_second_runs import Stalled


def problems(run: GoodRun) -> list[tuple[int, str, str, str]]:
    return [(each.rule, each.stage, each.message, each.file) for each in Evidence(run.artifacts()).problems]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"spanId": 7}, ", line 1: not a span (Expected `str`, got `int` - at `$.spanId`)"),
        *(
            ({"traceId": trace}, ": a span whose traceId is not 32 hexadecimal digits")
            for trace in ("x" * 32, ORDER + "\n", "A" * 32)
        ),
    ],
)
def test_a_span_that_is_not_as_the_sdk_writes_it(changes: dict[str, Any], says: str) -> None:
    run = GoodRun()
    run.spans(2)[0].update(changes)
    name = run.name(2)
    message = f"malformed trace: {name}{says}; the CLI loads no trace at all because of it"
    assert problems(run) == [(8, "run", message, name)]
    assert len(Evidence(run.artifacts()).files) == 2


def test_a_file_is_named_by_its_root_or_by_its_first_span() -> None:
    run = GoodRun()
    before = span("e" * 32, "b", T0, 0.0, isPreAppStart=True, isRootSpan=True)
    run.traces.update({"traces/x.jsonl": [before, span("f" * 32, "x", T0, 0.0)], "traces/y.jsonl": [before]})
    files = {
        file.name: (file.root is None, file.trace_id, file.before_start) for file in Evidence(run.artifacts()).files
    }
    assert files["traces/x.jsonl"] == (True, "e" * 32, False)
    assert files["traces/y.jsonl"] == (True, "e" * 32, True)
    assert files[run.name(2)] == (False, ORDER, False)


def test_what_is_in_the_time_of_a_second_run() -> None:
    evidence = Evidence(Stalled().artifacts())
    assert list(evidence.calls) == ["", LEAK]
    assert [evidence.call_at(T0 + at) for at in (104.9, 105.0, 105.1)] == ["", LEAK, LEAK]
    logs = (f"logs/tusk-replay-retry-{LEAK}-1.log", f"logs/tusk-replay-retry-{ORDER}-1.log", "logs/tusk-replay-1.log")
    assert [evidence.call_of(log) for log in logs] == [LEAK, "", ""]
    sent = [[request.name for request in evidence.sent_in(call)] for call in (LEAK, "", "f" * 32)]
    assert sent == [["leak"], ["health", "create order", "leak"], []]


def test_the_request_whose_test_ran() -> None:
    run = GoodRun()
    running = [Evidence(run.artifacts()).running_at(T0 + at) for at in (100.9, 101.0, 102.2, 200.0)]
    assert [request and request.name for request in running] == [None, "health", "create order", "leak"]
    run.replay["cli"]["name"] = "official"
    assert Evidence(run.artifacts()).running_at(T0 + 102.2) is None


def test_totals_of_a_second_run_that_differ_name_its_log() -> None:
    run = Stalled()
    run.second_totals += "Tests: 2 total, 2 passed, 0 failed\n"
    name = f"logs/tusk-cli-retry-{LEAK}.log"
    assert problems(run) == [
        (4, "run", f"{name} holds several totals lines ('Tests: N total, \u2026') that differ", name)
    ]


def test_lines_that_are_none_are_numbered_and_the_others_count() -> None:
    run = GoodRun()
    lines = (run.artifacts().touched or b"").splitlines()
    run.raw["touched"] = b"\n".join([lines[0], b"", b"[]", lines[1], lines[2]])
    assert problems(run) == [(6, "run", "touched.jsonl, line 3: not an object: []", "touched.jsonl")]
    assert len(Evidence(run.artifacts()).touched or ()) == 3


def test_mocks_hold_what_the_replayer_wrote() -> None:
    run = GoodRun()
    mocks = Evidence(run.artifacts()).mocks
    assert mocks is not None and mocks.end is not None and mocks.end.exit_status == 0
    assert [test.trace_id for test in mocks.tests] == [HEALTH, ORDER, LEAK]
    assert ([asked.matched_span for asked in mocks.asked], len(mocks.alerts)) == (["call-a", "call-b"], 1)
    answers = [(each.trace_id, each.status, each.body) for each in mocks.answers]
    assert answers == [(trace, 200, b'{"a":1}') for trace in (HEALTH, ORDER, LEAK)]
    assert [(each.trace_id, each.output["statusCode"]) for each in mocks.inbound] == [(ORDER, 200)]
    run.mocks.insert(0, {"event": "other"})
    words = "Expected one of connect, test, mock, answer, inbound, alert, dropped, end, got 'other' - at `$.event`"
    assert problems(run) == [(9, "run", f"mocks.jsonl, line 1: {words}", "mocks.jsonl")]


def test_what_only_the_official_cli_leaves_is_not_read_of_the_bundled_one() -> None:
    run = Stalled()
    run.raw["agent"] = {f"agent/run-1/deviation-{ORDER}.md": b"## Mock Not Found Events\n- GET /x\n"}
    official = Evidence(run.artifacts())
    assert (official.stalled, set(official.retries), set(official.missing)) == ([LEAK], {LEAK}, {ORDER})
    run.replay["cli"]["name"] = "bundled"
    bundled = Evidence(run.artifacts())
    assert (bundled.stalled, bundled.retries, bundled.missing) == ([], {}, {})
