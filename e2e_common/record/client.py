"""Send a suite's requests, check each answer in full, and log them: what src/test_requests.py uses.

    with Api(calls={"requests": 1}) as api:
        api.post("/orders?limit=2", "new order", {"id": 1}, json={"item": "tea"}, expect=201, requests=2)
        api.get("/orders", "orders").answers(...)  # a body of several lines

Each request has its whole expected response: `expect` (status, default 200), `body` (a JSON value, text, bytes;
default: empty), `headers` (those that must be among the response's) and `calls` (the outbound spans that its trace must
have, library → count, or the text of each in mocks.jsonl, where no response depends on it). A count has a keyword
argument named after the library, if Api() has a default for it.
`matches(…)` stands for text that is new in every run. `name` (default: method and path) is what known_failures.yaml,
reports and E2E_ONLY go by. What a request sends beside `json`/`data`/`files` goes in `send_headers` and `cookies`.

In a run the harness says through the environment where the application is and where to log; by hand, the application
is expected on localhost:8000 (or at the URL given as the first argument), this process serves the upstream that it
calls, and each request is printed.
"""

from __future__ import annotations

import fnmatch
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

from e2e_common.artifacts.expectation import Expectation, Matches, matches
from e2e_common.artifacts.facts import Fact
from e2e_common.util import names
from e2e_common.util.errors import did_you_mean
from e2e_common.util.ports import LOOPBACK
from e2e_common.util.readiness import http_answers, wait_until

__all__ = ["Api", "Matches", "matches"]
BY_HAND_URL = "http://localhost:8000"
ONLY_VARIABLE = "E2E_ONLY"
ANSWER_LIMIT_S = 30.0
UNSTATED = object()
STATED: Mapping[str, Any] = {
    "late": False, "expect_unpatched": {}, "leaks": [], "background": 0, "recorded": "", "replayed": True, "refused": 0,
    "inexact": {}, "unanswered": [], "errors": [], "reached": [],
}  # fmt: skip
"""What the judge goes by, in the words of Api.request, and what it is where a request does not say."""


def _verb(method: str) -> Callable[..., Api]:
    return lambda api, path, *args, **options: api.request(method, path, *args, **options)  # the suite's own, too


class Api:
    """The application under test. Use it as a context manager: leaving it closes the log and ends the script with
    status 0 (all met their expectation), 1 (some did not) or 4 (nothing was sent). `unanswered_at_start`: the calls
    that the application makes before it is ready in replay alone, as `unanswered` of a request. `calls`, `headers`:
    what each request expects of these unless it says otherwise. `show`: how the fields of `answers` are written."""

    def __init__(
        self,
        *,
        unanswered_at_start: Sequence[str] = (),
        calls: Mapping[str, int] | None = None,
        headers: Mapping[str, str] | None = None,
        show: Callable[[Any], Any] = lambda value: value,
    ) -> None:
        self._unanswered = unanswered_at_start
        self._calls, self._headers, self._show = calls or {}, headers or {}, show
        self._conclude: Callable[[Any], None] | None = None  # of a request whose expected body may still follow
        by_hand = sys.argv[1] if len(sys.argv) > 1 else BY_HAND_URL
        self._url = os.environ.get(names.URL_VARIABLE, by_hand)
        log = os.environ.get(names.LOG_VARIABLE)
        # Line by line, and what is no UTF-8 (half a surrogate pair) as JSON escapes it.
        self._log = Path(log).open("w", buffering=1, errors="backslashreplace") if log else None  # noqa: SIM115
        self._only = os.environ.get(ONLY_VARIABLE, "")
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy, no netrc: only what the request states
        self._names: list[str] = []
        self._sent = self._failed = 0

    def __enter__(self) -> Api:
        if self._log is None:
            from e2e_common.services.upstream import app as upstream  # by hand nobody else starts it

            upstream.serve_beside()
        where = urlsplit(self._url)
        port = where.port or 80
        hosts = LOOPBACK if where.hostname in ("localhost", *LOOPBACK) else [where.hostname or ""]  # maybe ::1 alone
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
            return  # the script broke off: the log keeps no last line, and so the judge knows
        self.answers(b"")
        self._write({"end": True, "sent": self._sent, "names": self._names, "unanswered": list(self._unanswered)})
        if not self._sent:
            self._leave(4, "nothing was sent" + (f": no request is called {self._only!r}" if self._only else ""))
        self._leave(1 if self._failed else 0, f"{self._sent} requests, {self._failed} failed")

    def send(self, *themes: str) -> None:
        """The requests of the suite's modules `test_<theme>.py`, in this order: of each the public functions that take
        an `api` alone, in theirs."""
        for theme in themes:
            module = f"test_{theme}"
            for name, function in vars(importlib.import_module(module)).items():
                own = inspect.isfunction(function) and function.__module__ == module
                if own and not name.startswith("_") and [*inspect.signature(function).parameters] == ["api"]:
                    function(self)

    def request(
        self,
        method: str,
        path: str,
        name: str | None = None,
        body: Any = UNSTATED,
        *,
        expect: int = 200,
        headers: Mapping[str, str] | None = None,
        calls: Mapping[str, int | Sequence[str]] | None = None,
        early_in_second: bool = False,
        send_headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Api:
        """Send one request and log whether its answer is the stated one (see the module's head for the words).

        `late`: a span may end after its root. `expect_unpatched`: of which socket methods the SDK must warn in
        replay, and how often each at most: `{"connect": 1, "sendall": 1}`; connects must be so many. Where to, `leaks`
        says.
        `leaks`: what reaches the services in replay, past the SDK, as `service: what` in the words of touched.jsonl:
        red where anything else does, or where one of them does not any more.
        `background`: how many calls are made outside the request's context (in a thread that was handed none, or before
        or after its span). The SDK records none of them, and in replay must warn of each; red where it warns of more or
        fewer.
        `recorded`: why nothing is recorded of it, by design (names.UNRECORDED): red where something is, and where the
        reason does not hold. `replayed=False`: it is recorded, and the CLI leaves it out, as all answers from 300 on.
        `refused`: how many of its `calls` a rule forbids while the SDK records: of these, and no others, no answer is
        recorded.
        `inexact`: how many of its calls ask in replay for something else than in the recording, by what of them differs
        (the paths in mocks.jsonl, joined by ", ": `{"$.url": 1}`): a clock reading, a new UUID, a boundary.
        `unanswered`: the calls that replay alone makes, in the words of mocks.jsonl: nothing may answer them.
        `errors`: the exceptions that the application leaves to its server, which logs them: the last line of each
        traceback. In replay, too, where the request is replayed.
        `reached`: what reaches the upstream while recording beyond the recorded calls, as `GET /path`: the second of
        a redirect, a retry, a challenge. (As many of its `background` calls need not be stated.)
        `early_in_second`: send it in the first half of a clock second (for answers that name the second).
        `json`, `data`, `files`, `cookies`: as `requests` takes them.
        """
        self.answers(b"")
        name = name or f"{method} {path}"
        stated = {key: more.pop(key, usual) for key, usual in STATED.items()}
        recorded = stated["recorded"]
        if recorded and recorded not in names.UNRECORDED:
            raise ValueError(f"{name!r}: recorded={recorded!r} is no reason{did_you_mean(recorded, names.UNRECORDED)}")
        if name in self._names:
            raise ValueError(f"two requests are called {name!r}: give one of them a name= of its own")
        self._names.append(name)
        if self._only and not fnmatch.fnmatchcase(name, self._only):
            return self
        self._sent += 1
        sent_headers = {**(send_headers or {}), names.REQUEST_HEADER: str(len(self._names))}
        if early_in_second:
            wait_until(lambda: time.time() % 1 < 0.5, timeout_s=1.0, what="the first half of a second")
        calls = {**self._calls, **{each: more.pop(each) for each in self._calls if each in more}, **(calls or {})}
        started = time.time()
        answer = self._exchange(method, path, sent_headers, more)
        line = {
            "n": len(self._names),
            "name": name,
            "method": method,
            "path": path,
            "started": started,
            "ended": time.time(),
            "calls": {name: asked if isinstance(asked, int) else len(asked) for name, asked in calls.items()},
            "asked": {name: list(asked) for name, asked in calls.items() if not isinstance(asked, int)},
            **stated,
        }
        self._conclude = partial(self._judge, line, answer, expect, {**self._headers, **(headers or {})})
        if body is not UNSTATED:
            self._conclude(body)
        return self

    get, post, put, patch, delete, head, options = map(
        _verb, ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
    )

    def answers(self, body: Any = None, /, **fields: Any) -> None:
        """The expected body of the request before, where it takes several lines: `body`, with `fields` as members."""
        if self._conclude is not None:
            shown = {key: value if isinstance(value, Matches) else self._show(value) for key, value in fields.items()}
            self._conclude({**(body or {}), **shown} if fields else body)

    def _exchange(
        self, method: str, path: str, headers: dict[str, str], send: Mapping[str, Any]
    ) -> requests.Response | requests.RequestException:
        try:
            return self._session.request(
                method, self._url + path, headers=headers, timeout=ANSWER_LIMIT_S, allow_redirects=False, **send
            )
        except requests.RequestException as error:
            return error
        finally:
            self._session.cookies.clear()  # requests are independent of each other

    def _judge(
        self,
        line: Mapping[str, Any],
        answer: requests.Response | requests.RequestException,
        status: int,
        headers: Mapping[str, str],
        body: Any,
    ) -> None:
        """Compare an answer with the expected one, and log both."""
        self._conclude = None
        expected = Expectation(status, body, headers)
        if isinstance(answer, requests.Response):
            differs, problems = expected.differences(answer.status_code, answer.headers.get, answer.content)
            sent = answer.request.body
            seen = {
                "status": answer.status_code,
                # A compression undone; for the judge to look for it in the trace.
                "body": None if answer.request.method == "HEAD" else hashlib.sha256(answer.content).hexdigest(),
                # Of the larger one of the two bodies, as far as it is known.
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
