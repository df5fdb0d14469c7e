"""What `api.get(…)` returns to a suite: the request, its response, and where its expected body is given."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Union

import requests
from requests.cookies import RequestsCookieJar

from e2e_common.artifacts.expectation import Matches

Result = Union[requests.Response, requests.RequestException]
HERE = Path(__file__).parent
NOT_GIVEN = object()


class Exchange:
    """A request and its answer. `response`: None without an answer, and if E2E_ONLY leaves the request out; `cookies`:
    those that a later request may send (`after`)."""

    def __init__(
        self,
        show: Callable[[Any], Any],
        send: Callable[[], Result],
        judge: Callable[[Result, Any], None],
        cookies: RequestsCookieJar,
    ) -> None:
        self.response: requests.Response | None = None
        self.cookies = cookies
        self._send, self._judge, self._show = send, judge, show
        self._result: Result | None = None
        self._body: Any = NOT_GIVEN

    def send(self) -> None:
        """Send the request, unless it was sent."""
        if self._result is None:
            self._result = self._send()
            self.response = self._result if isinstance(self._result, requests.Response) else None
            if self._body is not NOT_GIVEN:
                self._judge(self._result, self._body)

    def answers(self, body: Any = None, /, **fields: Any) -> None:
        """The expected body, if it needs several lines: `body`, with `fields` as members. Only the first counts."""
        if self._body is not NOT_GIVEN:
            return
        shown = {key: value if isinstance(value, Matches) else self._show(value) for key, value in fields.items()}
        self._body = {**(body or {}), **shown} if fields else body
        if self._result is not None:
            self._judge(self._result, self._body)


def place_of_caller() -> str:
    """`src/test_calls.py:12`: the line in the suite that sends the request."""
    frame = sys._getframe(1)
    while frame.f_back and (Path(frame.f_code.co_filename).parent == HERE or frame.f_code.co_name == "request"):
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    return f"{path.parent.name}/{path.name}:{frame.f_lineno}"
