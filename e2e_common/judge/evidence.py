"""A run's artifacts as typed values, which the rules of the verdict read. Everything that does not match its documented
format becomes a failure here, once. Nothing in this module raises on hostile input."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeVar

from e2e_common.artifacts import decoding
from e2e_common.artifacts.decoding import End, Mocks, MocksEnd, Recording, Replay, Request, Setup
from e2e_common.artifacts.facts import Fact, without_addresses
from e2e_common.artifacts.failure import RUN, Failure
from e2e_common.artifacts.files import Artifacts
from e2e_common.artifacts.strict_json import Malformed, decode, decode_event, json_object, lines_of
from e2e_common.artifacts.traces import MalformedTrace, Span, parse_trace, uncollected
from e2e_common.judge import socket_warnings
from e2e_common.judge.known_failures import START
from e2e_common.judge.results import Call, Result, missing_mocks, read_call

T = TypeVar("T")
_TRACE_ID = re.compile(r"[0-9a-f]{32}")
_RETRY_LOG = re.compile(r"/tusk-replay-retry-([0-9a-f]{32})-")
_ENVIRONMENT = re.compile(rb"SDK initialized successfully \([^\n]*?\benv=([^,)]*)")
_SAMPLING = re.compile(rb"SDK initialized successfully \([^\n]*?\bsamplingBaseRate=(\d+(?:\.\d+)?(?:e-?\d+)?)")


@dataclass(frozen=True)
class TraceFile:
    """A trace file with at least one span, in recording order."""

    name: str
    spans: tuple[Span, ...]

    @cached_property
    def root(self) -> Span | None:
        """The span that makes the file a test: the first root span, as in the CLI."""
        return next((span for span in self.spans if span.is_root and not span.is_pre_app_start), None)

    @property
    def trace_id(self) -> str:
        """The id of the test, or of the first span where there is no root span."""
        return (self.root or self.spans[0]).trace_id

    @property
    def before_start(self) -> bool:
        """Whether all spans are from before the application was ready: it belongs to no request and is no fault."""
        return all(span.is_pre_app_start for span in self.spans)


class Evidence:
    """The decoded artifacts of a run.

    `problems`: what could not be read. `raw`: the files, which tell missing from empty. `environment`: what the
    application passed to `initialize` while recording, and `sampling_rate`, if below 1, where the log contains them.
    `end`, `sent` (the number of requests): None where the script aborted. `sent_calls`: name of a request → library →
    expected number of calls. `by_trace`: trace id → request, for files whose root span has the number of a sent
    request; `traced`: the same for the first trace of each request. `calls`: the calls of the CLI in order: "" for the
    first, which replays all traces, then the trace id of each retry. `results`, `results_by_id`, `stalled`: of the
    first. `replayed`: the requests of which a trace has a result. `logs`: call of the CLI → the last replay log of its
    application. `missing`: trace id → calls without a recorded answer, as the official CLI lists them. `lacking`: tests
    that miss an answer only in the retry, because in the first run another test's recording supplied it; for these the
    first result counts.
    """

    def __init__(self, raw: Artifacts) -> None:
        self.raw = raw
        self.problems = [
            Failure(1, RUN, f"{name} could not be read: {reason}", name) for name, reason in raw.unreadable.items()
        ]
        log = raw.record_log or b""
        self.environment = match[1].decode(errors="replace") if (match := _ENVIRONMENT.search(log)) else None
        self.sampling_rate = match[1].decode() if (match := _SAMPLING.search(log)) and float(match[1]) < 1 else ""
        self.setup = self._document("setup.json", raw.setup, Setup, decoding.NO_SETUP, 1)
        self.recording = self._document("recording.json", raw.recording, Recording, decoding.NO_RECORDING, 1)
        lines = self._lines("requests.jsonl", raw.requests, _request_or_end, 1)
        self.requests, self.end = _of(lines, Request), next(iter(_of(lines, End)), None)
        self.sent = self.end.sent if self.end else None
        self.sent_calls = {request.name: request.calls for request in self.requests}
        self._by_number = {str(request.number): request for request in self.requests}
        self.files = self._traces()
        self.by_trace: dict[str, Request] = {}
        self._recordings: dict[int, list[TraceFile]] = defaultdict(list)
        for file in self.files:
            if request := self.sender(file):
                self.by_trace[file.trace_id] = request
                self._recordings[request.number].append(file)
        self.traced = {files[0].trace_id: request for request in self.requests if (files := self.recorded(request))}
        self._read_replay()

    def _read_replay(self) -> None:
        raw = self.raw
        self.replay = self._document("replay.json", raw.replay, Replay, decoding.NO_REPLAY, 4)
        self.is_official = self.replay.cli.name == decoding.OFFICIAL
        self.mocks = self._mocks()
        outputs = {"": (raw.results, raw.cli_log), **raw.retries}
        begun = [(retry.trace_id, retry.started, retry.exit_status) for retry in self.replay.retries]
        self.calls: dict[str, Call] = {}
        for id_, started, status in [("", 0, self.replay.exit_status), *(begun if self.is_official else ())]:
            call = self.calls.setdefault(id_, read_call(id_, started, status, *outputs.get(id_, (None, None))))
            for problem in call.problems:
                self._complain(*problem)
        self.results, self.stalled = self.calls[""].results, self.calls[""].stalled if self.is_official else []
        self.retries = {id_: call for id_, call in self.calls.items() if id_}
        self.results_by_id: dict[str, list[Result]] = defaultdict(list)
        for result in self.results:
            self.results_by_id[result.test_id].append(result)
        replayed = {request.number for id_, request in self.by_trace.items() if id_ in self.results_by_id}
        self.replayed = [request for request in self.requests if request.number in replayed]
        is_watched = raw.touched is not None and self.setup.sentinels
        events = partial(decode_event, kinds=decoding.SENTINEL)
        self.touched = self._lines("touched.jsonl", raw.touched, events, 6) if is_watched else None
        self.logs = {self.call_of(name): name for name in raw.replay_logs}
        tests = sorted(self.mocks.tests, key=lambda test: test.started) if self.mocks else ()
        began = [(test.logged, test.trace_id) for test in tests]
        self.warnings, self.log_problems = socket_warnings.scan(raw.replay_logs, began)
        first, again = missing_mocks(raw.agent if self.is_official else {})
        self.lacking = {id_ for id_ in again if id_ not in first or set(again[id_].calls) - set(first[id_].calls)}
        replaced = self.retries.keys() - self.lacking
        self.missing = {id_: missing for id_, missing in first.items() if id_ not in replaced}
        self.missing |= {id_: missing for id_, missing in again.items() if id_ not in self.lacking}

    def _complain(self, rule: int, name: str, message: str) -> None:
        self.problems += [Failure(rule, RUN, message, name)] if message else []

    def _document(self, name: str, data: bytes | None, kind: type[T], empty: T, rule: int) -> T:
        problem = f" is missing: the {name.partition('.')[0]} did not run to its end"
        try:
            if data is not None:
                return decode(json_object(data), kind)
        except Malformed as error:
            problem = f": {error}"
        self._complain(rule, name, f"{name}{problem}")
        return empty

    def _lines(self, name: str, data: bytes | None, decoded: Callable[[dict[str, Any]], T], rule: int) -> list[T]:
        values: list[T] = []
        for number, line in lines_of(data or b""):
            problem: object = "a line after the end line"
            try:
                if not values or not isinstance(values[-1], (End, MocksEnd)):
                    values.append(decoded(json_object(line)))
                    continue
            except Malformed as error:
                problem = error
            self._complain(rule, name, f"{name}, line {number}: {problem}")
        return values

    @uncollected()
    def _traces(self) -> list[TraceFile]:
        files = []
        for name, data in self.raw.traces.items():
            try:
                if spans := _spans(name, data):
                    files.append(TraceFile(name, spans))
                else:
                    self._complain(8, name, f"{name} holds no span: the CLI passes over it in silence")
            except MalformedTrace as error:
                self._complain(8, name, f"malformed trace: {error}; the CLI loads no trace at all because of it")
        return files

    def _mocks(self) -> Mocks | None:
        """The official CLI writes none: a file is from another run."""
        data, name = self.raw.mocks, "mocks.jsonl"
        if data is None and self.replay.cli.name == decoding.BUNDLED:
            self._complain(9, name, f"{name} is missing: the bundled CLI writes one in every run")
        if data is None or self.is_official:
            return None
        events = self._lines(name, data, partial(decode_event, kinds=decoding.MOCK), 9)
        return Mocks(
            tests=_of(events, decoding.Window),
            asked=_of(events, decoding.Asked),
            alerts=_of(events, decoding.Alert),
            dropped=_of(events, decoding.Dropped),
            answers=_of(events, decoding.Answered),
            inbound=_of(events, decoding.Inbound),
            end=next(iter(_of(events, MocksEnd)), None),
        )

    def sender(self, file: TraceFile) -> Request | None:
        """The request whose number is in the file's root span."""
        return self._by_number.get(file.root.request or "") if file.root else None

    def recorded(self, request: Request) -> list[TraceFile]:
        """The files with a root span of this request: exactly one in a correct recording."""
        return self._recordings.get(request.number, [])

    def failure(
        self, rule: int, stage: str, message: str, file: str, owner: Request | str | None, *facts: Fact
    ) -> Failure:
        """`owner`: a request, a trace id, or START. Without a request, the failure is one of the run."""
        request = self.by_trace.get(owner) if isinstance(owner, str) else owner
        id_ = owner if isinstance(owner, str) else None
        if request:
            id_ = id_ or next((file.trace_id for file in self.recorded(request)), None)
            return Failure(rule, stage, message, file, request.name, id_, facts=facts)
        if owner == START:
            return Failure(rule, stage, message, file, START, facts=facts)
        whose = f"(trace {id_}, of no known request)" if id_ else "(of no known request)"
        return Failure(rule, RUN, f"{message} {whose}", file, trace_id=id_ or None)

    def without_addresses(self, text: str) -> str:
        return str(without_addresses(text, self.recording.services))

    def call_at(self, at: float) -> str:
        """The call that was running at `at` (seconds since the epoch)."""
        return next((id_ for id_, call in reversed(self.calls.items()) if call.started <= at), "")

    def call_of(self, log: str) -> str:
        """The call whose application wrote `log`, a key of `raw.replay_logs`."""
        match = _RETRY_LOG.search(log)
        return match[1] if match and match[1] in self.calls else ""

    def sent_in(self, call: str) -> tuple[Request, ...]:
        """The requests that `call` replayed. Requests that were not recorded are never replayed."""
        if not call:
            return tuple(self.traced.values())
        return (self.by_trace[call],) if call in self.by_trace else ()

    def running_at(self, at: float) -> Request | None:
        """The request whose test the bundled CLI ran at `at` (seconds since the epoch), where that is known."""
        return self.by_trace.get((self.mocks.running_at(at) if self.mocks else None) or "")


def take(declared: Counter[T], *keys: T) -> T | None:
    """Removes from `declared` one of the first of `keys` that is left in it. Returns that key, or None."""
    key = next((key for key in keys if declared[key] > 0), None)
    if key is not None:
        declared[key] -= 1
    return key


def _request_or_end(raw: dict[str, Any]) -> Request | End:
    return decode(raw, End) if "end" in raw else decoding.decode_request(raw)


def _spans(name: str, data: bytes) -> tuple[Span, ...]:
    spans = parse_trace(name, data)
    if not all(_TRACE_ID.fullmatch(span.trace_id) for span in spans):
        raise MalformedTrace(f"{name}: a span whose traceId is not 32 hexadecimal digits")
    return tuple(spans)


def _of(values: Iterable[object], kind: type[T]) -> tuple[T, ...]:
    return tuple(value for value in values if isinstance(value, kind))
