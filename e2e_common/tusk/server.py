"""The server to which the SDK connects in replay (replay protocol, sections 3 to 6, 12 and 14).

Each connection has a thread: the SDK opens a new connection for every mock request, and reads its long-lived one in its
own thread, so a client that stalls must not block another.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

from e2e_common.artifacts.call_text import describe
from e2e_common.artifacts.facts import differing, equal_as_json
from e2e_common.tusk import messages, wire
from e2e_common.tusk.explain import closest
from e2e_common.tusk.journal import Journal
from e2e_common.tusk.matching import Match, Matcher, Request
from e2e_common.tusk.traces import Test

TRAVEL_TIMEOUT_S = 5.0


class Connection:
    """One client connection. Frames of several threads are never mixed."""

    def __init__(self, peer: socket.socket) -> None:
        self.peer = peer
        self._lock = threading.Lock()

    def send(self, message: Any) -> None:
        """Raises OSError if the client is gone."""
        data = wire.frame(message)
        with self._lock:
            self.peer.sendall(data)


class MockServer:
    """Answers the SDK from a recording. Starts on construction."""

    def __init__(self, listener: socket.socket, journal: Journal, matcher: Matcher) -> None:
        self._listener = listener
        self._journal = journal
        self._matcher = matcher
        self._matching = threading.Lock()
        self._changed = threading.Condition()  # guards everything below
        self._closed = False
        self._clients: list[Connection] = []  # all open connections
        self._sdks: list[Connection] = []  # the long-lived ones, which sent the connect message
        self._answers: dict[str, Any] = {}  # request id of a time travel request → the SDK's response
        self._inbound: set[str] = set()
        self.connected = False
        self.rejected = ""  # why the SDK was refused, or ""
        threading.stack_size(wire.STACK_BYTES)
        threading.Thread(target=self._accept, name="accept", daemon=True).start()

    def drain(self, timeout_s: float) -> None:
        """Wait, after the service's end, until all messages of the SDK were read and its connections are closed."""
        self._wait(lambda: not self._sdks, timeout_s)

    def close(self) -> None:
        """Close all connections. Later messages are neither answered nor logged."""
        with self._changed:
            self._closed = True
            clients = list(self._clients)
            self._changed.notify_all()
        for peer in [self._listener, *(client.peer for client in clients)]:
            try:
                peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                peer.close()  # the client is gone already

    # Tests

    def start_test(self, test: Test) -> None:
        """`test` begins: requests without a test id belong to it, and earlier inbound spans do not count."""
        with self._matching:
            self._matcher.start(test)
        with self._changed:
            self._inbound.discard(test.trace_id)

    def finish_test(self, test: Test) -> None:
        with self._matching:
            self._matcher.finish(test)

    def wait_inbound(self, trace_id: str, timeout_s: float) -> bool:
        """Whether the SDK's span of this request arrives within `timeout_s` seconds (section 14)."""
        return self._wait(lambda: trace_id in self._inbound, timeout_s)

    def travel(self, trace_id: str, seconds: float) -> str:
        """Set the application's clock (section 12). Returns an error message, or ""."""
        with self._changed:
            sdks = list(self._sdks)
        problems = (self._travel(sdk, f"travel-{trace_id}-{n}", trace_id, seconds) for n, sdk in enumerate(sdks))
        return "; ".join(filter(None, problems))

    def _travel(self, sdk: Connection, request_id: str, trace_id: str, seconds: float) -> str:
        travel = {"timestamp_seconds": seconds, "trace_id": trace_id, "timestamp_source": "server_span"}
        message = wire.CLIMessage(type=wire.SET_TIME_TRAVEL, request_id=request_id, set_time_travel_request=travel)
        try:
            sdk.send(message)
        except OSError as error:
            return f"the SDK's connection is gone ({error})"
        self._wait(lambda: request_id in self._answers or sdk not in self._sdks, TRAVEL_TIMEOUT_S)
        with self._changed:
            answer = self._answers.pop(request_id, None)
        if answer is None:
            return f"no answer within {TRAVEL_TIMEOUT_S:g} s, or the SDK closed its connection"
        return "" if answer.success else answer.error or "the SDK refused"

    def _wait(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: condition() or self._closed, timeout_s) and condition()

    # Connections

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError as error:
                self._drop(f"no connection is accepted any more: {error}")  # not logged after close
                return
            threading.Thread(target=self._serve, args=(Connection(peer),), daemon=True).start()

    def _serve(self, client: Connection) -> None:
        with self._changed:
            if self._closed:
                client.peer.close()
                return
            self._clients.append(client)
        try:
            with client.peer.makefile("rb") as stream:
                for payload in wire.frames(stream, self._drop):
                    self._receive(client, payload)
        except OSError:
            pass  # the client is gone; all connections end so
        finally:
            with self._changed:
                self._clients.remove(client)
                self._sdks = [sdk for sdk in self._sdks if sdk is not client]
                self._changed.notify_all()
            client.peer.close()

    def _drop(self, reason: str) -> None:
        if not self._closed:
            self._journal.write("dropped", reason=reason)

    def _receive(self, client: Connection, payload: bytes) -> None:
        try:
            message = wire.SDKMessage.FromString(payload)
        except Exception as error:
            self._drop(f"payload of {len(payload)} bytes: not a message ({error})")
            return
        if self._closed:
            return
        try:
            _HANDLERS[message.type](self, client, message)
        except OSError:
            raise
        except Exception as error:
            self._drop(f"message of type {message.type}: {error!r}")

    # Messages

    def _on_connect(self, client: Connection, message: Any) -> None:
        request = message.connect_request
        problem = messages.version_problem(request.sdk_version, request.min_cli_version)
        self._journal.write(
            "connect", service_id=request.service_id, sdk_version=request.sdk_version, runtime=request.runtime
        )
        with self._changed:
            self.rejected = self.rejected or problem
            if not problem:
                self._sdks.append(client)
                self.connected = True
            response = {"success": not problem, "error": problem}
            client.send(
                wire.CLIMessage(type=wire.SDK_CONNECT, request_id=message.request_id, connect_response=response)
            )
            self._changed.notify_all()

    def _on_mock(self, client: Connection, message: Any) -> None:
        """Answer and log every call, also if the replayer itself fails."""
        call = message.get_mock_request
        reply = wire.CLIMessage(type=wire.MOCK_REQUEST, request_id=message.request_id)
        response = reply.get_mock_response
        name = call.outbound_span.name
        matched: dict[str, Any] = {}
        nearest: list[dict[str, str]] = []
        note = ""
        with self._matching:
            trace_id = call.test_id or self._matcher.current
            try:
                request = messages.request_from(call)
                name = describe(name, request.value)
                match = self._matcher.match(request)
                if match is None:
                    nearest = closest(request, self._matcher)
                else:
                    response.response_data.update(messages.response_data(match.span))
                    response.matched_span_id = match.span.span_id
                    matched = _matched(match, request)
            except (wire.TooDeep, RecursionError):
                note = "what it asks for is nested too deep"
            except Exception as error:
                note = f"the replayer failed: {error!r}"
            if note:
                response.Clear()
        response.request_id, response.found = call.request_id, bool(matched)
        if not matched:
            response.error = f"No recorded call answers {name}" + (f": {note}" if note else "")
        self._journal.write(
            "mock",
            trace_id=trace_id,
            instrumentation=call.outbound_span.instrumentation_name,
            asked=name,
            found=bool(matched),
            pre_app_start=call.outbound_span.is_pre_app_start,
            closest=nearest,
            note=note,
            **matched,
        )
        client.send(reply)

    def _on_inbound(self, client: Connection, message: Any) -> None:
        span = message.send_inbound_span_for_replay_request.span
        output, schema = wire.value_from(span.output_value), wire.schema_from(span.output_schema)
        self._journal.write(  # before the waiting test ends
            "inbound", trace_id=span.trace_id, span_id=span.span_id, output=output, schema=schema
        )
        with self._changed:
            self._inbound.add(span.trace_id)
            self._changed.notify_all()
        reply = wire.CLIMessage(type=wire.INBOUND_SPAN, request_id=message.request_id)
        reply.send_inbound_span_for_replay_response.success = True
        client.send(reply)

    def _on_alert(self, _client: Connection, message: Any) -> None:
        alert = message.send_alert_request
        mismatch, unpatched = alert.version_mismatch, alert.unpatched_dependency
        if alert.HasField("version_mismatch"):
            versions = f"{mismatch.requested_version}; supported: {', '.join(mismatch.supported_versions)}"
            fields = {"kind": "version_mismatch", "trace_id": "", "detail": f"{mismatch.module_name} {versions}"}
        else:  # trace_test_server_span_id: despite its name, the SDK sends the trace id
            trace_id, stack = unpatched.trace_test_server_span_id, unpatched.stack_trace
            fields = {"kind": "unpatched_dependency", "trace_id": trace_id, "detail": stack}
        self._journal.write("alert", **fields)

    def _on_travelled(self, _client: Connection, message: Any) -> None:
        with self._changed:
            self._answers[message.request_id] = message.set_time_travel_response
            self._changed.notify_all()


def _matched(match: Match, request: Request) -> dict[str, Any]:
    """The fields of mocks.jsonl for a recorded call that was found. The differences are sorted, because the Rust core
    records the parts of an input in another order."""
    parts = differing(match.span.input_value, request.value, equal_as_json)
    return {
        "by": match.by,
        "reused": match.reused,
        "matched_trace": match.span.trace_id,
        "matched_span": match.span.span_id,
        "differs": sorted(path for path, _, _ in parts),
    }


_HANDLERS: dict[int, Callable[[MockServer, Connection, Any], None]] = {
    wire.SDK_CONNECT: MockServer._on_connect,
    wire.MOCK_REQUEST: MockServer._on_mock,
    wire.INBOUND_SPAN: MockServer._on_inbound,
    wire.ALERT: MockServer._on_alert,
    wire.SET_TIME_TRAVEL: MockServer._on_travelled,
}
