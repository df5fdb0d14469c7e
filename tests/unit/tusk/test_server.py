"""The server under clients that behave, and under those that do not."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from e2e_common.tusk import wire
from e2e_common.tusk.matching import Matcher
from e2e_common.tusk.report import Journal
from e2e_common.tusk.server import MockServer
from e2e_common.tusk.traces import LoadedTraces
from e2e_common.util.readiness import wait_until
from tests.unit.tusk.replay_support import FakeSDK, deep_struct, events, recording_of, root_dict, span_dict

CLIENTS = 200
LIMIT_S = 20.0


class Running:
    """A started server, its address and its journal."""

    def __init__(self, folder: Path, recording: LoadedTraces | None = None) -> None:
        spans = [span_dict("s1"), root_dict(), span_dict("s2")]
        self.recording = recording or recording_of(folder / "traces", a=spans)
        self.folder = tempfile.TemporaryDirectory(dir="/tmp")
        self.address = f"{self.folder.name}/s"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.address)
        self.listener.listen(CLIENTS)
        self.path = folder / "mocks.jsonl"
        self.server = MockServer(self.listener, Journal(self.path), Matcher(self.recording))

    def close(self) -> None:
        self.listener.close()
        self.folder.cleanup()

    def events(self, kind: str) -> list[dict[str, Any]]:
        return events(self.path, kind)

    def wait_for(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.events(kind)) >= count, timeout_s=LIMIT_S, what=f"{count} {kind} events")
        return self.events(kind)

    def answers_another(self) -> None:
        """Another client gets its mock, whatever the first one does."""
        client = FakeSDK(self.address)
        assert client.ask("value-s1").get_mock_response.found
        client.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    started = Running(tmp_path)
    started.server.start_test("t1")
    yield started
    started.close()


def test_handshake_and_mock(running: Running) -> None:
    sdk = FakeSDK(running.address)
    assert sdk.connect().success
    assert running.server.connected
    reply = sdk.ask("value-s1")
    answer = reply.get_mock_response
    found = (reply.type, reply.request_id, answer.request_id, answer.found, answer.matched_span_id)
    assert found == (wire.MOCK_REQUEST, "m1", "m1", True, "s1")
    body = wire.from_struct(answer.response_data)["response"]["response"]["body"]
    assert body == running.recording.suite[0].output_value
    (event,) = running.events("mock")
    assert (event["trace_id"], event["found"], event["by"], event["matched_span"]) == ("t1", True, "value", "s1")
    assert running.events("connect")[0]["sdk_version"] == "0.1.29"


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ({"min_cli_version": "9.0.0"}, "demands a CLI of version 9.0.0"),
        ({"sdk_version": "0.0.1"}, "only releases from 0.1.0 on"),
    ],
)
def test_versions_that_do_not_fit_are_refused(running: Running, versions: dict[str, Any], words: str) -> None:
    response = FakeSDK(running.address).connect(**versions)
    assert (response.success, running.server.connected) == (False, False)
    assert words in response.error
    assert words in running.server.rejected


def test_a_miss_is_answered_and_explained(running: Running) -> None:
    answer = FakeSDK(running.address).ask("unknown", "", url="http://up/z").get_mock_response
    assert (answer.found, answer.error) == (False, "No recorded call answers GET http://up/z")
    (event,) = running.events("mock")
    assert (event["trace_id"], event["found"], "by" in event) == ("t1", False, False)
    assert event["closest"][0]["difference"].startswith("$.url: http://up/a recorded, http://up/z asked")


def test_a_fault_of_ours_is_an_answer_too(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise ZeroDivisionError("bug")

    monkeypatch.setattr(Matcher, "match", fail)
    answer = FakeSDK(running.address).ask("value-s1").get_mock_response
    assert not answer.found
    assert "the replayer failed: ZeroDivisionError" in answer.error


@pytest.mark.parametrize(("value_hash", "schema_hash", "by"), [("value-boot", "", "value"), ("new", "schema", "shape")])
def test_the_start_is_answered_before_any_test(tmp_path: Path, value_hash: str, schema_hash: str, by: str) -> None:
    boot = recording_of(tmp_path / "start", a=[span_dict("boot", "t0", isPreAppStart=True)])
    running = Running(tmp_path, boot)
    asked: dict[str, Any] = {"input_schema_hash": schema_hash, "is_pre_app_start": True}
    reply = FakeSDK(running.address).ask(value_hash, "", **asked).get_mock_response
    assert (reply.found, reply.matched_span_id) == (True, "boot")
    (line,) = running.events("mock")
    assert (line["by"], line["trace_id"], line["pre_app_start"]) == (by, "", True)
    running.close()


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
def test_a_client_that_does_not_go_on_holds_up_nobody(running: Running, sent: bytes) -> None:
    peer = FakeSDK(running.address).peer
    peer.sendall(sent)
    running.answers_another()
    assert running.events("dropped") == []
    peer.shutdown(socket.SHUT_WR)
    if sent:
        assert running.wait_for("dropped")[0]["reason"] == "the connection ended in the middle of a frame"


def test_an_oversize_frame_is_dropped_and_its_connection_stays(running: Running) -> None:
    client = FakeSDK(running.address)
    size = wire.MAX_FRAME + 1
    client.peer.sendall(size.to_bytes(4, "big") + bytes(size))
    assert client.ask("value-s1").get_mock_response.found
    reasons = [event["reason"] for event in running.events("dropped")]
    assert reasons == [f"frame of {size} bytes: over the limit of 10 MiB"]


@pytest.mark.parametrize(
    ("levels", "note"), [(300, ""), *[(n, "the replayer failed: RecursionError(") for n in (1_000, 20_000)]]
)
def test_a_call_that_is_nested_too_deep_is_answered_and_noted(running: Running, levels: int, note: str) -> None:
    client = FakeSDK(running.address)
    with ThreadPoolExecutor(1) as large_stack:  # as the server's threads
        reply = large_stack.submit(client.ask, "none", levels=levels, name="deep.call").result().get_mock_response
    (event,) = running.events("mock")
    assert [event[key] for key in ("trace_id", "asked", "found")] == ["t1", "deep.call", False]
    assert event["note"].startswith(note)
    error = "No recorded call answers deep.call" + (f": {event['note']}" if note else "")
    assert (reply.request_id, reply.found, reply.error) == ("m1", False, error)
    assert client.ask("value-s1").get_mock_response.found, "its connection stays"


def test_an_inbound_span_that_is_nested_too_deep_is_dropped(running: Running) -> None:
    message = wire.SDKMessage(type=wire.INBOUND_SPAN, request_id="i1")
    message.send_inbound_span_for_replay_request.span.output_value.MergeFromString(deep_struct(1_000))
    FakeSDK(running.address).peer.sendall(wire.frame(message))
    assert "RecursionError" in running.wait_for("dropped")[0]["reason"]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff\xff\xff garbage", "message of 11 bytes: DecodeError("),
        (b"\x08\x07", "message of 2 bytes: KeyError(7)"),
        (b"", "message of 0 bytes: KeyError(0)"),
        (b"\x08\x63", "message of 2 bytes: KeyError(99)"),
    ],
)
def test_garbage_is_skipped_and_reported(running: Running, payload: bytes, reason: str) -> None:
    client = FakeSDK(running.address)
    client.peer.sendall(len(payload).to_bytes(4, "big") + payload)
    running.answers_another()
    assert client.ask("value-s1").get_mock_response.found
    (dropped,) = running.events("dropped")
    assert reason in dropped["reason"]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"success": True}, ""),
        ({"success": False, "error": "no clock here"}, "no clock here"),
        (None, "no answer within 5 s, or the SDK closed its connection"),
    ],
)
def test_time_travel(running: Running, answer: dict[str, Any] | None, problem: str) -> None:
    sdk = FakeSDK(running.address)
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


def test_inbound_spans_are_acknowledged_and_cleared_before_each_test(running: Running) -> None:
    sdk = FakeSDK(running.address)
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


def test_an_alert_of_an_unpatched_dependency_is_kept(running: Running) -> None:
    sdk = FakeSDK(running.address)
    unpatched = {"unpatched_dependency": {"stack_trace": "in leak", "trace_test_server_span_id": "t1"}}
    for alert in ({}, unpatched):
        sdk.send(type=wire.ALERT, request_id="a", send_alert_request=alert)
    (line,) = running.wait_for("alert")
    assert (line["kind"], line["trace_id"], line["detail"]) == ("unpatched_dependency", "t1", "in leak")


def test_what_the_sdk_sent_last_still_counts(running: Running) -> None:
    sdk = FakeSDK(running.address)
    sdk.connect()
    for _ in range(50):
        sdk.send(type=wire.ALERT, request_id="a", send_alert_request={"unpatched_dependency": {}})
    sdk.close()
    running.server.drain(LIMIT_S)
    assert len(running.events("alert")) == 50
