"""Send a suite's requests, compare each response with the expected one, and log both. For src/test_requests.py.

    with Api(calls={"requests": 1}) as api:
        api.post("/orders?limit=2", "new order", {"id": 1}, json={"item": "tea"}, expect=201, requests=2)
        api.get("/orders", "orders").answers(...)  # a body of several lines

Each request has its full expected response: `expect` (status, default 200), `body` (a JSON value, text or bytes;
default: empty), `headers` (those that must be in the response) and `calls` (the outbound spans that its trace must
have: library → count, or a list of their texts as in mocks.jsonl, for calls on which no response depends). If Api() has
a default count for a library, a keyword argument with the library's name sets the count.
`matches(…)` stands for text that is new in every run. `name` (default: method and path) identifies the request in
known_failures.yaml, reports and E2E_ONLY. `json`, `data`, `files`, `cookies` (as in `requests`) and `send_headers` are
sent; cookies of an earlier request only where it is named: `after="log in"`.

In a run, environment variables hold the application's URL and the log's path. When started by hand, the script uses the
application on localhost:8000 (or at the URL in the first argument), serves the upstream itself and prints each request.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import inspect
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from requests.cookies import RequestsCookieJar

from e2e_common.artifacts.expectation import Expectation, Matches, matches
from e2e_common.artifacts.facts import Fact
from e2e_common.util import names
from e2e_common.util.errors import did_you_mean
from e2e_common.util.ports import LOOPBACK
from e2e_common.util.readiness import tcp_answers, wait_until

__all__ = ["Api", "Matches", "matches"]
BY_HAND_URL = "http://localhost:8000"
ANSWER_LIMIT_S = float(os.environ.get(names.ANSWER_VARIABLE, "30"))
HEALTH_OPTIONS: Mapping[str, Any] = {"timeout": 1.0, "allow_redirects": False, "headers": {"Connection": "close"}}
NOT_GIVEN = object()
LOGGED_OPTIONS: Mapping[str, Any] = {
    "late": False, "expect_unpatched": {}, "leaks": [], "background": 0, "recorded": "", "replayed": True, "refused": 0,
    "inexact": {}, "unanswered": [], "errors": [], "reached": [],
}  # fmt: skip
"""Options of Api.request that are logged for the judge, with their defaults."""


def _verb(method: str) -> Callable[..., Any]:
    return lambda api, path, *args, **options: api.request(method, path, *args, **options)  # finds a subclass's request


@dataclass
class Exchange:
    """A request, its response and the expected one. `response`: None without a response, and if E2E_ONLY leaves the
    request out; `_line`: for the log; `_options`: as in `requests`."""

    _api: Api
    _line: dict[str, Any]
    _expected: Expectation  # its body may follow: NOT_GIVEN
    _options: Mapping[str, Any]
    _after: Exchange | None
    _early_in_second: bool
    response: requests.Response | None = None
    _error: requests.RequestException | None = None
    _cookies: RequestsCookieJar = field(default_factory=RequestsCookieJar)  # sent, and updated by the response

    def send(self) -> None:
        """Send the request, unless it was sent."""
        line, session = self._line, self._api.session
        if "started" in line:
            return
        if self._after is not None:
            self._after.send()
            self._cookies.update(self._after._cookies)
        if self._early_in_second:
            wait_until(lambda: time.time() % 1 < 0.5, timeout_s=1.0, what="the first half of a second")
        session.cookies = self._cookies
        where = (line["method"], self._api.url + line["path"])
        line["started"] = time.time()
        try:
            self.response = session.request(*where, timeout=ANSWER_LIMIT_S, allow_redirects=False, **self._options)
        except requests.RequestException as error:
            self._error = error
        line["ended"] = time.time()
        self._judge()

    def answers(self, body: Any = None, /, **fields: Any) -> None:
        """The expected body, if it needs several lines: `body`, with `fields` as members. Only the first counts."""
        if self._expected.body is NOT_GIVEN:
            shown = {name: each if isinstance(each, Matches) else self._api.show(each) for name, each in fields.items()}
            self._expected = replace(self._expected, body={**(body or {}), **shown} if fields else body)
            self._judge()

    def _judge(self) -> None:
        """Once it is sent and its expected body is known: compare the response with the expected one, and log both."""
        expected = self._expected
        if "ended" not in self._line or expected.body is NOT_GIVEN:
            return
        if (answer := self.response) is not None:
            content, sent, status = answer.content, answer.request.body, answer.status_code
            differs, problems = expected.differences(status, answer.headers.get, content)
            # Of the decompressed content; the judge looks for it in the trace.
            digest = None if answer.request.method == "HEAD" else hashlib.sha256(content).hexdigest()
            size = max(len(content), len(sent) if isinstance(sent, (str, bytes)) else 0)  # as far as it is known
        else:
            kind = type(self._error).__name__
            differs, problems = [Fact("no_answer", "", kind)], [f"no answer: {kind}: {self._error}"]
            status, digest, size = None, None, 0
        seen = {"status": status, "body": digest, "size": size, "problems": problems, "expected": expected.to_json()}
        facts = [[fact.kind, fact.key, fact.value] for fact in differs]
        self._api.log({**self._line, **seen, "differs": facts})


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
        self._unanswered, self._calls, self._headers = unanswered_at_start, calls or {}, headers or {}
        self.show, self._exchange = show, exchange
        self.url = os.environ.get(names.URL_VARIABLE) or (sys.argv[1] if len(sys.argv) > 1 else BY_HAND_URL)
        # Line-buffered. What is not UTF-8 (a lone surrogate) is written as a JSON escape.
        log = Path(os.environ.get(names.LOG_VARIABLE, os.devnull))
        self._log = log.open("w", buffering=1, errors="backslashreplace")
        self._only = os.environ.get("E2E_ONLY", "")
        self._lists = names.LIST_VARIABLE in os.environ
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy, no netrc: send only what the suite specifies
        self._exchanges: dict[str, Exchange] = {}  # by name, in order
        self._sent = self._failed = 0

    def __enter__(self) -> Api:
        if self._lists:
            return self
        if names.LOG_VARIABLE not in os.environ:
            from e2e_common.services.upstream import app as upstream  # started by hand: there is no other upstream

            upstream.serve_beside()
        where = urlsplit(self.url)
        hosts = LOOPBACK if where.hostname in ("localhost", *LOOPBACK) else [where.hostname or ""]  # it may be only ::1

        def ready() -> bool:
            for host in hosts:
                url = f"http://{f'[{host}]' if ':' in host else host}:{where.port or 80}"
                with contextlib.suppress(requests.RequestException):  # a connection is much cheaper than a request
                    if tcp_answers(host, where.port or 80) and self.session.get(f"{url}/health", **HEALTH_OPTIONS).ok:
                        self.url = url
                        return True
            return False

        limit_s = float(os.environ.get(names.READY_VARIABLE, names.READY_LIMIT_S))
        try:
            wait_until(ready, timeout_s=limit_s, what=f"{self.url}/health")
        except TimeoutError as error:
            self._leave(names.NEVER_READY, f"{error}; start the application first: python src/app.py")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is not None:
            return  # without a last line in the log, the judge sees that the script failed
        self._end_last()
        if self._lists:
            for each in self._exchanges.values():
                self._log.write(json.dumps({**each._line, "expected": each._expected.to_json()}) + "\n")
            self._leave(0, "")
        end = {"end": True, "sent": self._sent, "names": [*self._exchanges], "unanswered": [*self._unanswered]}
        self._log.write(json.dumps(end, ensure_ascii=False) + "\n")
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
        """
        self._end_last()
        name = name or f"{method} {path}"
        logged = {key: options.pop(key, default) for key, default in LOGGED_OPTIONS.items()}
        if name in self._exchanges:
            raise ValueError(f"two requests are called {name!r}: give one of them a name= of its own")
        if (reason := logged["recorded"]) and reason not in names.UNRECORDED:
            raise ValueError(f"{name!r}: recorded={reason!r} is no reason{did_you_mean(reason, names.UNRECORDED)}")
        if after is not None and after not in self._exchanges:
            raise ValueError(f"{name!r}: after={after!r} is no earlier request{did_you_mean(after, self._exchanges)}")
        calls = {**self._calls, **{lib: options.pop(lib) for lib in self._calls if lib in options}, **(calls or {})}
        number = len(self._exchanges) + 1
        line = {
            "n": number,
            "name": name,
            "method": method,
            "path": path,
            "calls": {lib: count if isinstance(count, int) else len(count) for lib, count in calls.items()},
            "asked": {lib: list(texts) for lib, texts in calls.items() if not isinstance(texts, int)},
            "at": _place_of_caller(),
            **logged,
        }
        options["headers"] = {**(send_headers or {}), names.REQUEST_HEADER: str(number)}
        expected = Expectation(expect, body, {**self._headers, **(headers or {})})
        earlier = None if after is None else self._exchanges[after]
        exchange = self._exchanges[name] = self._exchange(self, line, expected, options, earlier, early_in_second)
        if names.selects(self._only, name) and not self._lists:
            exchange.send()
        return exchange

    get, post, put, patch, delete, head, options = map(
        _verb, ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
    )

    def _end_last(self) -> None:
        """The last request expects an empty body if none was given."""
        for exchange in [*self._exchanges.values()][-1:]:
            exchange.answers(b"")

    def log(self, line: Mapping[str, Any]) -> None:
        """Log and print a request with its response."""
        self._sent += 1
        self._failed += bool(line["problems"])
        self._log.write(json.dumps(line, ensure_ascii=False) + "\n")
        wrong = (f"  ✗ {line['name']}: {problem}" for problem in line["problems"])
        print(f"→ {line['method']} {line['path']}", f"  Status: {line['status']}", *wrong, sep="\n", flush=True)

    def _leave(self, status: int, message: str) -> NoReturn:
        self._log.close()
        print(message, file=sys.stderr if status else sys.stdout)
        raise SystemExit(status)


def _place_of_caller() -> str:
    """`src/test_calls.py:12`: the line in the suite that sends the request."""
    frame = sys._getframe(1)
    while frame.f_back and (frame.f_code.co_filename == __file__ or frame.f_code.co_name == "request"):
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    return f"{path.parent.name}/{path.name}:{frame.f_lineno}"
