"""A run's artifacts as typed values, which the rules of the verdict read. evidence_reader.py creates them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from e2e_common.artifacts.decoding import End, Mocks, Recording, Replay, Request, Sentinel, Setup
from e2e_common.artifacts.facts import Fact, without_addresses
from e2e_common.artifacts.failure import RUN, Failure
from e2e_common.artifacts.files import Artifacts
from e2e_common.artifacts.traces import Span
from e2e_common.judge.known_failures import START
from e2e_common.judge.results import Result, Totals
from e2e_common.judge.socket_warnings import SocketWarning

_LOG_AGAIN = re.compile(r"/tusk-replay-retry-([0-9a-f]{32})-")
_ENVIRONMENT = re.compile(rb"SDK initialized successfully \([^\n]*?\benv=([^,)]*)")
_SAMPLING = re.compile(rb"SDK initialized successfully \([^\n]*?\bsamplingBaseRate=(\d+(?:\.\d+)?(?:e-?\d+)?)")


@dataclass(frozen=True)
class TraceFile:
    """A trace file with at least one span, in recording order."""

    name: str
    spans: tuple[Span, ...]

    @cached_property
    def root(self) -> Span | None:
        """The span that makes the file a test: the first root span, as in the CLI (replay protocol, section 10)."""
        return next((span for span in self.spans if span.is_root and not span.is_pre_app_start), None)

    @property
    def trace_id(self) -> str:
        """The id of the test, or of the first span where there is no root span."""
        return (self.root or self.spans[0]).trace_id

    @property
    def before_start(self) -> bool:
        """Whether all spans are from before the application was ready. Such a file belongs to no request and is no
        fault."""
        return all(span.is_pre_app_start for span in self.spans)


@dataclass(frozen=True)
class Retry:
    """The retry of one test by the CLI, in a separate call that began at `started` (seconds since the epoch)."""

    started: float
    exit_status: int | None
    results: tuple[Result, ...]
    totals: Totals | None
    stalled: bool
    log: bytes | None


@dataclass(frozen=True)
class Missing:
    """The calls of one test without a recorded answer, as listed in `file`."""

    file: str
    calls: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """The decoded artifacts of a run.

    `problems`: what could not be read. `raw`: the files, which tell missing from empty. `stalled`: ids of the tests
    whose clock the official CLI could not set; `retries`: their retries. `missing`: trace id → calls without a recorded
    answer, as the official CLI lists them. `lacking`: tests that miss an answer only in the retry, because in the first
    run another test's recording supplied it (section 8.2); for these the first result counts.
    """

    setup: Setup
    recording: Recording
    requests: tuple[Request, ...]
    end: End | None  # None where the script aborted
    files: tuple[TraceFile, ...]
    replay: Replay
    results: tuple[Result, ...]
    totals: Totals | None
    warnings: tuple[SocketWarning, ...]
    log_problems: tuple[tuple[str, str], ...]
    touched: tuple[Sentinel, ...] | None
    mocks: Mocks | None
    stalled: tuple[str, ...]
    retries: dict[str, Retry]
    missing: dict[str, Missing]
    lacking: frozenset[str]
    raw: Artifacts = field(repr=False)
    problems: tuple[Failure, ...] = ()

    @property
    def sent(self) -> int | None:
        """The number of requests sent; None where the script aborted."""
        return self.end.sent if self.end else None

    @cached_property
    def by_number(self) -> dict[str, Request]:
        """Value of the request header → request."""
        return {str(request.number): request for request in self.requests}

    @cached_property
    def by_trace(self) -> dict[str, Request]:
        """Trace id → request, for files whose root span has the number of a sent request."""
        pairs = ((file.trace_id, self.by_number.get(file.root.request or "")) for file in self.files if file.root)
        return {trace_id: request for trace_id, request in pairs if request}

    @cached_property
    def recordings(self) -> dict[int, list[TraceFile]]:
        """Number of a request → its files with a root span."""
        files_of: dict[int, list[TraceFile]] = defaultdict(list)
        for file in self.files:
            request = self.by_number.get(file.root.request or "") if file.root else None
            if request:
                files_of[request.number].append(file)
        return files_of

    @cached_property
    def environment(self) -> str | None:
        """The environment that the application passed to `initialize` while recording; None where the log does not
        contain it."""
        match = _ENVIRONMENT.search(self.raw.record_log or b"")
        return match[1].decode(errors="replace") if match else None

    @cached_property
    def sampling_rate(self) -> str:
        """The sampling rate that the SDK logged, where it is below 1; else an empty string."""
        match = _SAMPLING.search(self.raw.record_log or b"")
        return match[1].decode() if match and float(match[1]) < 1 else ""

    @cached_property
    def results_by_id(self) -> dict[str, list[Result]]:
        """Trace id → results."""
        by_id: dict[str, list[Result]] = defaultdict(list)
        for result in self.results:
            by_id[result.test_id].append(result)
        return by_id

    def recorded(self, request: Request) -> list[TraceFile]:
        """The files with a root span of this request: exactly one in a correct recording."""
        return self.recordings.get(request.number, [])

    @cached_property
    def traced(self) -> dict[str, Request]:
        """Trace id → request, by the first recorded trace of each request."""
        return {files[0].trace_id: request for request in self.requests if (files := self.recorded(request))}

    @cached_property
    def replayed(self) -> list[Request]:
        """The requests of which a trace has a result."""
        return [r for r in self.requests if any(file.trace_id in self.results_by_id for file in self.recorded(r))]

    def trace_of(self, request: Request) -> str | None:
        """The id of the request's first trace."""
        return next((file.trace_id for file in self.recorded(request)), None)

    def failure(
        self, rule: int, stage: str, message: str, file: str, owner: Request | str | None, *facts: Fact
    ) -> Failure:
        """`owner`: a request, a trace id, or START. Without a request, the failure is one of the run."""
        request = self.by_trace.get(owner) if isinstance(owner, str) else owner
        id_ = owner if isinstance(owner, str) else self.trace_of(request) if request else None
        if request:
            return Failure(rule, stage, message, file, request.name, id_, facts=facts)
        if owner == START:
            return Failure(rule, stage, message, file, START, facts=facts)
        whose = f"(trace {id_}, of no known request)" if id_ else "(of no known request)"
        return Failure(rule, RUN, f"{message} {whose}", file, trace_id=id_ or None)

    def without_addresses(self, text: str) -> str:
        return str(without_addresses(text, self.recording.services))

    @cached_property
    def logs(self) -> dict[str, str]:
        """Call of the CLI → the last replay log of its application."""
        return {self.call_of(name): name for name in self.raw.replay_logs}

    @cached_property
    def calls(self) -> tuple[str, ...]:
        """The calls of the CLI in order: "" for the first, which replays all traces, then the trace id of each
        retry."""
        return ("", *self.retries)

    def call_at(self, at: float) -> str:
        """The call that was running at `at` (seconds since the epoch)."""
        return next((id_ for id_, call in reversed(self.retries.items()) if call.started <= at), "")

    def call_of(self, log: str) -> str:
        """The call whose application wrote `log`, a key of `raw.replay_logs`."""
        match = _LOG_AGAIN.search(log)
        return match[1] if match and match[1] in self.retries else ""

    def sent_in(self, call: str) -> tuple[Request, ...]:
        """The requests that `call` replayed. Requests that were not recorded are never replayed."""
        if not call:
            return tuple(self.traced.values())
        return (self.by_trace[call],) if call in self.by_trace else ()

    def running_at(self, at: float) -> Request | None:
        """The request whose test the bundled CLI ran at `at` (seconds since the epoch), where that is known."""
        return self.by_trace.get((self.mocks.running_at(at) if self.mocks else None) or "")
