"""Types of the artifacts that the harness writes (strict_json.py decodes them).

A key without a default is required; unknown keys are allowed. An integer may not be 1.0 or true. The annotations are
evaluated at run time, on Python 3.9 too: no `X | None`.
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
    """setup.json: the set-up of a run, or of a replay of an earlier recording. `packages`: all that are installed;
    `locked`: SDK and libraries have the versions of the suite's lock, on the harness's Python; `variables`: the
    application's, besides its services'; `seconds`: by phase; `goes_on`: a later process replays this recording."""

    versions: dict[str, Optional[str]]
    packages: dict[str, str]
    locked: bool
    sdk_source: str
    overlay: str = field(name="with")
    rust_core: str
    sentinels: bool
    forgives: tuple[str, ...]
    app_port: Whole
    variables: dict[str, str]
    ready_s: Number
    seconds: dict[str, Number]
    goes_on: bool = False


class Recording(Struct, frozen=True):
    """recording.json, written when the recording is complete. `partial`: the pattern of E2E_ONLY; `services`: server →
    `host:port`; `parameters` and `servers`: the servers' parameters and versions; `exit_status`: of
    src/test_requests.py; `started` and `flushed`: when the application was started and its traces were complete, in
    seconds since the epoch; `left_behind`: processes that still ran after the application had ended."""

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
    """A line of requests.jsonl. Times are seconds since the epoch. `body`: SHA-256 of the decompressed response body in
    hexadecimal, None for HEAD and without a response; `problems`: empty if the response met the expectation; `differs`:
    the same as facts (kind, key, value); `size`: bytes of the larger of the request and response bodies; `recorded`:
    why it is not recorded (names.UNRECORDED), empty if it is; `replayed`: false if the CLI leaves its trace out;
    `refused`: the number of its calls that a rule forbids during the recording; `at`: `file:line` in the suite that
    sends it."""

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
    at: str = ""

    @property
    def by_design(self) -> bool:
        """Whether the request declares that it is not recorded or not replayed."""
        return bool(self.recorded) or not self.replayed


class End(Struct, frozen=True):
    """The last line of requests.jsonl. `unanswered`: declared for the calls before the application is ready."""

    sent: Whole
    unanswered: tuple[str, ...]


class CliVersion(Struct, frozen=True):
    name: Annotated[str, Meta(pattern=rf"\A({BUNDLED}|{OFFICIAL})\Z")]
    version: str


class RetriedTest(Struct, frozen=True):
    """The retry of one test by the CLI. `started`: seconds since the epoch."""

    trace_id: str
    started: Number
    exit_status: Whole


class Replay(Struct, frozen=True):
    """replay.json. `network_detail`: the outcome of the isolation and of the probe; `left_behind`: processes that still
    ran some time after the CLI had ended; `retries`: the retries, in order."""

    exit_status: Optional[Whole]
    cli: CliVersion
    network_isolated: bool
    own_files: bool
    left_behind: tuple[str, ...]
    retries: tuple[RetriedTest, ...]
    seconds: dict[str, Number]
    network_detail: str = ""


NO_REPLAY = Replay(None, CliVersion("", ""), False, False, (), (), {})


class Listening(Struct, frozen=True, tag_field="event", tag="listening"):
    """A line of touched.jsonl: a sentinel listens."""

    service: str
    address: str
    at: Number


class Touched(Struct, frozen=True, tag_field="event", tag="touched"):
    """A line of touched.jsonl: a client used a sentinel. `at`: seconds since the epoch."""

    service: str
    what: str
    at: Number


class Closed(Struct, frozen=True, tag_field="event", tag="closed"):
    """The last line of touched.jsonl."""

    at: Number


Sentinel = Union[Listening, Touched, Closed]
SENTINEL: tuple[type[Sentinel], ...] = (Listening, Touched, Closed)


class Near(Struct, frozen=True):
    """A recorded call that is similar to the requested one; `difference`: the first one, as text."""

    trace_id: str = ""
    span_id: str = ""
    asked: str = ""
    difference: str = ""


class Asked(Struct, frozen=True, tag_field="event", tag="mock"):
    """A mock request in mocks.jsonl. `trace_id`: empty for a call outside any test; `nearest`: if no mock was found, at
    most three similar calls; `at`: seconds since the epoch. If a mock was found, `by`: its input has the same "value",
    the same "reduced" value (without what may differ) or the same "shape"; `reused`: it had been used before;
    `differs`: JSON paths at which its input differs from the requested one."""

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
        """The nearest recorded call and its difference on one line; empty if there is none."""
        first = self.nearest[:1]
        return "; ".join(shorten(text) for near in first for text in (near.asked, near.difference) if text)


class Window(Struct, frozen=True, tag_field="event", tag="test"):
    """When the bundled CLI ran a test (seconds since the epoch). `logged`: bytes in the application's log before."""

    trace_id: str
    started: Number
    ended: Number
    logged: Whole


class Answered(Struct, frozen=True, tag_field="event", tag="answer"):
    """The application's response in replay. `body`: the bytes that were sent."""

    trace_id: str
    status: Whole
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def values(self, name: str) -> list[str]:
        """All values of the header `name`; case does not matter."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> Optional[str]:
        """The value of a header, several joined by ", " as in `requests`; None if it is missing."""
        return ", ".join(values) if (values := self.values(name)) else None


class Inbound(Struct, frozen=True, tag_field="event", tag="inbound"):
    """The SDK's root span of a replayed request. `output`, `schema`: from that span."""

    trace_id: str
    output: dict[str, Any]
    schema: dict[str, Any]


class Alert(Struct, frozen=True, tag_field="event", tag="alert"):
    at: Number
    trace_id: str
    kind: str


class Dropped(Struct, frozen=True, tag_field="event", tag="dropped"):
    """A message of the SDK that the replayer could not accept."""

    at: Number
    reason: str


class Connect(Struct, frozen=True, tag_field="event", tag="connect"):
    """An SDK has connected."""


class MocksEnd(Struct, frozen=True, tag_field="event", tag="end"):
    """The last line of mocks.jsonl."""

    exit_status: Optional[Whole]


MOCK = (Connect, Window, Asked, Answered, Inbound, Alert, Dropped, MocksEnd)


class Mocks(Struct, frozen=True):
    """mocks.jsonl, the log of the bundled CLI. `end` is None if the log is incomplete."""

    tests: tuple[Window, ...] = ()
    asked: tuple[Asked, ...] = ()
    alerts: tuple[Alert, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    answers: tuple[Answered, ...] = ()
    inbound: tuple[Inbound, ...] = ()
    end: Optional[MocksEnd] = None

    def running_at(self, at: float) -> Optional[str]:
        """The trace id of the test that ran at `at`, or of the last one started before it; None before the first."""
        begun = [test for test in self.tests if test.started <= at]
        return max(begun, key=lambda test: test.started).trace_id if begun else None


def decode_request(raw: dict[str, Any]) -> Request:
    """A request from its line in requests.jsonl. Raises Malformed."""
    try:
        expected = expectation.from_json(raw["expected"])
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError, re.error) as error:
        raise Malformed(f"`$.expected` is no expected answer ({type(error).__name__}: {error})") from error
    return decode({**raw, "expected": expected}, Request)
