"""Waiting until something holds."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from e2e_common.setup.options import OPTIONS
from e2e_common.util.readiness import NO_LIMIT_S, http_answers, wait_until


class Answers(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    def do_GET(self) -> None:
        self.send_response(int(self.path[1:]))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_what_never_holds_is_reported_by_name() -> None:
    with pytest.raises(TimeoutError, match=r"the tea: not ready within 0\.01 s"):
        wait_until(lambda: False, timeout_s=0.01, what="the tea")


def test_who_waits_without_a_limit_waits_longer_than_any_time_limit() -> None:
    """Else a run with a long E2E_TIMEOUT ends with another error, and another exit code, before its time."""
    assert OPTIONS["E2E_TIMEOUT"].checked("999999", "environment")
    assert NO_LIMIT_S > 999999


@pytest.mark.parametrize(("status", "ready"), [(200, True), (302, True), (399, True), (400, False), (503, False)])
def test_an_application_that_answers_with_an_error_is_not_ready(status: int, ready: bool) -> None:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert http_answers("127.0.0.1", server.server_port, f"/{status}") is ready
        thread.join(10)


def test_nobody_who_listens_is_not_ready() -> None:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        port = server.server_port
    assert not http_answers("127.0.0.1", port, "/200")
