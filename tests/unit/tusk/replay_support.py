"""Spans, requests and a client that speaks the SDK's side of the wire, for the tests of the replayer."""

from __future__ import annotations

import base64
import json
import socket
from pathlib import Path
from typing import Any

from e2e_common.artifacts.traces import Span, parse_trace
from e2e_common.tusk import wire
from e2e_common.tusk.traces import LoadedTraces, Test, load

INPUT = {"method": "GET", "url": "http://up/a", "hostname": "up", "path": "/a"}
HEADERS_DO_NOT_COUNT = {"type": 6, "properties": {"headers": {"type": 6, "match_importance": 0.0}}}
TIMEOUT_S = 20.0


def span_dict(span_id: str, trace_id: str = "t1", **fields: Any) -> dict[str, Any]:
    """A recorded outbound HTTP call as a line of a trace file; `fields` replace its own."""
    return {
        "traceId": trace_id,
        "spanId": span_id,
        "parentSpanId": "root",
        "name": "GET /a",
        "packageName": "http",
        "instrumentationName": "RequestsInstrumentation",
        "submoduleName": "GET",
        "inputValue": {**INPUT, "headers": {"x": span_id}},
        "outputValue": {"statusCode": 200, "body": base64.b64encode(span_id.encode()).decode()},
        "inputSchema": HEADERS_DO_NOT_COUNT,
        "inputSchemaHash": "schema",
        "inputValueHash": f"value-{span_id}",
        "timestamp": {"seconds": 1_700_000_000, "nanos": 123_456_789},
        "duration": {"seconds": 0, "nanos": 1000},
        "isRootSpan": False,
        "isPreAppStart": False,
        **fields,
    }


def root_dict(trace_id: str = "t1", path: str = "/get", answer: Any = None, **output: Any) -> dict[str, Any]:
    """A recorded inbound request: GET `path`, answered with 200 and `answer` as JSON (bytes: as they are)."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return span_dict(
        f"root-{trace_id}",
        trace_id,
        name=f"GET {path}",
        packageName="flask",
        packageType=1,
        inputValue={"method": "GET", "target": path, "headers": {"Accept": "*/*"}},
        outputValue={"statusCode": 200, "body": base64.b64encode(body).decode(), **output},
        isRootSpan=True,
        parentSpanId="",
    )


def span(span_id: str, trace_id: str = "t1", **fields: Any) -> Span:
    """The same as a Span."""
    return parse_trace("test", json.dumps(span_dict(span_id, trace_id, **fields)).encode())[0]


def request_of(**value: Any) -> Test:
    """The test of GET /get, answered with {"a": 1}, with these parts of its request instead."""
    root = root_dict(answer={"a": 1})
    root["inputValue"].update(value)
    (only,) = parse_trace("test", json.dumps(root).encode())
    return Test(only, [only])


def write_trace(folder: Path, name: str, *spans: dict[str, Any]) -> Path:
    """A trace file of these spans."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("".join(json.dumps(each) + "\n" for each in spans))
    return path


def events(path: Path, kind: str) -> list[dict[str, Any]]:
    """The lines of one kind in a mocks.jsonl."""
    return [event for event in map(json.loads, path.read_text().splitlines()) if event["event"] == kind]


def recording_of(folder: Path, **files: list[dict[str, Any]]) -> LoadedTraces:
    """Write a trace file per argument, in this order, and load them."""
    for number, (name, spans) in enumerate(files.items()):
        write_trace(folder, f"{number}_{name}.jsonl", *spans)
    return load(folder)


def call(value: Any = None, value_hash: Any = "", schema_hash: Any = "", **fields: Any) -> Span:
    """A call of the application; by default one that nothing answers. `fields`: as of `span_dict`."""
    asked = {"method": "GET", "url": "http://up/other"} if value is None else value
    fields = {"inputSchema": {}, **fields}
    return span("asked", "", inputValue=asked, inputValueHash=value_hash, inputSchemaHash=schema_hash, **fields)


def deep_struct(levels: int) -> bytes:
    """A google.protobuf.Struct of lists in each other, as it goes on the wire: an encoder that recurses cannot write
    it."""
    heads: list[bytes] = []
    size = 0
    for number in range(2 * (levels - 1) - 1):
        heads.append((b"\x32", b"\x0a")[number % 2] + _varint(size))  # list_value of a Value, values of a ListValue
        size += len(heads[-1])
    entry = b"\x0a\x04deep\x12" + _varint(size) + b"".join(reversed(heads))
    return b"\x0a" + _varint(len(entry)) + entry


def _varint(number: int) -> bytes:
    return bytes(wire.CLIMessage(type=number).SerializeToString()[1:])  # without the number of the field


class FakeSDK:
    """A client that sends SDKMessages and reads CLIMessages."""

    def __init__(self, address: str) -> None:
        self.peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.peer.settimeout(TIMEOUT_S)
        self.peer.connect(address)
        self._received = wire.frames(self.peer.makefile("rb"), print)

    def send(self, **fields: Any) -> None:
        self.peer.sendall(wire.frame(wire.SDKMessage(**fields)))

    def receive(self) -> Any:
        """The next message; raises TimeoutError or ConnectionError where none comes."""
        for payload in self._received:
            return wire.CLIMessage.FromString(payload)
        raise ConnectionError("closed")

    def connect(self, sdk_version: str = "0.1.29", min_cli_version: str = "0.1.0") -> Any:
        request = {"sdk_version": sdk_version, "min_cli_version": min_cli_version}
        self.send(type=wire.SDK_CONNECT, request_id="c1", connect_request=request)
        return self.receive().connect_response

    def ask(
        self, value_hash: str, test_id: str = "t1", *, url: str = "http://up/a", levels: int = 0, **fields: Any
    ) -> Any:
        """Ask for a mock; the whole reply. `levels`: how deep its input is nested; `fields`: more of the span."""
        message = wire.SDKMessage(type=wire.MOCK_REQUEST, request_id="m1")
        mock = message.get_mock_request
        mock.request_id, mock.test_id = "m1", test_id
        call = {"name": "GET /a", "package_name": "http", "input_value_hash": value_hash, **fields}
        mock.outbound_span.MergeFrom(type(mock.outbound_span)(**call))
        if levels:
            mock.outbound_span.input_value.MergeFromString(deep_struct(levels))
        else:
            mock.outbound_span.input_value.update({"method": "GET", "url": url})
        self.peer.sendall(wire.frame(message))
        return self.receive()

    def close(self) -> None:
        self.peer.shutdown(socket.SHUT_RDWR)
        self.peer.close()
