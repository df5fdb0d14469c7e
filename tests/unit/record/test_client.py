"""What a request's stated answer accepts, and what it does not; what is sent, and what the log says of it."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from e2e_common.record.client import Api, matches
from e2e_common.util.names import LOG_VARIABLE, NEVER_READY, READY_VARIABLE, REQUEST_HEADER, URL_VARIABLE

PACKED = gzip.compress(b"tea")
STATUSES = {"/moved": 302}
SAID = {"/text": b"tea", "/none": b"", "/moved": b"", "/packed": PACKED, "/floats": b'{"a": 1.0, "b": "x"}'}


class Application(BaseHTTPRequestHandler):
    """Answers with what it was asked, or with what the path says."""

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        echo = {"body": body, "cookie": self.headers.get("Cookie"), "number": self.headers.get(REQUEST_HEADER)}
        said = SAID.get(self.path, json.dumps(echo).encode())
        if self.path == "/cut":
            return
        self.send_response(STATUSES.get(self.path, 201 if self.command == "PUT" else 200))
        told = {"Content-Length": str(len(said)), "X-Tea": "hot", "Set-Cookie": "of=theirs", "Location": "/none"}
        told |= {"Content-Encoding": "gzip"} if self.path == "/packed" else {}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)

    do_GET = do_HEAD = do_POST = do_PUT = answer

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The log of what is sent to an application."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Application) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv(URL_VARIABLE, f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv(LOG_VARIABLE, str(tmp_path / "requests.jsonl"))
        monkeypatch.delenv("E2E_ONLY", raising=False)
        for name in ("HTTP_PROXY", "http_proxy"):  # is not used
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        yield tmp_path / "requests.jsonl"
        server.shutdown()


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def echo(number: int, body: str = "", cookie: str | None = None) -> dict[str, Any]:
    return {"body": body, "cookie": cookie, "number": str(number)}


@pytest.mark.parametrize(("status", "ready"), [(302, True), (399, True), (400, False), (503, False), (None, False)])
def test_an_application_that_answers_with_an_error_or_not_at_all_is_not_ready(
    log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], status: int | None, ready: bool
) -> None:
    monkeypatch.setitem(STATUSES, "/health", status or 200)
    monkeypatch.setitem(STATUSES, "/none", 503)  # where a redirect leads
    monkeypatch.setenv(READY_VARIABLE, "0.01")
    if status is None:
        monkeypatch.setenv(URL_VARIABLE, "http://127.0.0.1:9")
    with pytest.raises(SystemExit) as left, Api() as api:
        api.get("/text").answers("tea")
    assert left.value.code == (0 if ready else NEVER_READY)
    assert ready or "/health: not ready within 0.01 s; start the application first" in capsys.readouterr().err


# fmt: off
ANSWERS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("GET", "/", {"body": echo(1)}, {"status": 200}),
    ("PUT", "/", {"body": echo(1), "expect": 201}, {"status": 201}),
    ("GET", "/none", {"expect": 404}, {"problems": ["status: expected 404, got 200: ''"], "differs": [["status", "", 200]]}),
    ("GET", "/moved", {"expect": 302}, {"status": 302}),
    ("GET", "/none", {"headers": {"X-Tea": "hot"}}, {}),
    ("GET", "/none", {"headers": {"X-Milk": ""}}, {"problems": ["header X-Milk: expected '', got None"], "differs": [["headers", "X-Milk", "(absent)"]]}),
    ("GET", "/text", {"body": "tea"}, {"size": 3, "body": sha256(b"tea").hexdigest()}),
    ("GET", "/text", {"body": matches("t..")}, {}),
    ("GET", "/text", {}, {"problems": ["body $: expected b'', got 'tea'"], "differs": [["body", "$", "tea"]]}),
    ("GET", "/", {"body": echo(2)}, {"problems": ["body $.number: expected '2', got '1'"], "differs": [["body", "$.number", "1"]]}),
    ("POST", "/", {"body": echo(1, '{"a": 1}'), "json": {"a": 1}}, {}),
    ("POST", "/", {"body": {"body": "mate", "cookie": 1, "number": "1"}, "data": "tea"}, {"size": len(json.dumps(echo(1, "tea"))), "problems": ["body $.body: expected 'mate', got 'tea' (and 1 more differences)"], "differs": [["body", "$.body", "tea"], ["body", "$.cookie", None]]}),
    ("PUT", "/text", {"body": "tea", "data": "milk", "expect": 201}, {"size": 4}),
    ("GET", "/packed", {"body": "tea"}, {"size": 3, "body": sha256(b"tea").hexdigest()}),
    ("HEAD", "/text", {}, {"size": 0, "body": None}),
    ("GET", "/cut", {}, {"status": None, "body": None, "size": 0, "problems": [matches("no answer: ConnectionError: .+")], "differs": [["no_answer", "", "ConnectionError"]]}),
]
# fmt: on


@pytest.mark.parametrize(("method", "path", "stated", "logged"), ANSWERS)
def test_an_answer_is_held_against_all_that_is_declared(
    log: Path, method: str, path: str, stated: dict[str, Any], logged: dict[str, Any]
) -> None:
    with pytest.raises(SystemExit) as left, Api() as api:
        getattr(api, method.lower())(path, **stated)
    sent, end = lines(log)
    expected = {"problems": [], "differs": [], **logged}
    assert {key: sent[key] for key in expected} == expected
    assert left.value.code == (1 if expected["problems"] else 0)
    assert end == {"end": True, "sent": 1, "names": [f"{method} {path}"], "unanswered": []}


def test_what_else_is_declared_is_the_judges_and_stands_in_the_log(log: Path) -> None:
    stated: dict[str, Any] = {
        "calls": {"redis": 2}, "late": True, "expect_unpatched": {"connect": 1}, "leaks": ["redis: GET a"],
        "background": 3, "recorded": "rule", "replayed": False, "refused": 1, "inexact": {"$.url": 1},
        "unanswered": ["GET a"], "errors": ["KeyError: 1"], "reached": ["GET /b"],
    }  # fmt: skip
    usual = {key: type(value)() for key, value in stated.items()} | {"replayed": True}
    with pytest.raises(SystemExit), Api() as api:
        api.get("/none", **stated)
        api.get("/text", body="tea")
    one, other, _ = lines(log)
    assert [{key: line[key] for key in stated} for line in (one, other)] == [stated, usual]


def test_what_most_requests_expect_is_said_once(log: Path) -> None:
    with pytest.raises(SystemExit), Api(calls={"redis": 1, "httpx": 0}, headers={"X-Tea": "hot"}) as api:
        api.get("/text", "usual", "tea")
        api.get("/text", "counted", "tea", redis=3, headers={"X-Milk": "no"})
        api.get("/text", "listed", "tea", calls={"httpx": ["GET /a"], "requests": 2})
    assert [(line["calls"], line["asked"], line["expected"]["headers"]) for line in lines(log)[:-1]] == [
        ({"redis": 1, "httpx": 0}, {}, {"X-Tea": "hot"}),
        ({"redis": 3, "httpx": 0}, {}, {"X-Tea": "hot", "X-Milk": "no"}),
        ({"redis": 1, "httpx": 1, "requests": 2}, {"httpx": ["GET /a"]}, {"X-Tea": "hot"}),
    ]


def test_a_body_may_follow_its_request(log: Path) -> None:
    with pytest.raises(SystemExit) as left, Api(show=repr) as api:
        api.get("/text", "one").answers("tea")
        api.get("/text", "fields").answers({"a": 1}, b="x", c=matches("y"))
        api.get("/text", "no body")
        api.get("/text", "the last")
    fields = {"value": {"a": 1, "b": "'x'", "c": {"__matches__": "y"}}}
    assert [(line["expected"]["body"], bool(line["problems"])) for line in lines(log)[:-1]] == [
        ({"value": "tea"}, False), (fields, True), ({"base64": ""}, True), ({"base64": ""}, True),
    ]  # fmt: skip
    assert left.value.code == 1


def test_a_module_sends_with_each_of_its_functions_that_take_the_api_alone(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "test_tea.py").write_text(
        "from test_milk import milk\n"
        "def second(api): _sent(api, 'one')\n"
        "def first(api): _sent(api, 'two')\n"
        "def _sent(api, name): api.get('/text', name, 'tea')\n"
        "def _hidden(api): _sent(api, 'hidden')\n"
        "def word(number): return number\n"
    )
    (tmp_path / "test_milk.py").write_text("def milk(api): api.get('/none', 'milk')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SystemExit), Api() as api:
        api.send("tea", "milk")
    assert lines(log)[-1]["names"] == ["one", "two", "milk"]


@pytest.mark.parametrize(
    ("name", "stated", "says"),
    [
        ("x", {"recorded": "statsu"}, r"'x': recorded='statsu' is no reason; did you mean status\?"),
        ("x", {"after": "log on"}, r"'x': after='log on' is no earlier request; did you mean log in\?"),
        ("log in", {}, "two requests are called 'log in': give one of them a name="),
    ],
)
def test_a_wrong_request_is_refused_and_the_log_has_no_end(
    log: Path, name: str, stated: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=says), Api() as api:
        api.get("/none", "log in")
        api.get("/none", name, **stated)
    assert [line.get("n") for line in lines(log)] == [1]


@pytest.mark.parametrize("only", ["", "[bo]*"])
def test_a_request_after_another_sends_its_cookies_and_e2e_only_sends_both(
    log: Path, monkeypatch: pytest.MonkeyPatch, only: str
) -> None:
    monkeypatch.setenv("E2E_ONLY", only)
    with pytest.raises(SystemExit) as left, Api() as api:
        api.get("/text", "log in").answers("tea")
        api.get("/", "me", echo(2, cookie="of=theirs"), after="log in")
        basket = api.get("/", "basket", after="me", cookies={"own": "1"})
        basket.answers(echo(3, cookie="of=theirs; own=1"))
        api.get("/", "other", echo(4))
        api.get("/", "own", echo(5, cookie="own=1"), cookies={"own": "1"})
    assert left.value.code == 0, lines(log)
    *sent, end = lines(log)
    names = ["log in", "me", "basket", "other", "own"]
    assert ([(line["n"], line["name"]) for line in sent], end["sent"]) == ([*enumerate(names, 1)], 5)
    assert basket.response.json()["number"] == "3"


def test_of_those_that_are_asked_for_each_keeps_its_number_and_the_line_that_sends_it(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("E2E_ONLY", "t*")
    with pytest.raises(SystemExit), Api(unanswered_at_start=["GET a"]) as api:
        for name in ("one", "two", "three"):
            api.get("/none", name=name)
    line = test_of_those_that_are_asked_for_each_keeps_its_number_and_the_line_that_sends_it.__code__.co_firstlineno + 6
    *sent, end = lines(log)
    assert [(row["n"], row["at"]) for row in sent] == [(n, f"record/test_client.py:{line}") for n in (2, 3)]
    assert end == {"end": True, "sent": 2, "names": ["one", "two", "three"], "unanswered": ["GET a"]}


@pytest.mark.parametrize(
    ("only", "says"), [("", "nothing was sent"), ("x", "nothing was sent: no request is called 'x'")]
)
def test_nothing_sent_is_exit_4(
    log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], only: str, says: str
) -> None:
    monkeypatch.setenv("E2E_ONLY", only)
    with pytest.raises(SystemExit) as left, Api() as api:
        if only:
            api.get("/none")
    assert left.value.code == 4
    assert capsys.readouterr().err == f"{says}\n"
