"""The artifacts that the harness itself writes: their shapes and strict decoders (JSON values in, dataclasses out).

A decoder raises Malformed with a message that names key and value; evidence.py adds file and line.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from e2e_common import expectation
from e2e_common.expectation import Expectation
from e2e_common.facts import Fact
from e2e_common.failure import shorten
from e2e_common.names import UNRECORDED

BUNDLED = "bundled"
OFFICIAL = "official"


class Malformed(ValueError):
    """A value is not what its contract says. The message names the key and what stands there."""


@dataclass(frozen=True)
class Run:
    """run.json. `services`: name → `host:port`; `seconds`: phase → seconds; `partial`: the pattern of E2E_ONLY;
    `rust_core`: E2E_RUST_CORE; `recorded_by`: the version of the SDK that recorded; `packages`: all that is installed
    in the application's environment; `locked`: SDK and libraries are as the suite's lock says, on the harness's Python.
    """

    suite: str = ""
    port: int | None = None
    runtime: str = ""
    partial: str | None = None
    services: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str | None] = field(default_factory=dict)
    sdk_source: str = ""
    laid_over: str = ""
    rust_core: str = ""
    recorded_rust_core: str = ""
    recorded_by: str = ""
    packages: dict[str, str] = field(default_factory=dict)
    locked: bool = False
    sentinels: bool = True
    forgives: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    exit_status: int | None = None


@dataclass(frozen=True)
class Request:
    """A line of requests.jsonl. Times are seconds since the epoch; `body`: the answer's, as a SHA-256 in hexadecimal
    digits, None where it came compressed or not at all; `problems` is empty where it met its expectation, and `differs`
    says the same as facts; `size`: bytes of the larger one of the bodies of request and answer; `recorded`: why nothing
    is recorded of it (names.UNRECORDED), empty where it is; `replayed`: false where the CLI leaves its trace out;
    `refused`: how many of its calls a rule forbids while the SDK records."""

    number: int
    name: str
    method: str
    path: str
    started: float
    ended: float
    status: int | None
    body: str | None
    problems: tuple[str, ...]
    calls: dict[str, int]
    late: bool
    expect_unpatched: dict[str, int]
    leaks: tuple[str, ...]
    background: int
    differs: tuple[Fact, ...] = ()
    size: int = 0
    recorded: str = ""
    replayed: bool = True
    refused: int = 0
    inexact: dict[str, int] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    asked: dict[str, list[str]] = field(default_factory=dict)
    expected: Expectation = field(default_factory=Expectation)

    @property
    def by_design(self) -> bool:
        """Whether it states that it is not recorded, or not replayed."""
        return bool(self.recorded) or not self.replayed


@dataclass(frozen=True)
class End:
    """The last line of requests.jsonl. `unanswered`: stated of the calls before the application is ready."""

    sent: int
    unanswered: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """The call of the CLI that replayed one test once more. `started`: seconds since the epoch."""

    trace_id: str
    started: float
    exit_status: int


@dataclass(frozen=True)
class Replay:
    """replay.json. `cli` is official, bundled, or empty where the file does not say; `left_behind`: processes that ran
    on when the CLI had ended and its application had had time to; `again`: in order."""

    exit_status: int | None = None
    cli: str = ""
    cli_version: str = ""
    network_isolated: bool = False
    own_files: bool = False
    left_behind: tuple[str, ...] = ()
    again: tuple[Call, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Touched:
    """A line of touched.jsonl: `event` is listening, touched or closed; `at` is seconds since the epoch."""

    event: str
    at: float = 0.0
    service: str = ""
    address: str = ""
    what: str = ""


@dataclass(frozen=True)
class Near:
    """A recorded call that is like one that was asked for; `difference`: the first one, in words."""

    trace_id: str
    span_id: str
    asked: str
    difference: str


@dataclass(frozen=True)
class Asked:
    """A mock request in mocks.jsonl. `trace_id` is empty for a call outside any test; `step`: of the matching order
    (replay protocol, section 8.2), 0 where nothing was found. `nearest`: where nothing was found, at most three; `at`:
    seconds since the epoch, 0 where the line does not say; `differs`: JSON paths at which the input of the recorded
    call that answered is another than the one asked for."""

    trace_id: str
    asked: str
    found: bool
    matched_trace: str
    matched_span: str
    pre_app_start: bool
    step: int
    nearest: tuple[Near, ...]
    note: str
    at: float = 0.0
    instrumentation: str = ""
    differs: tuple[str, ...] = ()

    @property
    def closest(self) -> str:
        """The nearest recorded call and what differs, on one line; empty where there is none."""
        first = self.nearest[:1]
        return "; ".join(shorten(text) for near in first for text in (near.asked, near.difference) if text)


@dataclass(frozen=True)
class Window:
    """When the bundled replayer ran a test, in seconds since the epoch; `logged`: the bytes in the application's log
    when it began."""

    trace_id: str
    started: float
    ended: float
    logged: int


@dataclass(frozen=True)
class Answered:
    """An `answer` line of mocks.jsonl: what the application answered in replay. `body`: as it was sent."""

    trace_id: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def values(self, name: str) -> list[str]:
        """Those of the header `name`, in any case of letters."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """The value of a header, those of one name joined as `requests` does; None where there is none."""
        return ", ".join(values) if (values := self.values(name)) else None


@dataclass(frozen=True)
class Inbound:
    """An `inbound` line of mocks.jsonl: what the SDK says of a replayed request. `output`, `schema`: of its span."""

    trace_id: str
    output: dict[str, Any]
    schema: dict[str, Any]


@dataclass(frozen=True)
class Notice:
    """An alert of the SDK or a dropped frame in mocks.jsonl."""

    event: str
    at: float
    trace_id: str
    kind: str
    detail: str


@dataclass(frozen=True)
class Mocks:
    """mocks.jsonl, the bundled replayer's account. `ended`: its last line is the `end` line."""

    tests: tuple[Window, ...] = ()
    asked: tuple[Asked, ...] = ()
    notices: tuple[Notice, ...] = ()
    answers: tuple[Answered, ...] = ()
    inbound: tuple[Inbound, ...] = ()
    ended: bool = False
    exit_status: int | None = None

    def running_at(self, at: float) -> str | None:
        """The trace id of the test that ran at `at`, or the last one that had begun by then; None before the first."""
        begun = [test for test in self.tests if test.started <= at]
        return max(begun, key=lambda test: test.started).trace_id if begun else None


# Values


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _objects(value: Any) -> bool:
    return isinstance(value, list) and all(map(_object, value))


def _lists(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, list) for item in value)


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def _or_null(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or test(value)


def _map_of(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(test(item) for item in value.values())


def _object(value: Any) -> bool:
    return isinstance(value, dict)


_WORDS: dict[Callable[[Any], bool], str] = {
    _text: "a string",
    _flag: "true or false",
    _whole: "a whole number",
    _number: "a number",
    _object: "an object",
}


def take(raw: dict[str, Any], key: str, test: Callable[[Any], bool], words: str = "") -> Any:
    """`raw[key]` where it passes `test`. Raises Malformed with what should stand there (`words`)."""
    if key not in raw:
        raise Malformed(f"{key!r} is missing")
    if not test(raw[key]):
        raise Malformed(f"{key!r} must be {words or _WORDS[test]}, not {shorten(repr(raw[key]), 40)}")
    return raw[key]


def json_object(data: bytes) -> dict[str, Any]:
    """One JSON object. Raises Malformed."""
    try:
        value = json.loads(data.decode())
    except UnicodeDecodeError as error:
        raise Malformed(f"not UTF-8 (byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise Malformed(f"no JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise Malformed(f"no JSON: {shorten(error)}") from error
    if not isinstance(value, dict):
        raise Malformed(f"not an object: {shorten(repr(value), 40)}")
    return value


def json_lines(data: bytes) -> Iterator[tuple[int, dict[str, Any] | Malformed]]:
    """(line number, object, or what is wrong with the line) for each line that is not blank."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, json_object(line)
        except Malformed as error:
            yield number, error


# Documents


def decode_run(raw: dict[str, Any]) -> Run:
    """run.json's object. Raises Malformed."""
    requester = take(raw, "requester", _object)
    return Run(
        suite=take(raw, "suite", _text),
        port=take(raw, "port", _whole),
        runtime=take(raw, "runtime", _text),
        partial=take(raw, "partial", _or_null(_text), "null or the pattern of E2E_ONLY"),
        services=take(raw, "services", _map_of(_text), "an object of addresses"),
        versions=take(raw, "versions", _map_of(_or_null(_text)), "an object of versions"),
        sdk_source=take(raw, "sdk_source", _text),
        laid_over=take(raw, "with", _text),
        rust_core=take(raw, "rust_core", _text),
        recorded_rust_core=take(raw, "recorded_rust_core", _text),
        recorded_by=take(raw, "recorded_by", _text),
        packages=take(raw, "packages", _map_of(_text), "an object of versions"),
        locked=take(raw, "locked", _flag),
        sentinels=take(raw, "sentinels", _flag),
        forgives=tuple(take(raw, "forgives", _texts, "a list of strings")),
        seconds=take(raw, "seconds", _map_of(_number), "an object of seconds"),
        exit_status=take(requester, "exit_status", _or_null(_whole), "null or the script's exit status"),
    )


def decode_request(raw: dict[str, Any]) -> Request:
    """A request's line of requests.jsonl. Raises Malformed."""
    problems = take(raw, "problems", _texts, "a list of strings")
    return Request(
        number=take(raw, "n", _whole),
        name=take(raw, "name", _text),
        method=take(raw, "method", _text),
        path=take(raw, "path", _text),
        started=take(raw, "started", _number),
        ended=take(raw, "ended", _number),
        status=take(raw, "status", _or_null(_whole), "null or a whole number"),
        body=take(raw, "body", _or_null(_text), "null or a hash"),
        problems=tuple(problems),
        calls=take(raw, "calls", _map_of(_whole), "an object of whole numbers"),
        late=take(raw, "late", _flag),
        expect_unpatched=take(raw, "expect_unpatched", _map_of(_whole), "an object of whole numbers"),
        leaks=tuple(take(raw, "leaks", _texts, "a list of strings")),
        background=take(raw, "background", _whole),
        differs=tuple(_fact(row) for row in take(raw, "differs", _lists, "a list of lists")),
        size=take(raw, "size", _whole),
        recorded=take(raw, "recorded", lambda value: value in ("", *UNRECORDED), f"one of {', '.join(UNRECORDED)}"),
        replayed=take(raw, "replayed", _flag),
        refused=take(raw, "refused", _whole),
        inexact=take(raw, "inexact", _map_of(_whole), "an object of whole numbers"),
        unanswered=tuple(take(raw, "unanswered", _texts, "a list of strings")),
        errors=tuple(take(raw, "errors", _texts, "a list of strings")),
        reached=tuple(take(raw, "reached", _texts, "a list of strings")),
        asked=take(raw, "asked", _map_of(_texts), "an object of lists of strings"),
        expected=_expectation(take(raw, "expected", _object)),
    )


def decode_end(raw: dict[str, Any]) -> End:
    """The last line of requests.jsonl. Raises Malformed."""
    return End(take(raw, "sent", _whole), tuple(take(raw, "unanswered", _texts, "a list of strings")))


def _expectation(raw: dict[str, Any]) -> Expectation:
    try:
        return expectation.from_json(raw)
    except (KeyError, TypeError, ValueError, AttributeError, re.error) as error:
        raise Malformed(f"'expected' is no stated answer ({type(error).__name__}: {error})") from error


def _fact(row: list[Any]) -> Fact:
    if len(row) != 3 or not _text(row[0]) or not _text(row[1]):
        raise Malformed(f"'differs' must hold [kind, key, value], not {shorten(repr(row), 40)}")
    return Fact(*row)


def decode_replay(raw: dict[str, Any]) -> Replay:
    """replay.json's object. Raises Malformed."""
    cli = take(raw, "cli", _object)
    return Replay(
        exit_status=take(raw, "exit_status", _or_null(_whole), "null or the CLI's exit status"),
        cli=take(cli, "name", lambda value: value in (BUNDLED, OFFICIAL), "bundled or official"),
        cli_version=take(cli, "version", _text),
        network_isolated=take(raw, "network_isolated", _flag),
        own_files=take(raw, "own_files", _flag),
        left_behind=tuple(take(raw, "left_behind", _texts, "a list of strings")),
        again=tuple(_call(row) for row in take(raw, "again", _objects, "a list of objects")),
        seconds=take(raw, "seconds", _map_of(_number), "an object of seconds"),
    )


def _call(raw: dict[str, Any]) -> Call:
    trace_id, started = take(raw, "trace_id", _text), take(raw, "started", _number)
    return Call(trace_id, started, take(raw, "exit_status", _whole))


def decode_touched(raw: dict[str, Any]) -> Touched:
    """A line of touched.jsonl. Raises Malformed, also for an event that the contract does not know."""
    event = take(
        raw, "event", lambda value: value in ("listening", "touched", "closed"), "listening, touched or closed"
    )
    at = take(raw, "at", _number)
    if event == "closed":
        return Touched(event, at)
    service = take(raw, "service", _text)
    if event == "listening":
        return Touched(event, at, service, address=take(raw, "address", _text))
    return Touched(event, at, service, what=take(raw, "what", _text))


def decode_window(raw: dict[str, Any]) -> Window:
    """A `test` line of mocks.jsonl. Raises Malformed."""
    return Window(
        trace_id=take(raw, "trace_id", _text),
        started=take(raw, "started", _number),
        ended=take(raw, "ended", _number),
        logged=take(raw, "logged", _whole),
    )


def decode_asked(raw: dict[str, Any]) -> Asked:
    """A `mock` line of mocks.jsonl. Raises Malformed."""
    found = take(raw, "found", _flag)
    matched = _text if found else _or_null(_text)
    return Asked(
        trace_id=take(raw, "trace_id", _text),
        asked=take(raw, "asked", _text),
        found=found,
        matched_trace=take(raw, "matched_trace", matched, "null or a trace id") or "",
        matched_span=take(raw, "matched_span", matched, "null or a span id") or "",
        pre_app_start=take(raw, "pre_app_start", _flag),
        step=take(raw, "step", _whole) if found else 0,
        nearest=_nearest(raw.get("closest")),
        note=shorten(raw.get("note") or "", 200),
        at=raw["at"] if _number(raw.get("at")) else 0.0,
        instrumentation=shorten(raw.get("instrumentation") or ""),
        differs=tuple(raw["differs"]) if _texts(raw.get("differs")) else (),
    )


def decode_answer(raw: dict[str, Any]) -> Answered:
    """An `answer` line of mocks.jsonl. Raises Malformed."""
    headers = take(raw, "headers", _lists, "a list of [name, value]")
    if not all(len(row) == 2 and _texts(row) for row in headers):
        raise Malformed("'headers' must be a list of [name, value]")
    sent = take(raw, "body", _text)
    try:
        body = base64.b64decode(sent, validate=True)
    except ValueError as error:
        raise Malformed(f"'body' is no base64: {error}") from error
    return Answered(take(raw, "trace_id", _text), take(raw, "status", _whole), tuple(map(tuple, headers)), body)


def decode_inbound(raw: dict[str, Any]) -> Inbound:
    """An `inbound` line of mocks.jsonl. Raises Malformed."""
    return Inbound(take(raw, "trace_id", _text), take(raw, "output", _object), take(raw, "schema", _object))


def decode_notice(raw: dict[str, Any]) -> Notice:
    """An `alert` or `dropped` line of mocks.jsonl. Raises Malformed."""
    event, at = take(raw, "event", _text), take(raw, "at", _number)
    if event == "dropped":
        return Notice(event, at, "", "", shorten(take(raw, "reason", _text)))
    kind = take(raw, "kind", _text)
    return Notice(event, at, take(raw, "trace_id", _text), kind, shorten(raw.get("detail") or ""))


def _nearest(value: Any) -> tuple[Near, ...]:
    items = value if isinstance(value, list) else []
    keys = ("trace_id", "span_id", "asked", "difference")
    return tuple(
        Near(*(shorten(item[key], 500) if item.get(key) else "" for key in keys))
        for item in items[:3]
        if isinstance(item, dict)
    )
