"""A service with a stand-in for the SDK in it; started by the tests of whole runs as `python fake_service.py PORT`.

The path of a request says what happens; FAKE_* variables say how the service starts. Each request sends its inbound
span first, as Django does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from e2e_common.tusk import wire
from tests.unit.tusk.replay_support import FakeSDK

SDK_VERSION = os.environ.get("FAKE_SDK") or "0.1.29"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        trace_id = self.headers.get("x-td-trace-id", "")
        path = self.path.partition("?")[0]
        if path == "/die":
            os._exit(7)
        if path == "/hang":
            print("hanging", flush=True)
            threading.Event().wait(60)
        if trace_id and path != "/silent":
            output = {"output_value": {"statusCode": 200}, "output_schema": {"type": 6}}
            span = {"trace_id": trace_id, "span_id": "s", **output}
            sdk.send(type=wire.INBOUND_SPAN, request_id="i", send_inbound_span_for_replay_request={"span": span})
        answer: object = {"path": path}
        if path == "/mock":
            client = FakeSDK(ADDRESS)
            answer = {"found": client.ask("value-s1", trace_id).get_mock_response.found}
            client.close()
        elif path == "/env":
            answer = {name: os.environ.get(name) for name in ("RECORDED", "HOME", "TUSK_DRIFT_MODE", "INHERITED")}
        elif path == "/clock":
            answer = {"travelled": travelled}
        body = json.dumps(answer).encode()
        self.send_response(302 if path == "/moved" else 200)
        if path == "/moved":
            self.send_header("location", "/ok")
        self.send_header("content-length", str(len(body) + (100 if path == "/cut" else 0)))
        self.end_headers()
        self.wfile.write(body)
        if path == "/later":
            call = "[ModeUtils] Background request detected during replay"
            threading.Timer(0.3, print, (call,), {"flush": True}).start()

    do_POST = do_GET

    def log_message(self, *_args: object) -> None:
        pass


def read_commands() -> None:
    """What the SDK's reader thread does: move the clock."""
    while True:
        try:
            message = sdk.receive()
        except TimeoutError:
            continue
        if message.type == wire.SET_TIME_TRAVEL:
            travelled.append(message.set_time_travel_request.timestamp_seconds)
            response = {"success": True}
            sdk.send(type=wire.SET_TIME_TRAVEL, request_id=message.request_id, set_time_travel_response=response)


ADDRESS = os.environ["TUSK_MOCK_SOCKET"]
print(f"service starts with {ADDRESS}", flush=True)
travelled: list[float] = []
if SDK_VERSION != "none":
    sdk = FakeSDK(ADDRESS)
    sdk.connect(SDK_VERSION)
    if "FAKE_PRE_APP_START" in os.environ:
        early = FakeSDK(ADDRESS)
        print("boot", early.ask("value-boot", "", is_pre_app_start=True).get_mock_response.found, flush=True)
    threading.Thread(target=read_commands, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
