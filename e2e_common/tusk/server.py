"""The server to which the SDK connects in replay.

Each connection has a thread: the SDK opens a new connection for every mock request, and reads its long-lived one in its
own thread, so a client that stalls must not block another.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

from e2e_common.artifacts.call_text import scalar_text, text_of
from e2e_common.artifacts.facts import differing, equal_as_json
from e2e_common.artifacts.traces import Span
from e2e_common.tusk import Journal, wire
from e2e_common.tusk.matching import MAX_CANDIDATES, Matcher, similarity

TRAVEL_TIMEOUT_S = 5.0
MAX_CLOSEST = 3


class MockServer:
    """Answers the SDK from a recording. Starts on construction, and runs until the process ends."""

    def __init__(self, listener: socket.socket, journal: Journal, matcher: Matcher) -> None:
        self._listener, self._journal, self._matcher = listener, journal, matcher
        self._changed = threading.Condition()  # guards the matcher and everything below
        self._sdks: dict[socket.socket, threading.Lock] = {}  # the long-lived connections; locked while sending
        self._answers: dict[str, Any] = {}  # request id of a time travel request → the SDK's response
        self._inbound: set[str] = set()
        self.connected = False
        self.rejected = ""  # why the SDK was refused, or ""
        self._handlers = {
            wire.SDK_CONNECT: self._on_connect,
            wire.MOCK_REQUEST: self._on_mock,
            wire.INBOUND_SPAN: self._on_inbound,
            wire.ALERT: self._on_alert,
            wire.SET_TIME_TRAVEL: self._on_travelled,
        }
        threading.stack_size(wire.STACK_BYTES)
        threading.Thread(target=self._accept, name="accept", daemon=True).start()

    def drain(self, timeout_s: float) -> None:
        """Wait, after the service's end, until all messages of the SDK were read and its connections are closed."""
        self._wait(lambda: not self._sdks, timeout_s)

    def start_test(self, trace_id: str) -> None:
        """A test begins: requests without a test id belong to it, and earlier inbound spans do not count."""
        with self._changed:
            self._matcher.start(trace_id)
            self._inbound.discard(trace_id)

    def finish_test(self, trace_id: str) -> None:
        with self._changed:
            self._matcher.finish(trace_id)

    def wait_inbound(self, trace_id: str, timeout_s: float) -> bool:
        """Whether the SDK's span of this request arrives within `timeout_s` seconds."""
        return self._wait(lambda: trace_id in self._inbound, timeout_s)

    def travel(self, trace_id: str, seconds: float) -> str:
        """Set the application's clock. Returns an error message, or ""."""
        with self._changed:
            sdks = list(self._sdks)
        problems = (self._travel(sdk, f"travel-{trace_id}-{n}", trace_id, seconds) for n, sdk in enumerate(sdks))
        return "; ".join(filter(None, problems))

    def _travel(self, sdk: socket.socket, request_id: str, trace_id: str, seconds: float) -> str:
        travel = {"timestamp_seconds": seconds, "trace_id": trace_id, "timestamp_source": "server_span"}
        message = wire.CLIMessage(type=wire.SET_TIME_TRAVEL, request_id=request_id, set_time_travel_request=travel)
        with contextlib.suppress(OSError):  # it is gone, and soon not in _sdks any more
            self._send(sdk, message)
        self._wait(lambda: request_id in self._answers or sdk not in self._sdks, TRAVEL_TIMEOUT_S)
        answer = self._answers.pop(request_id, None)
        if answer is None:
            return f"no answer within {TRAVEL_TIMEOUT_S:g} s, or the SDK closed its connection"
        return "" if answer.success else answer.error or "the SDK refused"

    def _wait(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, timeout_s)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the run is over
            while True:
                threading.Thread(target=self._serve, args=(self._listener.accept()[0],), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, client.makefile("rb") as stream:  # any connection may end with one
            for payload in wire.frames(stream, self._drop):
                try:
                    message = wire.SDKMessage.FromString(payload)
                    self._handlers[message.type](client, message)
                except OSError:
                    raise
                except Exception as error:
                    self._drop(f"message of {len(payload)} bytes: {error!r}")
        with self._changed:
            self._sdks.pop(client, None)
            self._changed.notify_all()

    def _send(self, client: socket.socket, message: Any) -> None:
        """Raises OSError if the client is gone."""
        with self._sdks.get(client, contextlib.nullcontext()):  # only to an SDK do several threads send
            client.sendall(wire.frame(message))

    def _drop(self, reason: str) -> None:
        self._journal.write("dropped", reason=reason)

    def _on_connect(self, client: socket.socket, message: Any) -> None:
        request = message.connect_request
        problem = wire.version_problem(request.sdk_version, request.min_cli_version)
        self._journal.write("connect", sdk_version=request.sdk_version)
        response = {"success": not problem, "error": problem}
        reply = wire.CLIMessage(type=wire.SDK_CONNECT, request_id=message.request_id, connect_response=response)
        with self._changed:  # until this is sent, nothing else may be
            self.rejected = self.rejected or problem
            if not problem:
                self._sdks[client] = threading.Lock()
                self.connected = True
            self._send(client, reply)

    def _on_mock(self, client: socket.socket, message: Any) -> None:
        """Answer and log every call, also if the replayer itself fails."""
        asked, span = message.get_mock_request, message.get_mock_request.outbound_span
        reply = wire.CLIMessage(type=wire.MOCK_REQUEST, request_id=message.request_id)
        response = reply.get_mock_response
        event: dict[str, Any] = {"asked": span.name, "found": False, "closest": [], "note": ""}
        with self._changed:
            trace_id = asked.test_id or self._matcher.current
            try:
                call = wire.span_from(span)
                event["asked"] = text_of(call)
                match = self._matcher.match(call, asked.test_id)
                if match is None:
                    event["closest"] = closest(call, trace_id, self._matcher.suite)
                else:
                    found = match.span
                    response.response_data.update(wire.response_data(found))
                    response.matched_span_id = found.span_id
                    parts = differing(found.input_value, call.input_value, equal_as_json)
                    differs = sorted(path for path, _, _ in parts)  # the Rust core records them in another order
                    event.update(matched_trace=found.trace_id, matched_span=found.span_id, differs=differs)
                    event.update(found=True, by=match.by, reused=match.reused)
            except Exception as error:  # RecursionError: its input is nested too deep
                event["note"] = f"the replayer failed: {error!r}"
                response.Clear()
        response.request_id, response.found = asked.request_id, event["found"]
        if not response.found:
            response.error = ": ".join(filter(None, (f"No recorded call answers {event['asked']}", event["note"])))
        origin = {"trace_id": trace_id, "instrumentation": span.instrumentation_name}
        self._journal.write("mock", **origin, pre_app_start=span.is_pre_app_start, **event)
        self._send(client, reply)

    def _on_inbound(self, client: socket.socket, message: Any) -> None:
        span = message.send_inbound_span_for_replay_request.span
        result = {"output": wire.from_struct(span.output_value), "schema": wire.schema_from(span.output_schema)}
        self._journal.write("inbound", trace_id=span.trace_id, span_id=span.span_id, **result)
        with self._changed:  # the waiting test may end now
            self._inbound.add(span.trace_id)
            self._changed.notify_all()
        reply = wire.CLIMessage(type=wire.INBOUND_SPAN, request_id=message.request_id)
        reply.send_inbound_span_for_replay_response.success = True
        self._send(client, reply)

    def _on_alert(self, _client: socket.socket, message: Any) -> None:
        """Log an alert of an unpatched dependency; the judge needs no other."""
        if message.send_alert_request.HasField("unpatched_dependency"):
            alert = message.send_alert_request.unpatched_dependency
            trace_id = alert.trace_test_server_span_id  # despite its name, the SDK sends the trace id
            self._journal.write("alert", kind="unpatched_dependency", trace_id=trace_id, detail=alert.stack_trace)

    def _on_travelled(self, _client: socket.socket, message: Any) -> None:
        with self._changed:
            self._answers[message.request_id] = message.set_time_travel_response
            self._changed.notify_all()


def closest(call: Span, trace_id: str, suite: list[Span]) -> list[dict[str, str]]:
    """At most three recorded calls in the form of mocks.jsonl, most similar first. `trace_id`: of the running test."""
    package, library = call.package_name, call.instrumentation_name
    same_library = (span for span in suite if span.package_name == package or span.instrumentation_name == library)
    candidates = [span for span in same_library if not span.is_root]
    candidates.sort(key=lambda span: span.trace_id != trace_id)  # the test's own calls first (stable sort)
    candidates = candidates[:MAX_CANDIDATES]
    candidates.sort(key=lambda span: similarity(span.input_value, call.input_value), reverse=True)
    return [
        {"trace_id": span.trace_id, "span_id": span.span_id, "asked": text_of(span), "difference": _reason(span, call)}
        for span in candidates[:MAX_CLOSEST]
    ]


def _reason(span: Span, call: Span) -> str:
    """Why a recorded span does not answer the call: the first difference in the inputs, or the phase."""
    for path, one, other in differing(span.input_value, call.input_value, equal_as_json):
        return f"{path}: {scalar_text(one)[:120]} recorded, {scalar_text(other)[:120]} asked"
    if span.is_pre_app_start != call.is_pre_app_start:
        recorded, requested = ("before", "after") if span.is_pre_app_start else ("after", "before")
        return f"recorded {recorded} the application was ready, asked {requested}"
    return "the same input, but in another trace's file or by another instrumentation"
