"""The server under clients that behave, and under those that do not."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from e2e_common.tusk import Journal, wire
from e2e_common.tusk.matching import Matcher
from e2e_common.tusk.server import MockServer
from e2e_common.util.readiness import wait_until
from tests.unit.tusk.replay_support import FakeSDK, deep_struct, events, recording_of, root_dict, span_dict

CLIENTS = 200
LIMIT_S = 20.0


class Running:
    """A started server in the test t1, its address and its journal."""

    def __init__(self, folder: Path, address: str) -> None:
        self.address, self.path = address, folder / "mocks.jsonl"
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address)
        listener.listen(CLIENTS)
        recording = recording_of(folder / "traces", a=[span_dict("s1"), root_dict(), span_dict("s2")])
        self.server = MockServer(listener, Journal(self.path), Matcher(recording))
        self.server.start_test("t1")

    def events(self, kind: str) -> list[dict[str, Any]]:
        return events(self.path, kind)

    def wait_for(self, kind: str) -> dict[str, Any]:
        wait_until(lambda: bool(self.events(kind)), timeout_s=LIMIT_S, what=kind)
        (event,) = self.events(kind)
        return event

    def answers_another(self) -> None:
        """Another client gets its mock, whatever the first one does."""
        client = FakeSDK(self.address)
        assert client.ask("value-s1").get_mock_response.found
        client.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # an address is short
        yield Running(tmp_path, f"{folder}/s")


@pytest.fixture
def sdk(running: Running) -> FakeSDK:
    return FakeSDK(running.address)


def test_handshake_and_mock(running: Running, sdk: FakeSDK) -> None:
    assert sdk.connect().success
    assert running.server.connected
    reply = sdk.ask("value-s1")
    answer = reply.get_mock_response
    found = (reply.type, reply.request_id, answer.request_id, answer.found, answer.matched_span_id)
    assert found == (wire.MOCK_REQUEST, "m1", "m1", True, "s1")
    body = wire.from_struct(answer.response_data)["response"]["response"]["body"]
    assert body == span_dict("s1")["outputValue"]
    (event,) = running.events("mock")
    assert (event["trace_id"], event["found"], event["by"], event["matched_span"]) == ("t1", True, "value", "s1")
    assert running.events("connect")[0]["sdk_version"] == "0.1.29"


def test_versions_that_do_not_fit_are_refused(running: Running, sdk: FakeSDK) -> None:
    response = sdk.connect(min_cli_version="9.0.0")
    assert (response.success, running.server.connected) == (False, False)
    assert "demands a CLI of version 9.0.0" in response.error
    assert response.error == running.server.rejected


def test_a_miss_is_answered_and_explained(running: Running, sdk: FakeSDK) -> None:
    answer = sdk.ask("unknown", "", url="http://up/z").get_mock_response
    assert (answer.found, answer.error) == (False, "No recorded call answers GET http://up/z")
    (event,) = running.events("mock")
    assert (event["trace_id"], event["found"], "by" in event) == ("t1", False, False)
    assert event["closest"][0]["difference"].startswith("$.url: http://up/a recorded, http://up/z asked")


def test_a_fault_of_ours_is_an_answer_too(sdk: FakeSDK, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Matcher, "match", None)
    answer = sdk.ask("value-s1").get_mock_response
    assert not answer.found
    assert "the replayer failed: TypeError" in answer.error


def test_two_hundred_clients_at_once(running: Running) -> None:
    clients = [FakeSDK(running.address) for _ in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        replies = list(pool.map(lambda client: client.ask("value-s1"), clients))
    assert [reply.get_mock_response.found for reply in replies] == [True] * CLIENTS
    assert len(running.events("mock")) == CLIENTS
    assert running.events("dropped") == []
    for client in clients:
        client.close()


@pytest.mark.parametrize("sent", [b"", b"\0\0\1\xf4" + b"x" * 20], ids=["nothing", "half a frame"])
def test_a_client_that_does_not_go_on_holds_up_nobody(running: Running, sdk: FakeSDK, sent: bytes) -> None:
    sdk.peer.sendall(sent)
    running.answers_another()
    assert running.events("dropped") == []
    sdk.peer.shutdown(socket.SHUT_WR)
    if sent:
        assert running.wait_for("dropped")["reason"] == "the connection ended in the middle of a frame"


DEEP = wire.SDKMessage(type=wire.INBOUND_SPAN, request_id="i1")
DEEP.send_inbound_span_for_replay_request.span.output_value.MergeFromString(deep_struct(1_000))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        pytest.param(bytes(wire.MAX_FRAME + 1), "frame of 10485761 bytes: over the limit of 10 MiB", id="oversize"),
        pytest.param(wire.frame(DEEP)[wire.PREFIX_BYTES :], "RecursionError(", id="deep"),
        (b"\xff\xff\xff garbage", "message of 11 bytes: DecodeError("),
        (b"\x08\x07", "message of 2 bytes: KeyError(7)"),
        (b"", "message of 0 bytes: KeyError(0)"),
        (b"\x08\x63", "message of 2 bytes: KeyError(99)"),
    ],
)
def test_what_is_no_message_is_reported(running: Running, sdk: FakeSDK, payload: bytes, reason: str) -> None:
    sdk.peer.sendall(len(payload).to_bytes(wire.PREFIX_BYTES, "big") + payload)
    running.answers_another()
    assert sdk.ask("value-s1").get_mock_response.found
    assert reason in running.wait_for("dropped")["reason"]


@pytest.mark.parametrize(
    ("levels", "note"), [(300, ""), *[(n, "the replayer failed: RecursionError(") for n in (1_000, 20_000)]]
)
def test_a_call_that_is_nested_too_deep_is_answered(running: Running, sdk: FakeSDK, levels: int, note: str) -> None:
    with ThreadPoolExecutor(1) as large_stack:  # as the server's threads
        reply = large_stack.submit(sdk.ask, "none", levels=levels, name="deep.call").result().get_mock_response
    (event,) = running.events("mock")
    assert [event[key] for key in ("trace_id", "asked", "found")] == ["t1", "deep.call", False]
    assert event["note"].startswith(note)
    error = "No recorded call answers deep.call" + (f": {event['note']}" if note else "")
    assert (reply.request_id, reply.found, reply.error) == ("m1", False, error)
    assert sdk.ask("value-s1").get_mock_response.found, "its connection stays"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"success": True}, ""),
        ({"success": False, "error": "no clock here"}, "no clock here"),
        (None, "no answer within 5 s, or the SDK closed its connection"),
    ],
)
def test_time_travel(running: Running, sdk: FakeSDK, answer: dict[str, Any] | None, problem: str) -> None:
    sdk.connect()
    travelled = ThreadPoolExecutor(1).submit(running.server.travel, "t1", 1.5)
    asked = sdk.receive()
    travel = asked.set_time_travel_request
    assert (asked.type, travel.timestamp_seconds, travel.trace_id) == (wire.SET_TIME_TRAVEL, 1.5, "t1")
    if answer is None:
        sdk.close()
    else:
        sdk.send(type=wire.SET_TIME_TRAVEL, request_id=asked.request_id, set_time_travel_response=answer)
    assert travelled.result(LIMIT_S) == problem


def test_inbound_spans_are_acknowledged_and_cleared_before_each_test(running: Running, sdk: FakeSDK) -> None:
    schema = wire.JsonSchema(type=6, properties=[{"key": "body", "value": {"encoding": 1}}])
    sent = {"output_value": {"statusCode": 200, "body": "aGk="}, "output_schema": schema}
    span = {"span": {"trace_id": "t1", "span_id": "s", **sent}}
    assert not running.server.wait_inbound("t1", 0)
    sdk.send(type=wire.INBOUND_SPAN, request_id="i1", send_inbound_span_for_replay_request=span)
    ack = sdk.receive()
    success = ack.send_inbound_span_for_replay_response.success
    assert (ack.type, ack.request_id, success) == (wire.INBOUND_SPAN, "i1", True)
    assert running.server.wait_inbound("t1", 1)
    (line,) = running.events("inbound")
    assert (line["span_id"], line["output"]) == ("s", {"statusCode": 200.0, "body": "aGk="})
    assert line["schema"] == {"type": 6, "properties": {"body": {"type": 0, "properties": {}, "encoding": 1}}}
    running.server.start_test("t1")
    assert not running.server.wait_inbound("t1", 0)


def test_alerts_of_unpatched_dependencies_are_kept_to_the_last(running: Running, sdk: FakeSDK) -> None:
    sdk.connect()
    unpatched = {"unpatched_dependency": {"stack_trace": "in leak", "trace_test_server_span_id": "t1"}}
    for alert in ({}, *[unpatched] * 50):
        sdk.send(type=wire.ALERT, request_id="a", send_alert_request=alert)
    sdk.close()
    running.server.drain(LIMIT_S)
    lines = [(line["kind"], line["trace_id"], line["detail"]) for line in running.events("alert")]
    assert lines == [("unpatched_dependency", "t1", "in leak")] * 50
