"""The artifacts that the harness itself writes, as types (strict_json.py decodes them).

A key without a default has to be there, one that is not named here may be; a whole number is neither 1.0 nor true. The
annotations are read at run time, on Python 3.9 too: no `X | None`.
"""

import re
from typing import Annotated, Any, Literal, Optional, Union

from msgspec import Meta, Struct, field

from e2e_common.artifacts import expectation
from e2e_common.artifacts.expectation import Expectation
from e2e_common.artifacts.failure import shorten
from e2e_common.artifacts.strict_json import Malformed, decode
from e2e_common.util.names import UNRECORDED

BUNDLED, OFFICIAL = "bundled", "official"
Whole = Annotated[int, Meta(gt=-(2**53), lt=2**53)]
Number = Annotated[float, Meta(gt=-1e15, lt=1e15)]


class Setup(Struct, frozen=True):
    """setup.json: what a run, or the replay of an earlier recording, runs with. `packages`: all that is installed in
    the application's environment; `locked`: SDK and libraries are as the suite's lock says, on the harness's Python;
    `rust_core`: E2E_RUST_CORE; `variables`: what the application finds in its environment beside its services;
    `ready_s`: E2E_READY_TIMEOUT; `seconds`: phase → seconds, of this run; `goes_on`: another call replays what this one
    records, and its time counts."""

    versions: dict[str, Optional[str]]
    packages: dict[str, str]
    locked: bool
    sdk_source: str
    laid_over: str = field(name="with")
    rust_core: str
    sentinels: bool
    forgives: tuple[str, ...]
    app_port: Whole
    variables: dict[str, str]
    ready_s: Number
    seconds: dict[str, Number]
    goes_on: bool = False


class Recording(Struct, frozen=True):
    """recording.json: it is there once the recording is complete. `services`: server → `host:port`; `parameters` and
    `servers`: what they say of themselves, and their versions; `sdk`: the version that recorded; `partial`: the pattern
    of E2E_ONLY; `exit_status`: of src/test_requests.py; `started`: the application, and `flushed`: its traces, in
    seconds since the epoch; `left_behind`: processes that ran on when it had ended."""

    suite: str
    port: Whole
    runtime: str
    partial: Optional[str]
    services: dict[str, str]
    parameters: dict[str, str]
    servers: dict[str, Optional[str]]
    app_port: Whole
    sdk: str
    rust_core: str
    locked: bool
    exit_status: Optional[Whole]
    started: Number
    flushed: Number
    left_behind: tuple[str, ...] = ()


NO_SETUP = Setup({}, {}, False, "", "", "", True, (), 0, {}, 0, {})
NO_RECORDING = Recording("", 0, "", None, {}, {}, {}, 0, "", "", False, None, 0, 0)


class Request(Struct, frozen=True):
    """A line of requests.jsonl. Times are seconds since the epoch; `body`: the answer's, as a SHA-256 in hexadecimal
    digits, None where it came compressed or not at all; `problems` is empty where it met its expectation, and `differs`
    says the same as facts (kind, key, value); `size`: bytes of the larger one of the bodies of request and answer;
    `recorded`: why nothing is recorded of it (names.UNRECORDED), empty where it is; `replayed`: false where the CLI
    leaves its trace out; `refused`: how many of its calls a rule forbids while the SDK records."""

    number: Whole = field(name="n")
    name: str
    method: str
    path: str
    started: Number
    ended: Number
    status: Optional[Whole]
    body: Optional[str]
    problems: tuple[str, ...]
    calls: dict[str, Whole]
    late: bool
    expect_unpatched: dict[str, Whole]
    leaks: tuple[str, ...]
    background: Whole
    differs: tuple[tuple[str, str, Any], ...]
    size: Whole
    recorded: Annotated[str, Meta(pattern=rf"\A({'|'.join(UNRECORDED)}|)\Z")]
    replayed: bool
    refused: Whole
    inexact: dict[str, Whole]
    unanswered: tuple[str, ...]
    errors: tuple[str, ...]
    reached: tuple[str, ...]
    asked: dict[str, list[str]]
    expected: Expectation

    @property
    def by_design(self) -> bool:
        """Whether it states that it is not recorded, or not replayed."""
        return bool(self.recorded) or not self.replayed


class End(Struct, frozen=True):
    """The last line of requests.jsonl. `unanswered`: stated of the calls before the application is ready."""

    sent: Whole
    unanswered: tuple[str, ...]


class Cli(Struct, frozen=True):
    """Which CLI replayed."""

    name: Annotated[str, Meta(pattern=rf"\A({BUNDLED}|{OFFICIAL})\Z")]
    version: str


class Call(Struct, frozen=True):
    """The call of the CLI that replayed one test once more. `started`: seconds since the epoch."""

    trace_id: str
    started: Number
    exit_status: Whole


class Replay(Struct, frozen=True):
    """replay.json. `network_detail`: how the network was left, and what a probe found; `left_behind`: processes that
    ran on when the CLI had ended and its application had had time to; `again`: in order."""

    exit_status: Optional[Whole]
    cli: Cli
    network_isolated: bool
    own_files: bool
    left_behind: tuple[str, ...]
    again: tuple[Call, ...]
    seconds: dict[str, Number]
    network_detail: str = ""


NO_REPLAY = Replay(None, Cli("", ""), False, False, (), (), {})


class Listening(Struct, frozen=True, tag_field="event", tag="listening"):
    """A line of touched.jsonl: a sentinel stands."""

    service: str
    address: str
    at: Number


class Touched(Struct, frozen=True, tag_field="event", tag="touched"):
    """A line of touched.jsonl. `at`: seconds since the epoch."""

    service: str
    what: str
    at: Number


class Closed(Struct, frozen=True, tag_field="event", tag="closed"):
    """The last line of touched.jsonl."""

    at: Number


Sentinel = Union[Listening, Touched, Closed]
SENTINEL: tuple[type[Sentinel], ...] = (Listening, Touched, Closed)


class Near(Struct, frozen=True):
    """A recorded call that is like one that was asked for; `difference`: the first one, in words."""

    trace_id: str = ""
    span_id: str = ""
    asked: str = ""
    difference: str = ""


class Asked(Struct, frozen=True, tag_field="event", tag="mock"):
    """A mock request in mocks.jsonl. `trace_id` is empty for a call outside any test; `nearest`: where nothing was
    found, at most three; `at`: seconds since the epoch. Where something was found, `by`: it has the same "value", one
    that is "reduced" to the same (replay protocol, section 8.3), or the same "shape"; `reused`: it had answered before;
    `differs`: JSON paths at which its input is another than the one asked for."""

    trace_id: str
    asked: str
    found: bool
    pre_app_start: bool
    nearest: tuple[Near, ...] = field(name="closest")
    note: str
    at: Number
    instrumentation: str
    differs: tuple[str, ...] = ()
    matched_trace: str = ""
    matched_span: str = ""
    by: Literal["", "value", "reduced", "shape"] = ""
    reused: bool = False

    def __post_init__(self) -> None:
        if self.found and not (self.matched_trace and self.matched_span and self.by):
            raise ValueError("Object with `found` lacks `matched_trace`, `matched_span` or `by`")

    @property
    def closest(self) -> str:
        """The nearest recorded call and what differs, on one line; empty where there is none."""
        first = self.nearest[:1]
        return "; ".join(shorten(text) for near in first for text in (near.asked, near.difference) if text)


class Window(Struct, frozen=True, tag_field="event", tag="test"):
    """When the bundled replayer ran a test, in seconds since the epoch; `logged`: the bytes in the application's log
    when it began."""

    trace_id: str
    started: Number
    ended: Number
    logged: Whole


class Answered(Struct, frozen=True, tag_field="event", tag="answer"):
    """What the application answered in replay. `body`: as it was sent."""

    trace_id: str
    status: Whole
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def values(self, name: str) -> list[str]:
        """Those of the header `name`, in any case of letters."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> Optional[str]:
        """The value of a header, those of one name joined as `requests` does; None where there is none."""
        return ", ".join(values) if (values := self.values(name)) else None


class Inbound(Struct, frozen=True, tag_field="event", tag="inbound"):
    """What the SDK says of a replayed request. `output`, `schema`: of its span."""

    trace_id: str
    output: dict[str, Any]
    schema: dict[str, Any]


class Alert(Struct, frozen=True, tag_field="event", tag="alert"):
    """An alert of the SDK."""

    at: Number
    trace_id: str
    kind: str


class Dropped(Struct, frozen=True, tag_field="event", tag="dropped"):
    """What the SDK sent and the replayer could not take."""

    at: Number
    reason: str


class Connect(Struct, frozen=True, tag_field="event", tag="connect"):
    """An SDK has connected."""


class MocksEnd(Struct, frozen=True, tag_field="event", tag="end"):
    """The last line of mocks.jsonl."""

    exit_status: Optional[Whole]


MOCK = (Connect, Window, Asked, Answered, Inbound, Alert, Dropped, MocksEnd)


class Mocks(Struct, frozen=True):
    """mocks.jsonl, the bundled replayer's account. `end` is None where it broke off."""

    tests: tuple[Window, ...] = ()
    asked: tuple[Asked, ...] = ()
    alerts: tuple[Alert, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    answers: tuple[Answered, ...] = ()
    inbound: tuple[Inbound, ...] = ()
    end: Optional[MocksEnd] = None

    def running_at(self, at: float) -> Optional[str]:
        """The trace id of the test that ran at `at`, or the last one that had begun by then; None before the first."""
        begun = [test for test in self.tests if test.started <= at]
        return max(begun, key=lambda test: test.started).trace_id if begun else None


def decode_request(raw: dict[str, Any]) -> Request:
    """A request's line of requests.jsonl. Raises Malformed."""
    try:
        expected = expectation.from_json(raw["expected"])
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, re.error) as error:
        raise Malformed(f"`$.expected` is no stated answer ({type(error).__name__}: {error})") from error
    return decode({**raw, "expected": expected}, Request)
