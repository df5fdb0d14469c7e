"""Decodes a run's raw artifacts into typed evidence. Everything that does not match its documented format becomes a
failure here, once. Nothing in this module raises on hostile input."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from e2e_common.artifacts import decoding
from e2e_common.artifacts.decoding import End, Mocks, MocksEnd, Recording, Replay, Request, Sentinel, Setup
from e2e_common.artifacts.failure import RUN, Failure, shorten
from e2e_common.artifacts.files import Artifacts
from e2e_common.artifacts.strict_json import Malformed, decode, decode_event, json_object, lines_of
from e2e_common.artifacts.traces import MalformedTrace, parse_trace, uncollected
from e2e_common.judge import socket_warnings
from e2e_common.judge.evidence import Evidence, Missing, Retry, TraceFile
from e2e_common.judge.results import Result, ResultsError, Totals, parse_results, parse_stalls, parse_totals

T = TypeVar("T")
_TRACE_ID = re.compile(r"[0-9a-f]{32}")
_REPORT = re.compile(r"deviation-([0-9a-f]{32})\.md")
_SECTION = re.compile(r"^## Mock Not Found Events$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_EVENT = re.compile(r"^- (.+)$", re.MULTILINE)


def read(artifacts: Artifacts) -> Evidence:
    reader = _Reader(artifacts)
    setup = reader.document("setup.json", artifacts.setup, Setup, decoding.NO_SETUP, rule=1)
    recording = reader.document("recording.json", artifacts.recording, Recording, decoding.NO_RECORDING, rule=1)
    requests, end = reader.requests(artifacts.requests)
    files = reader.traces(artifacts.traces)
    replay = reader.document("replay.json", artifacts.replay, Replay, decoding.NO_REPLAY, rule=4)
    mocks = reader.mocks(artifacts.mocks, replay.cli.name)
    tests = sorted(mocks.tests, key=lambda test: test.started) if mocks else ()
    began = [(test.logged, test.trace_id) for test in tests]
    official = replay.cli.name == decoding.OFFICIAL
    retries = reader.retries(replay, artifacts) if official else {}
    first, second = (missing_mocks(artifacts.agent if official else {}, retries=is_retry) for is_retry in (False, True))
    lacking = {id_ for id_, retry in second.items() if set(retry.calls) - set(first[id_].calls if id_ in first else ())}
    warnings, log_problems = socket_warnings.scan(artifacts.replay_logs, began)
    return Evidence(
        setup=setup,
        recording=recording,
        requests=requests,
        end=end,
        files=files,
        replay=replay,
        results=reader.results(artifacts.results),
        totals=reader.totals(artifacts.cli_log),
        warnings=tuple(warnings),
        log_problems=tuple(log_problems),
        touched=reader.touched(artifacts.touched) if setup.sentinels else None,
        mocks=mocks,
        stalled=tuple(parse_stalls(artifacts.cli_log or b"")) if official else (),
        retries=retries,
        missing={id_: calls for id_, calls in first.items() if id_ not in retries or id_ in lacking}
        | {id_: calls for id_, calls in second.items() if id_ not in lacking},
        lacking=frozenset(lacking),
        raw=artifacts,
        problems=tuple(reader.problems),
    )


class _Reader:
    """Decodes one file after the other, and collects the problems."""

    def __init__(self, artifacts: Artifacts) -> None:
        self.problems: list[Failure] = [
            Failure(1, RUN, f"{name} could not be read: {why}", name) for name, why in artifacts.unreadable.items()
        ]

    def complain(self, rule: int, name: str, message: str) -> None:
        self.problems.append(Failure(rule, RUN, message, name))

    def document(self, name: str, data: bytes | None, kind: type[T], empty: T, rule: int) -> T:
        if data is None:
            step = name.partition(".")[0]
            self.complain(rule, name, f"{name} is missing: the {step} did not run to its end")
            return empty
        try:
            return decode(json_object(data), kind)
        except Malformed as error:
            self.complain(rule, name, f"{name}: {error}")
            return empty

    def lines(self, name: str, data: bytes, decoded: Callable[[dict[str, Any]], T], rule: int) -> list[T]:
        values: list[T] = []
        for number, line in lines_of(data):
            if values and isinstance(values[-1], (End, MocksEnd)):
                self.complain(rule, name, f"{name}, line {number}: a line after the end line")
                continue
            try:
                values.append(decoded(json_object(line)))
            except Malformed as error:
                self.complain(rule, name, f"{name}, line {number}: {error}")
        return values

    def requests(self, data: bytes | None) -> tuple[tuple[Request, ...], End | None]:
        def decoded(raw: dict[str, Any]) -> Request | End:
            return decode(raw, End) if "end" in raw else decoding.decode_request(raw)

        values = self.lines("requests.jsonl", data or b"", decoded, 1)
        return _of(values, Request), next(iter(_of(values, End)), None)

    @uncollected()
    def traces(self, traces: dict[str, bytes]) -> tuple[TraceFile, ...]:
        files, nothing_loaded = [], "the CLI loads no trace at all because of it"
        for name, data in traces.items():
            try:
                spans = tuple(parse_trace(name, data))
            except MalformedTrace as error:
                self.complain(8, name, f"malformed trace: {error}; {nothing_loaded}")
                continue
            if not all(_TRACE_ID.fullmatch(span.trace_id) for span in spans):
                message = f"malformed trace: {name}: a span whose traceId is not 32 hexadecimal digits"
                self.complain(8, name, f"{message}; {nothing_loaded}")
            elif spans:
                files.append(TraceFile(name, spans))
            else:
                self.complain(8, name, f"{name} holds no span: the CLI passes over it in silence")
        return tuple(files)

    def results(self, data: bytes | None, name: str = "results.json") -> tuple[Result, ...]:
        try:
            return tuple(parse_results(data or b"", name))
        except ResultsError as error:
            self.complain(3, name, str(error))
            return tuple(error.results)

    def totals(self, data: bytes | None, name: str = "logs/tusk-cli.log") -> Totals | None:
        try:
            return parse_totals(data or b"", name)
        except ResultsError as error:
            self.complain(4, name, str(error))
            return None

    def retries(self, replay: Replay, artifacts: Artifacts) -> dict[str, Retry]:
        retries = {}
        for call in replay.retries:
            output, log = artifacts.retries.get(call.trace_id, (None, None))
            results = self.results(output, f"retries/{call.trace_id}/results.json")
            totals = self.totals(log, f"logs/tusk-cli-retry-{call.trace_id}.log")
            stalled = bool(parse_stalls(log or b""))
            retries[call.trace_id] = Retry(call.started, call.exit_status, results, totals, stalled, log)
        return retries

    def touched(self, data: bytes | None) -> tuple[Sentinel, ...] | None:
        decoded = partial(decode_event, kinds=decoding.SENTINEL)
        return None if data is None else tuple(self.lines("touched.jsonl", data, decoded, 6))

    def mocks(self, data: bytes | None, cli: str) -> Mocks | None:
        if data is None and cli == decoding.BUNDLED:
            self.complain(9, "mocks.jsonl", "mocks.jsonl is missing: the bundled CLI writes one in every run")
        if data is None or cli == decoding.OFFICIAL:  # the official CLI writes none: a file is from another run
            return None
        events = self.lines("mocks.jsonl", data, partial(decode_event, kinds=decoding.MOCK), 9)
        return Mocks(
            tests=_of(events, decoding.Window),
            asked=_of(events, decoding.Asked),
            alerts=_of(events, decoding.Alert),
            dropped=_of(events, decoding.Dropped),
            answers=_of(events, decoding.Answered),
            inbound=_of(events, decoding.Inbound),
            end=next(iter(_of(events, MocksEnd)), None),
        )


def _of(values: Iterable[object], kind: type[T]) -> tuple[T, ...]:
    return tuple(value for value in values if isinstance(value, kind))


def missing_mocks(files: Mapping[str, bytes], *, retries: bool = False) -> dict[str, Missing]:
    """Returns trace id → its calls without a recorded answer, from the official CLI's reports of failed tests
    (`--save-results agent`; official-cli.md, section 6). A passed test has no report. `files`: path below the run's
    folder → Markdown. `retries`: whether to read the reports of the retries instead of the first run."""
    by_trace: dict[str, Missing] = {}
    for path, data in files.items():
        name = _REPORT.fullmatch(path.rpartition("/")[2])
        if name is None or path.startswith("retries/") != retries:
            continue
        sections = _SECTION.findall(data.decode(errors="replace"))
        events = _EVENT.findall(sections[-1]) if sections else []  # a body may contain one, too
        if events:
            by_trace[name[1]] = Missing(path, tuple(dict.fromkeys(shorten(event, 200) for event in events)))
    return by_trace
