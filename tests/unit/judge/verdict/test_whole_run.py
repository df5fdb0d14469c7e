"""What concerns a run as a whole: the Rust core, what is left behind, and that anything was verified."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from typing import Any

from e2e_common.artifacts.files import Artifacts
from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import GoodRun
from tests.unit.judge.verdict.changes import raw, sdk
from tests.unit.judge.verdict.spoiling import Change, Said, Spoiled, all_of, judged

NOT_REPLAYED = [f"recorded in {GoodRun.name(n)} and not replayed: no result has its id" for n in (1, 2, 3)]
EXPORTS = "while recording the SDK logged 2 errors, 2 of them so: {} (logs/record.log:1)"
LATE = (
    "Error: service failed to become ready within 60 s: connection refused",
    "Error: failed to become ready within 1m0s",
    "Error: timeout waiting for SDK acknowledgement after 60s",
)
PRINTED = [
    (b"all is well\n", ""),
    (b"XXXX", ""),
    (b"an Error: in the midst\n", ""),
    (b"\xff\n  Error: first\n\tError: port 8000 is taken\nbye\n", "; the CLI says: Error: port 8000 is taken"),
    (b"No tests found in traces\n", "; the CLI says: No tests found in traces"),
    (b"Error: " + b"x" * 300, f"; the CLI says: Error: {'x' * 242}\u2026"),
]


def rust_core(wanted: str, said: str, in_replay: str | None = None) -> Change:
    def spoil(run: GoodRun) -> None:
        run.recording["rust_core"] = run.setup["rust_core"] = wanted
        run.raw["record_log"] = f"[TuskDrift] {said}\n".encode()
        run.log += f"[TuskDrift] {said if in_replay is None else in_replay}\n"

    return spoil


def no_traces_and_unmet(run: GoodRun) -> None:
    run.traces.clear()
    run.requests[1].update(problems=["status: expected 201, got 500", "more"])


def rust_core_in_replay(run: GoodRun) -> None:
    rust_core("0", "Rust core path disabled at startup", "Rust core path enabled at startup")(run)
    run.setup["rust_core"] = "1"


def cli_failed(status: int = 1, **files: Any) -> Change:
    """The CLI ended with `status`, without a result; `files`: bytes."""

    def change(run: GoodRun) -> None:
        run.raw.update({"results": b"", **files})
        run.replay["exit_status"] = run.mocks[-1]["exit_status"] = status

    return change


def exports(error: str) -> bytes:
    """The log of a recording in which the SDK failed twice."""
    return (sdk(error) * 2).encode()


def rust_core_in_log(log: bytes | None) -> Change:
    return lambda run: (run.recording.update(rust_core="1"), run.raw.update(record_log=log))[0]


# fmt: off
CASES = [
    Spoiled("processes left behind", lambda run: run.replay.update(left_behind=["7 sleep 60"]), "the application left processes behind: 7 sleep 60", 0, "run", code=6),
    Spoiled("Rust core not in use", rust_core("1", "Rust core path unavailable at startup; using Python path instead"), "E2E_RUST_CORE=1, and the SDK says 'Rust core path unavailable at startup; using Python path instead' (logs/record.log)", 0, "recording"),
    Spoiled("Rust core in use all the same", rust_core("0", "Rust core path enabled at startup (env=0)."), "E2E_RUST_CORE=0, and the SDK says 'Rust core path enabled at startup (env=0).' (logs/record.log)", 0, "recording"),
    Spoiled("Rust core not spoken of", rust_core("1", ""), "E2E_RUST_CORE=1, and the SDK says nothing of the Rust core (logs/record.log)", 0, "recording"),
    Spoiled("Rust core not spoken of in replay", rust_core("1", "Rust core path enabled at startup", ""), "E2E_RUST_CORE=1, and the SDK says nothing of the Rust core (logs/tusk-replay-1.log)", 0, "run"),
    Spoiled("two processes left behind", lambda run: run.replay.update(left_behind=["7 sleep 60", "8 " + "x" * 500]), f"the application left processes behind: 7 sleep 60; 8 {'x' * 385}\u2026", 0, "run", code=6),
    Spoiled("CLI failed and printed nothing", cli_failed(cli_log=b"Error: no\n"), "nothing was replayed: results.json is empty; the CLI says: Error: no", 3, "run"),
    Spoiled("CLI found no tests", raw(results=b"[]\n", cli_log=b"No tests found\n"), "nothing was replayed: results.json holds no result, only '[]'; the CLI says: No tests found", 3, "run", code=4),
    Spoiled("CLI panicked", raw(results=b"panic: runtime error\n\ngoroutine 1 [running]:\n"), "nothing was replayed: results.json holds no result, only 'panic: runtime error goroutine 1 [running]:'", 3, "run", code=4),
    Spoiled("CLI was killed before it printed anything", cli_failed(-9), "nothing was replayed: results.json is empty; the CLI was ended by SIGKILL", 3, "run"),
    Spoiled("no traces, and an unmet expectation", no_traces_and_unmet, "3 requests were sent and the SDK recorded no trace at all; the first problem: 'create order' status: expected 201, got 500", 2, "run", code=4),
    *(Spoiled(says, cli_failed(cli_log=says.encode()), f"nothing was replayed: results.json is empty; the CLI says: {says} (E2E_READY_TIMEOUT)", 3, "run", code=5) for says in LATE),
    *(Spoiled(f"the SDK logged errors while recording: {error}", change, EXPORTS.format(error), 5, "run", code=code) for error, change, code in (("nothing was recorded", raw(traces={}, results=b"", record_log=exports("nothing was recorded")), 4), ("nothing was replayed", raw(results=b"", record_log=exports("nothing was replayed")), 4), ("the CLI failed", cli_failed(record_log=exports("the CLI failed")), 1))),
]
EXACT = [
    Said("the Rust core in replay alone", rust_core_in_replay),
    Said("the Rust core asked for in replay alone", lambda run: run.setup.update(rust_core="1"), ("E2E_RUST_CORE=1, and the SDK says nothing of the Rust core (logs/tusk-replay-1.log)",)),
    Said("the Rust core, in a log that is not UTF-8", rust_core_in_log(b"\xff [TuskDrift] Rust core path enabled at startup\n")),
    Said("the Rust core, without a log", rust_core_in_log(None), ("E2E_RUST_CORE=1, and the SDK says nothing of the Rust core (logs/record.log)", "logs/record.log is missing: what the SDK logged while recording is unknown")),
    Said("what is wrong with the recording explains why the CLI failed", all_of(cli_failed(), lambda run: run.requests[1].update(calls={"requests": 3})), ("outbound calls: the request declares requests 3, recorded were requests 2", "nothing was replayed: results.json is empty", *NOT_REPLAYED)),
    *(Said(f"no results, and a CLI that prints {log[:40]!r}", raw(results=b"", cli_log=log), (f"nothing was replayed: results.json is empty{words}", *NOT_REPLAYED)) for log, words in PRINTED),
]
# fmt: on


def test_what_never_ran_is_not_blamed_on_its_rules() -> None:
    verdict = judged(raw(replay=None, results=None, cli_log=None, replay_logs={}, touched=None, mocks=None))
    assert (verdict.code, verdict.reason) == (4, "nothing was replayed: results.json is missing")
    assert {failure.rule for failure in verdict.failures} == {3, 4}
    assert verdict.result()["checks"] == {"warnings": "unknown", "leaks": "unknown", "mocks": "unknown"}


def before_the_start(run: GoodRun) -> None:
    run.setup["versions"]["sdk"] = "0.1.22"
    for each in (span for spans in run.traces.values() for span in spans):
        each["isPreAppStart"] = True


def test_an_sdk_that_is_never_told_that_the_application_is_ready_is_named() -> None:
    says = "the SDK (0.1.22) took every request for one from before the application was ready: below 0.1.23 nothing"
    for code, more in ((4, raw(results=b"")), (1, raw())):  # 1: where some were replayed all the same
        verdict = judged(before_the_start, more)
        assert (verdict.code, verdict.reason.startswith(says)) == (code, True)
    told = judged(before_the_start, lambda run: run.spans(1)[0].update(isPreAppStart=False))
    assert not any("from before the application was ready" in failure.message for failure in told.failures)


def test_nothing_at_all_is_an_error_and_no_crash() -> None:
    verdict = judge(Artifacts())
    assert (verdict.code, verdict.verdict, verdict.result()["tests"]) == (4, "error", [])
