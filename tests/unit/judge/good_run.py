"""The artifacts of one good run, as values that a test changes before they become bytes."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

from e2e_common.artifacts.files import Artifacts
from e2e_common.util.yaml_files import Document, parse_document

HEALTH, ORDER, LEAK = "1" * 32, "2" * 32, "3" * 32
CAUSE = "http-status-replayed-as-float"  # one of the catalogue's, which reports read
NAMED = {
    "title": "the body is lost",
    "kind": "bug",
    "owner": "sdk",
    "source": "drift/x.py, f",
    "since": "0.1.28",
    "harm": "wrong-replay",
}
A_IS_1 = "eyJhIjoxfQ=="  # {"a":1}
HEADERS = {"Content-Type": "application/json"}
ANSWER = {"statusCode": 200, "headers": HEADERS, "body": A_IS_1}
SCHEMA = {"type": 6, "properties": {"body": {"type": 2, "encoding": 1, "decodedType": 1}}}
STATED = {"status": 200, "headers": {"content-type": {"__matches__": "application/.+"}}, "body": {"value": {"a": 1}}}
BODY = hashlib.sha256(b'{"a":1}').hexdigest()
FILE_OF_KNOWN = "known_failures.yaml"
T0 = 1_790_000_000  # unix seconds of the first request; one request a second
FILE = "traces/2026-09-21T14-13-2{}_trace_{}.jsonl"
STARTED = "2026-09-21T14:13:10 [TuskDrift] initialized\n"  # before src/app.py has formatted the SDK's lines
WARNING = (
    "2026-09-21 14:13:22,000 [TuskDrift] WARNING [SocketInstrumentation] TCP {method}() called from inbound request "
    "context, likely unpatched dependency. spanId=00000000000000ab, traceId={trace}\n"
)
FIRST_LINE = "  ↳ Loaded 5 suite spans (3 unique traces, 0 pre-app-start) (0.0s)\n"


def span(trace: str, span_id: str, start: float, seconds: float, **changes: Any) -> dict[str, Any]:
    """An outbound call of `requests` below the root span `root`, as the SDK writes it."""
    return {
        "traceId": trace,
        "spanId": span_id,
        "parentSpanId": "root",
        "name": "GET /weather",
        "packageName": "http",
        "instrumentationName": "RequestsInstrumentation",
        "inputValue": {"method": "GET", "url": "http://127.0.0.1:9123/weather"},
        "outputValue": {"statusCode": 200},
        "kind": 3,
        "isPreAppStart": False,
        "isRootSpan": False,
        "timestamp": {"seconds": int(start), "nanos": round(start % 1 * 1e9)},
        "duration": {"seconds": 0, "nanos": round(seconds * 1e9)},
        **changes,
    }


def root(trace: str, number: int, start: float, **changes: Any) -> dict[str, Any]:
    """The root span of request `number`: half a second long."""
    values = {
        "parentSpanId": "",
        "name": "GET /x",
        "packageName": "flask",
        "instrumentationName": "FlaskInstrumentation",
        "kind": 2,
        "isRootSpan": True,
        "inputValue": {"method": "GET", "target": "/x", "headers": {"X-E2e-Request": str(number)}},
        "outputValue": copy.deepcopy(ANSWER),
        "outputSchema": copy.deepcopy(SCHEMA),
    }
    return span(trace, "root", start, 0.5, **{**values, **changes})


def request(number: int, name: str, **changes: Any) -> dict[str, Any]:
    """A line of requests.jsonl that met its expectation."""
    started = T0 + number - 0.1
    return {
        "n": number,
        "name": name,
        "method": "GET",
        "path": "/x",
        "started": started,
        "ended": started + 0.7,
        "status": 200,
        "body": BODY,
        "size": 7,
        "late": False,
        "background": 0,
        "recorded": "",
        "replayed": True,
        "refused": 0,
        **{name: [] for name in ("problems", "differs", "leaks", "unanswered", "errors", "reached")},
        **{name: {} for name in ("calls", "expect_unpatched", "inexact", "asked")},
        "expected": copy.deepcopy(STATED),
        **changes,
    }


def result(trace: str, **changes: Any) -> dict[str, Any]:
    """A passed test of the CLI."""
    return {"test_id": trace, "passed": True, "cancelled": False, "duration": 12, **changes}


def mock(trace: str, span_id: str, **changes: Any) -> dict[str, Any]:
    """A mock request that was answered with the span it should be answered with; of None, a key that is not there."""
    values = {
        "event": "mock",
        "at": T0 + 102.1,
        "trace_id": trace,
        "test_id": trace,
        "package": "http",
        "name": "GET /weather",
        "instrumentation": "RequestsInstrumentation",
        "asked": "GET http://127.0.0.1:9123/weather",
        "found": True,
        "by": "value",
        "reused": False,
        "matched_trace": trace,
        "matched_span": span_id,
        "pre_app_start": False,
        "closest": [],
        "note": "",
        **changes,
    }
    return {key: value for key, value in values.items() if value is not None}


def answer(trace: str, second: int) -> dict[str, Any]:
    """The replayer's line of the answer of a test."""
    at = {"event": "answer", "at": T0 + second + 0.4, "trace_id": trace}
    return {**at, "status": 200, "headers": [list(pair) for pair in HEADERS.items()], "body": A_IS_1}


def inbound(trace: str, second: int) -> dict[str, Any]:
    """The replayer's line of the SDK's span of that answer."""
    at = {"event": "inbound", "at": T0 + second + 0.5, "trace_id": trace, "span_id": "x"}
    return {**at, "output": copy.deepcopy(ANSWER), "schema": copy.deepcopy(SCHEMA)}


class GoodRun:
    """Three requests: `health` calls nothing, `create order` calls twice, `leak` states what reaches past the SDK."""

    def __init__(self) -> None:
        self.setup: dict[str, Any] = {
            "versions": {"sdk": "0.1.29", "python": "3.12.1", "rust_core": None, "flask": "3.1.2"},
            "packages": {"flask": "3.1.2", "werkzeug": "3.1.8"},
            "locked": True,
            "sdk_source": "index 0.1.29",
            "with": "",
            "rust_core": "",
            "sentinels": True,
            "forgives": [],
            "app_port": 8000,
            "variables": {},
            "ready_s": 60,
            "seconds": {"prepare": 0.1, "services": 0.2, "record": 1.5, "flush": 1.4},
        }
        self.recording: dict[str, Any] = {
            "suite": "flask",
            "port": 8000,
            "runtime": "local",
            "partial": None,
            "services": {"upstream": "127.0.0.1:9123"},
            "parameters": {},
            "servers": {},
            "app_port": 8000,
            "sdk": "0.1.29",
            "rust_core": "",
            "locked": True,
            "exit_status": 0,
            "started": T0 - 1,
            "flushed": T0 + 5,
            "left_behind": [],
        }
        self.requests: list[dict[str, Any]] = [
            request(1, "health"),
            request(2, "create order", calls={"requests": 2}),
            request(3, "leak", expect_unpatched={"connect": 1, "sendall": 1}, leaks=["upstream: GET /leak"]),
            {"end": True, "sent": 3, "unanswered": []},
        ]
        self.traces: dict[str, list[dict[str, Any]]] = {
            FILE.format(1, HEALTH): [root(HEALTH, 1, T0 + 1)],
            FILE.format(2, ORDER): [
                span(ORDER, "call-a", T0 + 2.1, 0.1),
                span(ORDER, "call-b", T0 + 2.2, 0.1),
                root(ORDER, 2, T0 + 2),
            ],
            FILE.format(3, LEAK): [root(LEAK, 3, T0 + 3)],
        }
        self.replay: dict[str, Any] = {
            "exit_status": 0,
            "cli": {"name": "bundled", "version": "1.0"},
            "network_isolated": True,
            "own_files": True,
            "network_detail": "an empty network namespace",
            "left_behind": [],
            "retries": [],
            "seconds": {"replay": 2.5},
        }
        self.results: list[dict[str, Any]] = [result(HEALTH), result(ORDER), result(LEAK)]
        self.totals = "Tests: 3 total, 3 passed, 0 failed\n"
        self.log = STARTED + "".join(WARNING.format(method=method, trace=LEAK) for method in ("connect", "sendall"))
        self.upstream: list[tuple[float, str]] = [(2.1, "GET /weather"), (2.2, "GET /weather"), (3.1, "GET /leak")]
        """What reached it while recording: seconds after T0, and what."""
        self.touched: list[dict[str, Any]] = [
            {"event": "listening", "service": "upstream", "address": "127.0.0.1:9123", "at": T0 + 100},
            {"event": "touched", "service": "upstream", "at": T0 + 103.2, "what": "GET /leak"},
            {"event": "closed", "at": T0 + 110},
        ]
        self.mocks: list[dict[str, Any]] = [
            {"event": "connect", "at": T0 + 100, "service_id": "flask", "sdk_version": "0.1.29", "runtime": 2},
            self.test(HEALTH, 101),
            mock(ORDER, "call-a"),
            mock(ORDER, "call-b"),
            self.test(ORDER, 102),
            inbound(ORDER, 102),
            {"event": "alert", "at": T0 + 103.3, "trace_id": LEAK, "kind": "unpatched_dependency", "detail": ""},
            self.test(LEAK, 103),
            *(answer(trace, second) for trace, second in ((HEALTH, 101), (ORDER, 102), (LEAK, 103))),
            {"event": "end", "at": T0 + 104, "exit_status": 0},
        ]
        self.known: list[Any] | str | None = None
        """known_failures.yaml: its entries, or its text."""
        self.raw: dict[str, Any] = {}

    @staticmethod
    def test(trace: str, second: int) -> dict[str, Any]:
        """The replayer's line of a test of half a second, before which the application had logged nothing."""
        at = T0 + second
        return {"event": "test", "at": at + 0.5, "trace_id": trace, "started": at, "ended": at + 0.5, "logged": 0}

    def spans(self, number: int) -> list[dict[str, Any]]:
        """The spans of request `number`'s trace file."""
        return self.traces[self.name(number)]

    @staticmethod
    def name(number: int) -> str:
        """The trace file of request `number`."""
        return FILE.format(number, str(number) * 32)

    def artifacts(self) -> Artifacts:
        """The bytes. `raw` overrides whole fields; a trace file may be overridden there under its own name."""
        traces = {name: lines(spans) for name, spans in self.traces.items()}
        values: dict[str, Any] = {
            "setup": dump(self.setup),
            "recording": dump(self.recording),
            "requests": lines(self.requests),
            "traces": traces,
            "record_log": STARTED.encode(),
            "upstream_log": "".join(f"{T0 + at:.6f} {what}\n" for at, what in self.upstream).encode(),
            "replay": dump(self.replay),
            "results": FIRST_LINE.encode() + b"".join(dump(item, indent=2) + b"\n" for item in self.results),
            "cli_log": ("➤ Running\n" + self.totals).encode(),
            "replay_logs": {"logs/tusk-replay-1.log": self.log.encode()},
            "touched": lines(self.touched),
            "mocks": lines(self.mocks),
            "known_failures": None if self.known is None else document(self.known),
            "known_causes": Document("known_causes.yaml", {CAUSE: NAMED}),
        }
        for name, value in self.raw.items():
            (values["traces"] if name.startswith("traces/") else values)[name] = value
        return Artifacts(**values)


def document(known: list[Any] | str) -> Document:
    """known_failures.yaml with these entries, or of this text."""
    return parse_document(known, FILE_OF_KNOWN) if isinstance(known, str) else Document(FILE_OF_KNOWN, known)


def dump(value: Any, indent: int | None = None) -> bytes:
    """JSON as the harness writes it."""
    return json.dumps(value, indent=indent, ensure_ascii=False).encode()


def lines(values: list[dict[str, Any]]) -> bytes:
    """One JSON object a line."""
    return b"".join(dump(value) + b"\n" for value in values)
