"""Rules 5, 7 and 8, of the logs: the SDK's lines, its errors, and the exceptions that the application leaves to its server."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from typing import Any

import pytest

from e2e_common.artifacts.facts import Fact
from e2e_common.judge.rules.logs import LONGEST, LogLine, _tracebacks, commonest, lines
from tests.unit.judge.good_run import HEALTH, STARTED, T0, GoodRun
from tests.unit.judge.verdict.changes import known, official, raw, sdk, untraced
from tests.unit.judge.verdict.spoiling import CREATE, STRANGER, Change, Said, Spoiled, all_of, failures, judged, pinned

REPLAY_LOG = "logs/tusk-replay-1.log"
SERVING = "Serving\n"
FRAMES = """Traceback (most recent call last):
  File "/app/app.py", line 7, in view
    fail()
    ~~~~^^
  File "/app/app.py", line 3, in fail
    raise KeyError("x")
"""
DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"
CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
CHAIN = f"{FRAMES}OSError: first\n{DURING}{FRAMES}ValueError: second\n{CAUSED}{FRAMES}KeyError: 'x'\n"
GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "/app/src/app.py", line 5, in main
  |     async with asyncio.TaskGroup() as group:
  | ExceptionGroup: both (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/src/app.py", line 2, in a
    |     raise KeyError("x")
    | KeyError: 'x'
    +---------------- 2 ----------------
    | ValueError: y
    +------------------------------------
"""
DETAILS = (
    f"{FRAMES}UniqueViolation: duplicate key\nDETAIL:  Key (id)=(1) already exists.\n{DURING}{FRAMES}KeyError: 'x'\n"
)


def recorded(*lines: str, errors: list[str] | None = None) -> Change:
    """What is logged while recording, and what `create order` states."""

    def change(run: GoodRun) -> None:
        run.raw["record_log"] = f"{STARTED}{SERVING}{''.join(lines)}".encode()
        run.requests[1]["errors"] = errors or []
        run.log += SERVING + "".join(f"{FRAMES}{text}\n" for text in errors or ())  # and in replay

    return change


def replayed(*lines: str, test: str | None = None, errors: list[str] | None = None) -> Change:
    """What is logged in replay, after the test of the trace `test` began and before the next did; by default, in the
    last."""

    def change(run: GoodRun) -> None:
        before, began = len(run.log), False
        run.log += SERVING + "".join(lines)
        for line in run.mocks if test is not None else ():
            if line["event"] == "test":
                line["logged"] = len(run.log) if began else before
                began = began or line["trace_id"] == test
        run.requests[1]["errors"] = errors or []
        run.raw["record_log"] = "".join([STARTED, SERVING, *(f"{FRAMES}{text}\n" for text in errors or ())]).encode()

    return change


def before_the_first_test(run: GoodRun) -> None:
    run.log += sdk("no socket")
    for line in run.mocks:
        line.update(logged=len(run.log))


def in_the_test_of_a_stranger(run: GoodRun) -> None:
    run.mocks.insert(-1, {**run.test(STRANGER, 104), "logged": len(run.log)})
    run.log += sdk("no span")


def both_logs(text: str, errors: list[str] | None = None) -> Change:
    def change(run: GoodRun) -> None:
        run.requests[1]["errors"] = errors or []
        run.raw["record_log"] = f"{STARTED}{SERVING}{text}".encode()
        run.log += SERVING + text

    return change


# fmt: off
CASES = [
    Spoiled("a recording without its log", raw(record_log=None), "logs/record.log is missing: what the SDK logged while recording is unknown", 5, "run"),
    Spoiled("the SDK logs an error", recorded(sdk("Failed to export 3 spans")), "the SDK logs an error: Failed to export 3 spans (logs/record.log:3)", 8, "recording", CREATE),
    Spoiled("the SDK logs a critical error", recorded("of the application\n", sdk("no disk", level="CRITICAL")), "the SDK logs an error: no disk (logs/record.log:4)", 8, "recording", CREATE),
    Spoiled("the SDK logs an error soon after the answer", recorded(sdk("late", at=2.75)), "the SDK logs an error: late (logs/record.log:3)", 8, "recording", CREATE),
    Spoiled("the SDK logs an error before the first request", recorded(sdk("no config", at=0.5)), "the SDK logs an error: no config (logs/record.log:3)", 8, "recording", "(start)"),
    Spoiled("the SDK logs an error after the last answer", recorded(sdk("lost", at=50)), "the SDK logs an error: lost (logs/record.log:3) (of no known request)", 5, "run"),
    Spoiled("an exception", recorded(f"{FRAMES}KeyError: 'x'\n"), "the application's log holds an exception that no request declares (errors=): KeyError: 'x' (logs/record.log:9)", 5, "run"),
    Spoiled("a chain of exceptions", recorded("\n", CHAIN), "the application's log holds an exception that no request declares (errors=): KeyError: 'x' (logs/record.log:30)", 5, "run"),
    Spoiled("a chain of which another is stated", recorded(CHAIN, errors=["OSError: first"]), "the application's log holds an exception that no request declares (errors=): KeyError: 'x' (logs/record.log:29)", 5, "run"),
    Spoiled("a group of exceptions", recorded(GROUP), "the application's log holds an exception that no request declares (errors=): ExceptionGroup: both (2 sub-exceptions) (logs/record.log:6)", 5, "run"),
    Spoiled("an exception without a message", recorded(f"{FRAMES}KeyboardInterrupt\n"), "the application's log holds an exception that no request declares (errors=): KeyboardInterrupt (logs/record.log:9)", 5, "run"),
    Spoiled("an exception once more than stated", recorded(f"{FRAMES}KeyError: 'y'\n" * 2, errors=["KeyError: 'y'"]), "the application's log holds an exception that no request declares (errors=): KeyError: 'y' (logs/record.log:16)", 5, "run"),
    Spoiled("a stated exception is not logged", recorded(errors=["KeyError: 'x'"]), "declares errors=[\"KeyError: 'x'\"], and the log holds no such exception", 5, "recording", CREATE),
    Spoiled("the SDK logs an error in replay", replayed(sdk("no mock for GET /a"), test=HEALTH), f"the SDK logs an error: no mock for GET /a ({REPLAY_LOG}:5)", 7, "replay", "health"),
    Spoiled("the SDK logs an error in the last test", replayed(sdk("no mock for GET /b")), f"the SDK logs an error: no mock for GET /b ({REPLAY_LOG}:5)", 7, "replay", "leak"),
    Spoiled("the SDK logs an error before the first test", before_the_first_test, f"the SDK logs an error: no socket ({REPLAY_LOG}:4)", 7, "replay", "(start)"),
    Spoiled("the SDK logs an error in the test of a stranger", in_the_test_of_a_stranger, f"the SDK logs an error: no span ({REPLAY_LOG}:4) (of no known request)", 5, "run"),
    Spoiled("an exception in replay", replayed(f"{FRAMES}KeyError: 'x'\n"), f"the application's log holds an exception that no request declares (errors=): KeyError: 'x' ({REPLAY_LOG}:11)", 5, "run"),
    Spoiled("a stated exception is not logged in replay", replayed(errors=["KeyError: 'y'"]), "declares errors=[\"KeyError: 'y'\"], and the log holds no such exception", 5, "replay", CREATE),
]
QUIET = {
    "a warning": sdk("unpatched", level="WARNING"),
    "an error in the words of another level": sdk("ERROR is only a word", level="DEBUG"),
    "an error of another logger": "2026-09-21 14:13:22,000 [werkzeug] ERROR no\n",
    "an error within a line": f"it said: {sdk('no')}",
    "a traceback that was cut": FRAMES,
    "the words alone": "Traceback (most recent call last): see above\nKeyError: 'x'\n",
}
STATED: dict[str, tuple[str, list[str]]] = {
    "its last line": (f"{FRAMES}KeyError: 'x'\n", ["KeyError: 'x'"]),
    "a part of it": (f"{FRAMES}ValueError: id 7f3a is none\n", ["ValueError: id ... is none"]),
    "an address": (f"{FRAMES}OSError: at 127.0.0.1:9123 is nobody\n", ["OSError: at upstream is nobody"]),
    "a chain": (CHAIN, ["KeyError: 'x'"]),
    "a chain, with details": (DETAILS, ["KeyError: 'x'"]),
    "an exact text, after a pattern": (
        f"{FRAMES}ValueError: id 7 is none\n{FRAMES}ValueError: id 8 is none\n",
        ["ValueError: id ... is none", "ValueError: id 7 is none"],
    ),
    "two lines": (f"{FRAMES}ValueError: of\ntwo lines\n", ["ValueError: of"]),
    "in any order": (f"Exception in thread Thread-1:\n{FRAMES}B: 2\n{FRAMES}A: 1\n", ["A: 1", "B: 2"]),
    "twice": (f"{FRAMES}A: 1\n" * 2, ["A: 1"] * 2),
    "a group": (GROUP, ["ExceptionGroup: both (2 sub-exceptions)"]),
    "a group below the line of a server": (f"ERROR: Exception in ASGI application\n{GROUP}", ["ExceptionGroup: both ..."]),
    "a group whose one exception is raised alone": (f"{GROUP}{DURING}{FRAMES}KeyError: 'x'\n", ["KeyError: 'x'"]),
    "CRLF": (f"{FRAMES}A: 1\r\n", ["A: 1"]),
}
EXACT = [
    *(Said(name, both_logs(text)) for name, text in QUIET.items()),
    *(Said(f"stated: {name}", both_logs(text, errors)) for name, (text, errors) in STATED.items()),
    Said("an exception below an error of the SDK", recorded(sdk("tried in vain"), CHAIN), ("the SDK logs an error: tried in vain (logs/record.log:3)",)),
    Said("a stated exception of a request that is not replayed", all_of(recorded(f"{FRAMES}KeyError: 'x'\n"), untraced(errors=["KeyError: 'x'"]))),
    Said("an error of the SDK, official CLI", all_of(replayed(sdk("no mock"), SERVING, f"{FRAMES}KeyError: 'x'\n"), official), (f"the application's log holds an exception that no request declares (errors=): KeyError: 'x' ({REPLAY_LOG}:13)",)),
    *(Said(f"an exception below a line of the SDK at {level}", recorded(sdk("Blocking trace", level=level), CHAIN), ("the application's log holds an exception that no request declares (errors=): KeyError: 'x' (logs/record.log:30)",)) for level in ("DEBUG", "INFO", "WARNING")),
]
# fmt: on


def test_an_error_where_no_request_was_sent_is_of_the_run() -> None:
    log = raw(record_log=f"{STARTED}{SERVING}{sdk('no config')}".encode())
    found = failures(log, lambda run: run.requests.clear())
    assert [(rule, name) for rule, _, text, _, name, _ in found if "the SDK logs an error" in text] == [(5, None)]


BY_TIME = {
    0.8: "(start)",
    0.9: "health",
    1.8: "health",
    1.898: "health",
    1.9: CREATE,
    2.8: CREATE,
    3.0: "leak",
    8.5: "leak",
    8.7: None,
}


@pytest.mark.parametrize(("at", "owner"), BY_TIME.items())
def test_an_error_while_recording_is_of_the_request_that_was_sent_last(at: float, owner: str | None) -> None:
    def change(run: GoodRun) -> None:
        for line, started in zip(run.requests, (0.9004, 1.9004, 2.9)):
            line["started"] = T0 + started

    assert [failure.request for failure in judged(change, recorded(sdk("no", at=at))).failures] == [owner]


def test_each_error_is_pinned_by_its_text_without_what_is_new_in_every_run() -> None:
    change = recorded(sdk("no 127.0.0.1:9123"), sdk("x" * 200), sdk("no 127.0.0.1:9123"))
    found, short = judged(change).failures, f"{'x' * (LONGEST - 1)}\u2026"
    assert [failure.facts for failure in found] == [
        (Fact("errors", text),) for text in ("no upstream", short, "no upstream")
    ]
    knows = known(*pinned(found))
    assert judged(change, knows).code == 0
    more = recorded(sdk("no upstream"), sdk("x" * 200), *[sdk("no upstream")] * 2)
    assert [failure.request for failure in judged(more, knows).failures] == [CREATE], "one more than is pinned"


def test_of_many_errors_the_commonest_is_reported() -> None:
    log = f"{STARTED}{sdk('a')}{sdk('b')}other\n{sdk('b')}{sdk('c', level='INFO')}".encode()
    assert commonest(log) == "the SDK logged 3 errors, 2 of them so: b (logs/record.log:3)"
    assert commonest(sdk("x" * 200).encode()).endswith(f"so: {'x' * (LONGEST - 1)}\u2026 (logs/record.log:1)")
    assert commonest(STARTED.encode()) == commonest(b"") == ""


class Log(bytes):
    """Counts the bytes that are copied out of it or looked through in Python's own functions."""

    work = 0

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        type(self).work += len(part) if isinstance(key, slice) else 1
        return part

    def count(self, sub: Any, start: Any = 0, end: Any = None) -> int:
        type(self).work += (len(self) if end is None else end) - start
        return super().count(sub, start, end)


def test_the_work_grows_with_the_log_alone() -> None:
    """Not with the log and the number of its tracebacks."""
    log = Log(f"{'x' * 1999}\n{FRAMES}OSError: no\n".encode() * 400)
    assert [number for _, number in _tracebacks(log)] == [8 * count for count in range(1, 401)]
    assert Log.work < 4 * len(log)


AT = 1_790_000_000  # 2026-09-21 14:13:20 UTC
FIRST_LINE = b"2026-09-21 14:13:20,007 [TuskDrift] INFO it starts\n"
SECOND_LINE = b"2026-09-21 14:13:21,500 [TuskDrift] ERROR "


def test_time_level_text_and_place_of_each_line() -> None:
    log = b"Serving\n" + FIRST_LINE + b"\nother\n" + SECOND_LINE + b"no: [TuskDrift] INFO\r\n\n" + FIRST_LINE
    assert list(lines(log)) == [
        LogLine(AT + 0.007, "INFO", "it starts", 8, 2),
        LogLine(AT + 1.5, "ERROR", "no: [TuskDrift] INFO", 8 + len(FIRST_LINE) + 7, 5),
        LogLine(AT + 0.007, "INFO", "it starts", log.rindex(FIRST_LINE), 7),
    ]


@pytest.mark.parametrize(
    "log",
    [
        b"",
        b"2026-09-21T14:13:20 [TuskDrift] before src/app.py has formatted them\n",
        b"2026-09-21T14:13:20,007 [TuskDrift] INFO x\n",
        b"2026-09-21 14:13:20 [TuskDrift] INFO x\n",
        b"2026-09-21 14:13:20,007 [TuskDrift] x\n",
        b"2026-09-21 14:13:20,007 [Tusk] INFO x\n",
        b" 2026-09-21 14:13:20,007 [TuskDrift] INFO x\n",
        b"it says 2026-09-21 14:13:20,007 [TuskDrift] INFO x\n",
        b"2026-13-21 14:13:20,007 [TuskDrift] INFO no such month\n",
        b"2026-09-31 14:13:20,007 [TuskDrift] INFO no such day\n",
        b"2026-09-21 24:13:20,007 [TuskDrift] INFO no such hour\n",
    ],
)
def test_what_only_looks_like_one_is_none(log: bytes) -> None:
    assert [(line.text, line.number) for line in lines(log + FIRST_LINE)] == [("it starts", log.count(b"\n") + 1)]


@pytest.mark.parametrize(
    ("end", "text"), [(b"\xff\0", ["\N{REPLACEMENT CHARACTER}\0"]), (b"", [""])], ids=["bytes", "cut"]
)
def test_a_line_at_the_end_may_be_cut_and_hold_anything(end: bytes, text: list[str]) -> None:
    assert [line.text for line in lines(SECOND_LINE + end)] == text
    assert list(lines(SECOND_LINE[:-3])) == []
