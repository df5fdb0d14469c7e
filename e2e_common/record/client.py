"""Send a suite's requests, compare each response with the expected one, and log both. For src/test_requests.py.

    with Api(calls={"requests": 1}) as api:
        api.post("/orders?limit=2", "new order", {"id": 1}, json={"item": "tea"}, expect=201, requests=2)
        api.get("/orders", "orders").answers(...)  # a body of several lines

Each request has its full expected response: `expect` (status, default 200), `body` (a JSON value, text or bytes;
default: empty), `headers` (those that must be in the response) and `calls` (the outbound spans that its trace must
have: library → count, or a list of their texts as in mocks.jsonl, for calls on which no response depends). If Api() has
a default count for a library, a keyword argument with the library's name sets the count.
`matches(…)` stands for text that is new in every run. `name` (default: method and path) identifies the request in
known_failures.yaml, reports and E2E_ONLY. `json`, `data`, `files`, `send_headers` and `cookies` are sent; cookies of an
earlier request only where it is named: `after="log in"`.

In a run, environment variables hold the application's URL and the log's path. When started by hand, the script uses the
application on localhost:8000 (or at the URL in the first argument), serves the upstream itself and prints each request.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from requests.cookies import RequestsCookieJar

from e2e_common.artifacts.expectation import Expectation, Matches, matches
from e2e_common.artifacts.facts import Fact
from e2e_common.record.exchange import NOT_GIVEN, Exchange, Result, place_of_caller
from e2e_common.util import names
from e2e_common.util.errors import did_you_mean
from e2e_common.util.ports import LOOPBACK
from e2e_common.util.readiness import http_answers, wait_until

__all__ = ["Api", "Matches", "matches"]
BY_HAND_URL = "http://localhost:8000"
ONLY_VARIABLE = "E2E_ONLY"
ANSWER_LIMIT_S = 30.0
LOGGED_OPTIONS: Mapping[str, Any] = {
    "late": False, "expect_unpatched": {}, "leaks": [], "background": 0, "recorded": "", "replayed": True, "refused": 0,
    "inexact": {}, "unanswered": [], "errors": [], "reached": [],
}  # fmt: skip
"""Options of Api.request that are logged for the judge, with their defaults."""


def _verb(method: str) -> Callable[..., Any]:
    return lambda api, path, *args, **options: api.request(method, path, *args, **options)  # finds a subclass's request


class Api:
    """The application under test, as a context manager. Its exit closes the log and ends the script with status 0 (all
    responses as expected), 1 (some not) or 4 (nothing was sent). `unanswered_at_start`: calls that the application
    makes only in replay, before it is ready (see `unanswered` of `request`). `calls`, `headers`: defaults for every
    request. `show`: converts the fields of `answers` to JSON values. `exchange`: what a request returns."""

    def __init__(
        self,
        *,
        unanswered_at_start: Sequence[str] = (),
        calls: Mapping[str, int] | None = None,
        headers: Mapping[str, str] | None = None,
        show: Callable[[Any], Any] = lambda value: value,
        exchange: type[Exchange] = Exchange,
    ) -> None:
        self._unanswered = unanswered_at_start
        self._calls, self._headers = calls or {}, headers or {}
        self._new_exchange = partial(exchange, show)
        by_hand = sys.argv[1] if len(sys.argv) > 1 else BY_HAND_URL
        self._url = os.environ.get(names.URL_VARIABLE, by_hand)
        log = os.environ.get(names.LOG_VARIABLE)
        # Line-buffered. What is not UTF-8 (a lone surrogate) is written as a JSON escape.
        self._log = Path(log).open("w", buffering=1, errors="backslashreplace") if log else None  # noqa: SIM115
        self._only = os.environ.get(ONLY_VARIABLE, "")
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no netrc: send only what the suite specifies
        self._exchanges: dict[str, Exchange] = {}  # by name, in order
        self._sent = self._failed = 0

    def __enter__(self) -> Api:
        if self._log is None:
            from e2e_common.services.upstream import app as upstream  # started by hand: there is no other upstream

            upstream.serve_beside()
        where = urlsplit(self._url)
        port = where.port or 80
        hosts = LOOPBACK if where.hostname in ("localhost", *LOOPBACK) else [where.hostname or ""]  # it may be only ::1
        answering: list[str] = []

        def answers() -> bool:
            answering.extend(host for host in hosts if http_answers(host, port, "/health"))
            return bool(answering)

        limit_s = float(os.environ.get(names.READY_VARIABLE, names.READY_LIMIT_S))
        try:
            wait_until(answers, timeout_s=limit_s, what=f"{self._url}/health")
        except TimeoutError as error:
            self._leave(names.NEVER_READY, f"{error}; start the application first: python src/app.py")
        host = answering[0]
        self._url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is not None:
            return  # without a last line in the log, the judge sees that the script failed
        self._end_last()
        names = list(self._exchanges)
        self._write({"end": True, "sent": self._sent, "names": names, "unanswered": list(self._unanswered)})
        if not self._sent:
            self._leave(4, "nothing was sent" + (f": no request is called {self._only!r}" if self._only else ""))
        self._leave(1 if self._failed else 0, f"{self._sent} requests, {self._failed} failed")

    def send(self, *themes: str) -> None:
        """Send the requests of the modules `test_<theme>.py`, in this order: call their public functions whose only
        parameter is `api`, in the order of their definition."""
        for theme in themes:
            module = f"test_{theme}"
            for name, function in vars(importlib.import_module(module)).items():
                defined_here = inspect.isfunction(function) and function.__module__ == module
                if defined_here and not name.startswith("_") and [*inspect.signature(function).parameters] == ["api"]:
                    function(self)

    def request(
        self,
        method: str,
        path: str,
        name: str | None = None,
        body: Any = NOT_GIVEN,
        *,
        expect: int = 200,
        headers: Mapping[str, str] | None = None,
        calls: Mapping[str, int | Sequence[str]] | None = None,
        early_in_second: bool = False,
        send_headers: Mapping[str, str] | None = None,
        after: str | None = None,
        **options: Any,
    ) -> Any:
        """Send one request, log whether its response is the expected one (see the module's docstring), and return the
        Exchange.

        `after`: the name of an earlier request that this one needs: its cookies are sent, and E2E_ONLY sends it, too.
        `late`: a span may end after its root span.
        `expect_unpatched`: socket method → how many warnings about it the SDK gives in replay: `{"connect": 1,
        "sendall": 1}`. Exact for connect, a maximum for the others. `leaks` lists the targets.
        `leaks`: the connections that reach the services in replay, past the SDK, as `service: what` in touched.jsonl.
        Fails if others do, or if one of these no longer does.
        `background`: number of calls outside the request's context (in a thread without it, or before or after the
        request's span). The SDK must not record them, and in replay must warn of exactly that many.
        `recorded`: why nothing is recorded, by design (names.UNRECORDED). Fails if something is recorded, or if the
        reason does not apply.
        `replayed=False`: it is recorded, but the CLI does not replay it; so for all responses with status 300 or more.
        `refused`: how many of its `calls` a rule forbids during the recording: exactly these have no recorded response.
        `inexact`: JSON paths that differ, as in mocks.jsonl and joined by ", " → how many calls differ there between
        recording and replay, for instance a time, a new UUID, a multipart boundary: `{"$.url": 1}`.
        `unanswered`: calls that only the replay makes, as in mocks.jsonl; they must not get a mock.
        `errors`: exceptions that the application does not handle and its server logs: the last line of each traceback.
        If the request is replayed, they are expected there too.
        `reached`: requests that the upstream gets during the recording without a recorded call, as `GET /path`: after a
        redirect, a retry, a challenge. (As many as `background` need not be declared.)
        `early_in_second`: send it in the first half of a clock second, for responses that contain the second.
        `json`, `data`, `files`, `cookies`: as in `requests`.
        """
        self._end_last()
        name = name or f"{method} {path}"
        logged = {key: options.pop(key, default) for key, default in LOGGED_OPTIONS.items()}
        recorded = logged["recorded"]
        if recorded and recorded not in names.UNRECORDED:
            raise ValueError(f"{name!r}: recorded={recorded!r} is no reason{did_you_mean(recorded, names.UNRECORDED)}")
        if name in self._exchanges:
            raise ValueError(f"two requests are called {name!r}: give one of them a name= of its own")
        if after is not None and after not in self._exchanges:
            raise ValueError(f"{name!r}: after={after!r} is no earlier request{did_you_mean(after, self._exchanges)}")
        calls = {**self._calls, **{lib: options.pop(lib) for lib in self._calls if lib in options}, **(calls or {})}
        number = len(self._exchanges) + 1
        line = {
            "n": number,
            "name": name,
            "method": method,
            "path": path,
            "calls": {name: count if isinstance(count, int) else len(count) for name, count in calls.items()},
            "asked": {name: list(texts) for name, texts in calls.items() if not isinstance(texts, int)},
            "at": place_of_caller(),
            **logged,
        }
        sent_headers = {**(send_headers or {}), names.REQUEST_HEADER: str(number)}
        cookies = RequestsCookieJar()

        def send() -> Result:
            if after is not None:
                self._exchanges[after].send()
                cookies.update(self._exchanges[after].cookies)
            if early_in_second:
                wait_until(lambda: time.time() % 1 < 0.5, timeout_s=1.0, what="the first half of a second")
            self._sent += 1
            line["started"] = time.time()
            result = self._transmit(method, path, sent_headers, options, cookies)
            line["ended"] = time.time()
            return result

        expected_headers = {**self._headers, **(headers or {})}
        judge = partial(self._judge, line, expect, expected_headers)
        exchange = self._exchanges[name] = self._new_exchange(send, judge, cookies)
        if names.selects(self._only, name):
            exchange.send()
        if body is not NOT_GIVEN:
            exchange.answers(body)
        return exchange

    get, post, put, patch, delete, head, options = map(
        _verb, ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
    )

    def _end_last(self) -> None:
        """The last request expects an empty body if none was given."""
        for exchange in [*self._exchanges.values()][-1:]:
            exchange.answers(b"")

    def _transmit(
        self, method: str, path: str, headers: dict[str, str], send: Mapping[str, Any], cookies: RequestsCookieJar
    ) -> Result:
        """`cookies`: sent, and updated by the response."""
        self._session.cookies = cookies
        try:
            return self._session.request(
                method, self._url + path, headers=headers, timeout=ANSWER_LIMIT_S, allow_redirects=False, **send
            )
        except requests.RequestException as error:
            return error

    def _judge(
        self,
        line: Mapping[str, Any],
        status: int,
        headers: Mapping[str, str],
        answer: Result,
        body: Any,
    ) -> None:
        """Compare a response with the expected one, and log both."""
        expected = Expectation(status, body, headers)
        if isinstance(answer, requests.Response):
            differs, problems = expected.differences(answer.status_code, answer.headers.get, answer.content)
            sent = answer.request.body
            seen = {
                "status": answer.status_code,
                # Decompressed content; the judge looks for this hash in the trace.
                "body": None if answer.request.method == "HEAD" else hashlib.sha256(answer.content).hexdigest(),
                # The larger of the two bodies, as far as known.
                "size": max(len(answer.content), len(sent) if isinstance(sent, (str, bytes)) else 0),
            }
        else:
            kind = type(answer).__name__
            differs, problems = [Fact("no_answer", "", kind)], [f"no answer: {kind}: {answer}"]
            seen = {"status": None, "body": None, "size": 0}
        self._failed += bool(problems)
        facts = [[fact.kind, fact.key, fact.value] for fact in differs]
        self._write({**line, **seen, "problems": problems, "expected": expected.to_json(), "differs": facts})
        wrong = (f"  ✗ {line['name']}: {problem}" for problem in problems)
        print(
            f"→ {line['method']} {line['path']}",
            f"  Status: {seen['status']}",
            *wrong,
            sep="\n",
            flush=self._log is None,
        )

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._log is not None:
            self._log.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _leave(self, status: int, message: str) -> NoReturn:
        if self._log is not None:
            self._log.close()
        print(message, file=sys.stderr if status else sys.stdout)
        raise SystemExit(status)
