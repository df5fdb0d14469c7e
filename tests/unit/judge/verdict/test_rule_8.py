"""Rule 8: each trace is well formed, is of its request, and holds exactly the calls that it states; the upstream saw no others."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest

from e2e_common.artifacts.facts import Fact
from e2e_common.artifacts.failure import shorten
from tests.unit.judge.good_run import HEALTH, ORDER, T0, GoodRun, mock, root, span
from tests.unit.judge.verdict.changes import began, known, raw, untraced
from tests.unit.judge.verdict.spoiling import CREATE, STRANGER, Change, Said, Spoiled, all_of, judged, pinned

INITIALIZED = (
    "2026-09-21T14:13:10 [TuskDrift] SDK initialized successfully (version=0.1.29, mode=TuskDriftMode.RECORD, env=e2e, "
    "service=flask-e2e, exportSpans=False).\n"
)
OTHER_BODY = gzip.compress(b'{"a":2}', mtime=0)


def answered(**output: Any) -> Change:
    """What the trace of `health` says of its answer."""
    return lambda run: run.spans(1)[0]["outputValue"].update(output)


def packed(encoding: str, data: bytes) -> Change:
    body = base64.b64encode(gzip.compress(data, mtime=0)).decode()
    return answered(headers={"content-encoding": encoding}, body=body)


def environments(*recorded: str | None) -> Change:
    """Those of the spans of `create order`; the application gave e2e."""

    def change(run: GoodRun) -> None:
        run.raw["record_log"] = INITIALIZED.encode()
        for each, environment in zip((*run.spans(2), *run.spans(1), *run.spans(3)), (*recorded, "e2e", "e2e")):
            each["environment"] = environment

    return change


def begins(at: float) -> Change:
    """The root span of `health`, seconds after T0; the request took the second from 1 to 2."""
    times = {"started": T0 + 1.0, "ended": T0 + 2.0}
    return lambda run: (run.requests[0].update(times), run.spans(1)[0].update(root(HEALTH, 1, T0 + at)))


def asked(texts: dict[str, list[str]]) -> Change:
    return lambda run: run.requests[1].update(asked=texts)


def path(sent: str, recorded: str) -> Change:
    return lambda run: (run.requests[0].update(path=sent), run.spans(1)[0]["inputValue"].update(target=recorded))


# fmt: off
CASES = [
    Spoiled("malformed trace line", lambda run: raw(**{run.name(2): b"[]\n"})(run), f"malformed trace: traces/2026-09-21T14-13-22_trace_{ORDER}.jsonl, line 1: not a span (not an object: []); the CLI loads no trace at all because of it", 8, "run"),
    Spoiled("trace with a NaN", lambda run: raw(**{run.name(2): run.artifacts().traces[run.name(2)].replace(b'"kind": 3', b'"kind": NaN', 1)})(run), f"malformed trace: traces/2026-09-21T14-13-22_trace_{ORDER}.jsonl, line 1: not a span (no JSON: NaN is no JSON); the CLI loads no trace at all because of it", 8, "run"),
    Spoiled("truncated trace", lambda run: raw(**{run.name(2): run.artifacts().traces[run.name(2)][:-30]})(run), f"malformed trace: traces/2026-09-21T14-13-22_trace_{ORDER}.jsonl, line 3: not a span (no JSON: Unterminated string starting at (column 585)); the CLI loads no trace at all because of it", 8, "run"),
    Spoiled("empty trace file", raw(**{"traces/empty.jsonl": b"\n"}), "traces/empty.jsonl holds no span: the CLI passes over it in silence", 8, "run"),
    Spoiled("two roots", lambda run: run.spans(1).append(root(HEALTH, 1, T0 + 1, spanId="other")), "2 root spans in one trace", 8, "recording", "health"),
    Spoiled("two traces in one file", lambda run: run.spans(2)[0].update(traceId=STRANGER), "one file holds spans of several traces", 8, "recording", CREATE),
    Spoiled("orphan", lambda run: run.spans(2)[0].update(parentSpanId="gone"), "the span call-a (requests GET /weather) is an orphan: its parent gone is not in the trace", 8, "recording", CREATE),
    Spoiled("span ends after its root", lambda run: run.spans(2)[0]["duration"].update(nanos=500_000_000), "the span call-a (requests GET /weather) ends 100.0 ms after its root span (late=True says that it may)", 8, "recording", CREATE),
    Spoiled("span begins before its root", lambda run: run.spans(2)[0]["timestamp"].update(seconds=T0 + 1, nanos=998_000_000), "the span call-a (requests GET /weather) begins 2.0 ms before its root span", 8, "recording", CREATE),
    Spoiled("span ends before it begins", lambda run: run.spans(2)[0]["duration"].update(nanos=-1_000_000), "the span call-a (requests GET /weather) ends before it begins", 8, "recording", CREATE),
    Spoiled("span id twice", lambda run: (run.spans(2)[1].update(spanId="call-a"), run.mocks.pop(3)), "the span id call-a occurs 2 times", 8, "recording", CREATE),
    Spoiled("size of another body", lambda run: run.spans(1)[0]["outputValue"].update(body=base64.b64encode(b"ok").decode(), bodySize=3), "the span root (flask GET /x) says bodySize 3 of a body of 2 bytes", 8, "recording", "health"),
    Spoiled("call missing", lambda run: (run.spans(2).pop(1), run.mocks.pop(3)), "outbound calls: the request declares requests 2, recorded were requests 1", 8, "recording", CREATE),
    Spoiled("call too many", lambda run: run.requests[1].update(calls={"requests": 1}), "outbound calls: the request declares requests 1, recorded were requests 2", 8, "recording", CREATE),
    Spoiled("call not stated", lambda run: run.requests[1].update(calls={}), "outbound calls: the request declares none, recorded were requests 2", 8, "recording", CREATE),
    Spoiled("other library", lambda run: run.requests[1].update(calls={"httpx": 2}), "outbound calls: the request declares httpx 2, recorded were requests 2", 8, "recording", CREATE),
    Spoiled("call of another text than stated", lambda run: run.requests[1].update(asked={"requests": ["GET http://upstream/weather", "GET http://upstream/other"]}), "outbound calls of requests: GET http://upstream/weather is not declared", 8, "recording", CREATE),
    Spoiled("calls of other texts than stated", lambda run: run.requests[1].update(asked={"requests": ["GET http://.../other"] * 2}), "outbound calls of requests: GET http://upstream/weather; GET http://upstream/weather is not declared", 8, "recording", CREATE),
    Spoiled("trace of another path", lambda run: run.spans(1)[0]["inputValue"].update(target="/y"), "the trace is of GET /y, and GET /x was sent", 8, "recording", "health"),
    Spoiled("trace of another method", lambda run: run.spans(1)[0]["inputValue"].update(method="HEAD"), "the trace is of HEAD /x, and GET /x was sent", 8, "recording", "health"),
    Spoiled("trace with another body", lambda run: run.spans(1)[0]["outputValue"].update(body="eyJhIjoyfQ=="), "the trace says that it was answered with b'{\"a\":2}' (7 bytes), and it was with others", 8, "recording", "health"),
    Spoiled("trace without the body", lambda run: run.spans(1)[0]["outputValue"].pop("body"), "the trace says that it was answered with b'' (0 bytes), and it was with others", 8, "recording", "health"),
    Spoiled("trace of another time", lambda run: run.spans(1)[0]["timestamp"].update(nanos=800_000_000), "its root span begins +0.900 s from the request, which took 0.700 s", 8, "recording", "health"),
    Spoiled("trace with another status", lambda run: run.spans(1)[0]["outputValue"].update(statusCode=204), "the trace says that it was answered with 204, and it was with 200", 8, "recording", "health"),
    Spoiled("call without its answer", lambda run: run.spans(2)[1].update(outputValue={}), "the call call-b (requests GET /weather) was recorded without its answer: replay makes it an empty 200", 8, "recording", CREATE),
    Spoiled("orphan without a parent, of no library", lambda run: run.spans(2)[0].update(parentSpanId="", instrumentationName=""), "the span call-a (? GET /weather) is an orphan: its parent (none) is not in the trace", 8, "recording", CREATE),
    Spoiled("span ends after its root, and stands after it", lambda run: (run.traces.update({run.name(2): run.spans(2)[::-1]}), run.spans(2)[1]["duration"].update(seconds=100)), "the span call-b (requests GET /weather) ends 99800.0 ms after its root span (late=True says that it may)", 8, "recording", CREATE),
    Spoiled("span begins long before its root", lambda run: run.spans(2)[0]["timestamp"].update(seconds=T0 - 98, nanos=0), "the span call-a (requests GET /weather) begins 100000.0 ms before its root span", 8, "recording", CREATE),
    Spoiled("root span ends long after its answer", lambda run: run.spans(1)[0]["duration"].update(seconds=1, nanos=1_100_000_000), "its root span ends 1.500 s after the request (late=True says that it may)", 8, "recording", "health"),
    Spoiled("calls of two libraries", lambda run: run.requests[1].update(calls={"requests": 1, "httpx": 1}), "outbound calls: the request declares httpx 1, requests 1, recorded were requests 2", 8, "recording", CREATE),
    Spoiled("https call without its answer", lambda run: run.spans(2)[0].update(packageName="https", outputValue={}), "the call call-a (requests GET /weather) was recorded without its answer: replay makes it an empty 200", 8, "recording", CREATE),
    Spoiled("clock set back", lambda run: run.requests[0].update(ended=run.requests[0]["started"] - 90), "the machine's clock was set back by 90 s while the request was under way: record again", 8, "recording", "health"),
    Spoiled("body that is no base64", answered(body="{}"), "the body of the answer is no base64: {}", 8, "recording", "health"),
    Spoiled("body that is a number", answered(body=7), "the body of the answer is no base64: 7", 8, "recording", "health"),
    Spoiled("body of a wrong length", answered(body="e"), "the body of the answer is no base64: e", 8, "recording", "health"),
    Spoiled("body beyond ASCII", answered(body="\u00e9"), "the body of the answer is no base64: \u00e9", 8, "recording", "health"),
    Spoiled("another body, compressed", packed("gzip", b'{"a":2}'), f"the trace says that it was answered with {shorten(OTHER_BODY)} (27 bytes), and it was with others", 8, "recording", "health"),
    Spoiled("the environment of one span", environments("e2e", "e2e", "unknown"), "recorded for the environment 'unknown', and the application gave 'e2e'", 8, "recording", CREATE),
    Spoiled("the environments of two spans", environments("dev", "e2e", None), "recorded for the environment 'None, dev', and the application gave 'e2e'", 8, "recording", CREATE),
    *(Spoiled(f"root span that begins at {began}", begins(began), f"its root span begins {began - 1:+.3f} s from the request, which took 1.000 s", 8, "recording", "health") for began in (0.9375, 2.0625)),
]
EXACT = [
    Said("the text of each call", asked({"requests": ["GET http://upstream/weather"] * 2})),
    Said("the text of each call, as a pattern", asked({"requests": ["GET http://.../weather", "GET http://upstream/weather"]})),
    Said("the text of a call whose number `calls` states", asked({"httpx": ["GET /other"]})),
    Said("a path beyond Latin-1", path("/%E2%82%AC", "/\u20ac")),
    Said("a path as it was sent (FastAPI)", path("/caf%C3%A9?q=a%20b", "/caf%C3%A9?q=a%20b")),
    Said("a path decoded as Latin-1 (WSGI)", path("/caf%C3%A9?q=a%20b", "/caf\u00c3\u00a9?q=a%20b")),
    Said("a path decoded as UTF-8 (Django)", path("/caf%C3%A9?q=a%20b", "/caf\u00e9?q=a%20b")),
    Said("a compressed body", packed("gzip", b'{"a":1}')),
    Said("spans of one environment", environments("e2e", "e2e", "e2e")),
    Said("environments of which the log says nothing", all_of(environments("dev", "e2e", None), lambda run: run.raw.clear())),
    Said("a root span ends a little after its answer", lambda run: run.spans(1)[0]["duration"].update(seconds=1)),
    Said("a root span ends late, as stated", lambda run: (run.requests[0].update(late=True), run.spans(1)[0]["duration"].update(seconds=100))),
    Said("a late span, and one within the tolerance", lambda run: (run.requests[1].update(late=True), run.spans(2)[0]["duration"].update(nanos=900_000_000), run.spans(2)[1].update(timestamp={"seconds": T0 + 1, "nanos": 999_000_000}))),
    Said("a span that is no client", lambda run: run.spans(2).insert(0, span(ORDER, "view", T0 + 2.1, 0.1, kind=1))),
    Said("a span ends a millisecond after its root", lambda run: run.spans(2)[0].update(timestamp={"seconds": T0 + 2, "nanos": 501_000_000}, duration={})),
    Said("a root span ends a second after its answer", lambda run: (begins(1.0)(run), run.spans(1)[0].update(duration={"seconds": 2, "nanos": 0}))),
    Said("an error is an answer", lambda run: run.spans(2)[0].update(outputValue={"errorName": "ConnectionError"})),
    Said("a call of another package needs no status", lambda run: run.spans(2)[0].update(packageName="redis", outputValue={})),
    Said("a request that took no time at all", lambda run: run.requests[0].update(started=T0 + 1.0, ended=T0 + 1.0)),
    *(Said(f"a root span that begins at {began}", begins(began)) for began in (0.95, 0.96875, 1.5, 2.03125, 2.05)),
    Said("a body that was not sent (HEAD)", all_of(lambda run: run.requests[0].update(body=None), answered(body="AAAA")), ()),
]
# fmt: on


@pytest.mark.parametrize("is_root", [False, True])
def test_what_the_application_did_before_it_was_ready_is_nobodys_fault(is_root: bool) -> None:
    def change(run: GoodRun) -> None:
        before = span(STRANGER, "x", T0 - 5, 0.1, isPreAppStart=True, isRootSpan=is_root, parentSpanId="")
        run.traces["traces/before.jsonl"] = [before]
        run.spans(2).insert(0, span(ORDER, "y", T0 - 4, 0.1, isPreAppStart=True))
        run.mocks.insert(4, mock(ORDER, "x", matched_trace=STRANGER))
        run.mocks[1:1] = [mock("", name, matched_trace=ORDER, pre_app_start=True) for name in ("y", "call-a")]

    assert judged(change).code == 0


BEYOND = "the upstream was reached by more than the trace says, and reached= declares:"


def reached(*more: str, at: float = 2.3) -> Change:
    """`more` reached the upstream so many seconds after T0: `create order` runs from 1.9 to 2.6, `leak` from 2.9 on."""
    return lambda run: run.upstream.extend((at, what) for what in more)


def stated(*what: str) -> Change:
    """`create order` states it."""
    return lambda run: run.requests[1].update(reached=list(what))


def weather_once(run: GoodRun) -> None:
    run.upstream.pop(0)


def url(of_call: str) -> Change:
    """That of the first recorded call of `create order`."""
    return lambda run: run.spans(2)[0]["inputValue"].update(url=of_call)


def no_address(given: dict[str, object]) -> Change:
    return lambda run: run.spans(2)[0].update(inputValue=given)


def in_background(run: GoodRun) -> None:
    """In replay the SDK warns of both, whatever they are."""
    reached("GET /unknown", "GET /other")(run)
    run.requests[1]["background"] = 2
    begin = len(run.log)
    run.log += "[ModeUtils] Background request detected during replay\n" * 2
    began(run, begin, begin, len(run.log))


def before_the_first_request(run: GoodRun) -> None:
    """It is of no request: the spans of the start are no calls of one."""
    reached("GET /boot", at=-3)(run)
    run.spans(1).insert(0, span("1" * 32, "boot", T0 - 3, 0.1, isPreAppStart=True))
    run.mocks.insert(1, mock("", "boot", matched_trace="1" * 32, pre_app_start=True))


def in_a_container(run: GoodRun) -> None:
    run.recording["services"]["upstream"] = "e2e-upstream:9123"
    url("http://e2e-upstream:9123/weather")(run)
    run.touched[0]["address"] = "e2e-upstream:9123"


# fmt: off
CASES += [
    Spoiled("a call in a child process", reached("POST /orders"), f"{BEYOND} POST /orders (1 more)", 8, "recording", CREATE),
    Spoiled("recorded calls once more", reached("GET /weather", "GET /weather"), f"{BEYOND} GET /weather (2 more)", 8, "recording", CREATE),
    Spoiled("several calls", reached("PUT /b", "GET /a?x=1", "PUT /b"), f"{BEYOND} GET /a (1 more), PUT /b (2 more)", 8, "recording", CREATE),
    Spoiled("a call in the first request", reached("GET /first", at=1.2), f"{BEYOND} GET /first (1 more)", 8, "recording", "health"),
    Spoiled("a call after one of the start", all_of(reached("GET /boot", at=-3), reached("GET /c")), f"{BEYOND} GET /c (1 more)", 8, "recording", CREATE),
    Spoiled("a call by another method", reached("HEAD /weather"), f"{BEYOND} HEAD /weather (1 more)", 8, "recording", CREATE),
    Spoiled("a call after the answer", reached("GET /late", at=2.85), f"{BEYOND} GET /late (1 more)", 8, "recording", CREATE),
    Spoiled("a call long after the last answer", reached("GET /later", at=60), f"{BEYOND} GET /later (1 more)", 8, "recording", "leak"),
    Spoiled("a leak once more than stated", reached("GET /leak", at=3.2), f"{BEYOND} GET /leak (1 more)", 8, "recording", "leak"),
    Spoiled("a recorded call of another port", url("http://127.0.0.1:9124/weather"), f"{BEYOND} GET /weather (1 more)", 8, "recording", CREATE),
    Spoiled("stated, and not reached", stated("GET /none"), "declares reached=['GET /none'], and the upstream was not", 8, "recording", CREATE),
    Spoiled("stated twice, and reached once", all_of(stated("GET /b", "GET /b"), reached("GET /b")), "declares reached=['GET /b'], and the upstream was not", 8, "recording", CREATE),
    Spoiled("a recorded call long after its answer", lambda run: run.upstream.__setitem__(1, (3.65, "GET /weather")), f"{BEYOND} GET /weather (1 more)", 8, "recording", "leak"),
    Spoiled("what two requests call is of the one that runs", lambda run: run.upstream.insert(0, (2.0, "GET /leak")), f"{BEYOND} GET /leak (1 more)", 8, "recording", CREATE),
]
NO_ADDRESS: list[dict[str, object]] = [{}, {"url": 7, "method": "GET"}, {"url": "http://127.0.0.1:port/", "method": "GET"}]
EXACT += [
    *(Said(f"a recorded call of {given}", no_address(given), (f"{BEYOND} GET /weather (1 more)",)) for given in NO_ADDRESS),
    Said("a call beside those of a request without a trace", all_of(untraced(), reached("GET /d", at=3.3)), (f"{BEYOND} GET /d (1 more)",)),
    Said("no log of the upstream", lambda run: run.raw.update(upstream_log=None), ("logs/upstream.log is missing: what reached the upstream while recording is unknown",)),
    Said("as stated", all_of(stated("GET /b", "POST /b"), reached("POST /b", "GET /b"))),
    Said("as stated, with a query", all_of(stated("GET /b"), reached("GET /b?y=2"))),
    Said("in the background", in_background),
    Said("more than is declared in the background", all_of(in_background, reached("GET /b")), (f"{BEYOND} GET /b (1 more)",)),
    Said("before the first request", before_the_first_request),
    Said("while the next request runs", lambda run: run.upstream.__setitem__(1, (3.5, "GET /weather"))),
    Said("by another name of this machine", url("http://localhost:9123/weather?city=Rome#top")),
    Said("by the name of its container", in_a_container),
    Said("in other escapes", all_of(url("http://127.0.0.1:9123/caf%C3%A9%20x"), reached("GET /caf\u00e9%20x"), weather_once)),
    Said("the root path", all_of(url("http://127.0.0.1:9123"), reached("GET /"), weather_once)),
    Said("by a request without a trace", untraced()),
    Said("what is no line of a request", reached("is what it said", "GET", "get /a")),
    Said("no upstream", all_of(reached("GET /b"), lambda run: run.recording["services"].clear())),
]
# fmt: on


def test_each_call_is_pinned_and_no_more_than_that() -> None:
    more = reached("GET /b", "GET /a", "GET /b")
    (failure,) = judged(more).failures
    assert (failure.trace_id, failure.facts) == (ORDER, tuple(Fact("reached", f"GET /{name}") for name in "abb"))
    knows = known(*pinned([failure]))
    assert (judged(more, knows).code, judged(more, reached("GET /b"), knows).code) == (0, 1)
