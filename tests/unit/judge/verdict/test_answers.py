"""Rule 3, beyond the CLI: what replay answers is what the request declares, and what the SDK's span of it says."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import Any

import pytest

from e2e_common.artifacts.facts import Fact
from tests.unit.judge.good_run import CAUSE, ORDER, GoodRun, answer
from tests.unit.judge.verdict.changes import known, official, order_result
from tests.unit.judge.verdict.spoiling import CREATE, DEVIATION, STRANGER, Change, Said, Spoiled, all_of, judged

ONE, OTHER = "0b5bd4f8-1d6f-4ae4-8a3c-0c5e6a3a2f11", "0b5bd4f8-1d6f-4ae4-8a3c-0c5e6a3a2f12"
JSON = ("Content-Type", "application/json")
PLAIN = dict([JSON])
PLAIN_BODY = b'{"a":1}'
PACKED, DEFLATED = gzip.compress(PLAIN_BODY, mtime=0), zlib.compress(PLAIN_BODY)


def line(run: GoodRun, event: str, trace: str = ORDER) -> dict[str, Any]:
    """The line of a test in mocks.jsonl."""
    return next(each for each in run.mocks if (each["event"], each.get("trace_id")) == (event, trace))


def encoded(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.b64encode(data).decode()


def answered(stated: Any, found: Any, **changes: Any) -> Change:
    """`create order` states one body, and replay answers with another, as the SDK's span says; `changes`: of the line."""

    def change(run: GoodRun) -> None:
        kind = "base64" if isinstance(stated, bytes) else "value"
        run.requests[1]["expected"]["body"] = {kind: encoded(stated) if kind == "base64" else stated}
        line(run, "answer").update(body=encoded(found), **changes)
        line(run, "inbound")["output"]["body"] = encoded(found)

    return change


def headers(*pairs: tuple[str, str]) -> Change:
    """What replay answers with; the span says what it did."""
    return lambda run: line(run, "answer").update(headers=[list(pair) for pair in pairs])


def said(**output: Any) -> Change:
    """What the span says in place of the answer."""
    return lambda run: line(run, "inbound")["output"].update(output)


def both_said(**output: Any) -> Change:
    """What the span says, and the recorded one, too."""
    return all_of(said(**output), lambda run: run.spans(2)[2]["outputValue"].update(output))


def one_of_two(name: str) -> Change:
    """A header is sent twice, and the span says one of its values."""
    return all_of(headers(JSON, (name, "one"), (name, "two")), both_said(headers={**PLAIN, name: "one"}))


def compressed(in_span: bytes, encoding: str = "gzip", sent: bytes = PACKED) -> Change:
    """Answered with `sent`; the span holds one form or the other, as the recording does."""
    pairs = {**PLAIN, "Content-Encoding": encoding}
    return all_of(
        lambda run: line(run, "answer").update(body=encoded(sent)),
        headers(*pairs.items()),
        both_said(body=encoded(in_span), headers=pairs),
    )


def cookies_joined(run: GoodRun) -> None:
    """`requests`, by which they are stated, and the SDK join the values of one name."""
    run.requests[1]["expected"]["headers"] = {"Set-Cookie": "a=1, b=2"}
    headers(JSON, ("Set-Cookie", "a=1"), ("set-cookie", "b=2"))(run)
    both_said(headers={**PLAIN, "Set-Cookie": "a=1, b=2"})(run)


def unsaid(key: str) -> Change:
    return lambda run: line(run, "inbound")["output"].pop(key)


def schema(**body: Any) -> Change:
    return lambda run: line(run, "inbound").update(schema={"type": 6, "properties": {"body": {"type": 2, **body}}})


def items(replayed: int) -> Change:
    """What the schema says of the parts of a list; in the recording their encoding is 1."""

    def change(run: GoodRun) -> None:
        for found, encoding in ((line(run, "inbound")["schema"], replayed), (run.spans(2)[2]["outputSchema"], 1)):
            found["properties"]["rows"] = {"type": 7, "items": {"type": 2, "encoding": encoding}}

    return change


def after_one_of_no_request(run: GoodRun) -> None:
    run.mocks.insert(1, answer(STRANGER, 100))
    said(statusCode=202)(run)


# fmt: off
CASES = [
    Spoiled("a number that may be a time", answered({"at": 1_790_000_000}, {"at": 1_790_000_001}), "the answer in replay is not the expected one: body $.at: expected 1790000000, got 1790000001", 3, "replay", CREATE),
    Spoiled("a number of the same length", answered([4_099_999_999], [1_000_000_000]), "the answer in replay is not the expected one: body $[0]: expected 4099999999, got 1000000000", 3, "replay", CREATE),
    Spoiled("another UUID", answered({"id": ONE}, {"id": OTHER}), f"the answer in replay is not the expected one: body $.id: expected {ONE!r}, got {OTHER!r}", 3, "replay", CREATE),
    Spoiled("another date", answered("2026-09-21", b"2026-09-22"), "the answer in replay is not the expected one: body $: expected '2026-09-21', got '2026-09-22'", 3, "replay", CREATE),
    Spoiled("a float for a whole number", answered({"a": 1}, {"a": 1.0}), "the answer in replay is not the expected one: whole numbers as floats: $.a 1.0", 3, "replay", CREATE),
    Spoiled("a float, and another text", answered({"a": 1, "b": "x"}, {"a": 1.0, "b": "y"}), "the answer in replay is not the expected one: body $.b: expected 'x', got 'y'; whole numbers as floats: $.a 1.0", 3, "replay", CREATE),
    Spoiled("other bytes", answered(b"\x00\x01", b"\x00\x02"), "the answer in replay is not the expected one: body $: expected b'\\x00\\x01', got '\\x00\\x02'", 3, "replay", CREATE),
    Spoiled("a text that the pattern does not match", answered({"key": {"__matches__": "live-[0-9]+"}}, {"key": "live-x"}), "the answer in replay is not the expected one: body $.key: expected matches('live-[0-9]+'), got 'live-x'", 3, "replay", CREATE),
    Spoiled("a stated header has another value", headers(("Content-Type", "text/html")), "the answer in replay is not the expected one: header content-type: expected matches('application/.+'), got 'text/html'", 3, "replay", CREATE),
    Spoiled("a stated header is not sent", headers(), "the answer in replay is not the expected one: header content-type: expected matches('application/.+'), got None", 3, "replay", CREATE),
    Spoiled("another status", all_of(said(statusCode=201.0), lambda run: line(run, "answer").update(status=201)), "the answer in replay is not the expected one: status: expected 200, got 201: '{\"a\":1}'", 3, "replay", CREATE),
    Spoiled("its answer was not kept", lambda run: run.mocks.remove(line(run, "answer")), "passed, and mocks.jsonl does not hold its answer", 3, "replay", CREATE),
    Spoiled("the span says another body", said(body=encoded({"a": 2})), f"the SDK's span of it says body {encoded({'a': 2})!r} in place of 'eyJhIjoxfQ=='", 3, "replay", CREATE),
    Spoiled("the span says no body", said(body=None), "the SDK's span of it says body '' in place of 'eyJhIjoxfQ=='", 3, "replay", CREATE),
    Spoiled("the span says a body that was not sent", lambda run: (answered(b"", b"")(run), said(body="eyJhIjoxfQ==")(run)), "the SDK's span of it says body 'eyJhIjoxfQ==' in place of ''", 3, "replay", CREATE),
    Spoiled("the span says another status", said(statusCode=201), "the SDK's span of it says status 201 in place of 200", 3, "replay", CREATE),
    Spoiled("the span says no status", unsaid("statusCode"), "the SDK's span of it says status '(absent)' in place of 200", 3, "replay", CREATE),
    Spoiled("the span says another value of a header", said(headers={"Content-Type": "text/html"}), "the SDK's span of it says headers.Content-Type 'text/html' in place of 'application/json'", 3, "replay", CREATE),
    Spoiled("the span says a header that was not sent", said(headers={"Content-Type": "application/json", "X-Tea": "hot"}), "the SDK's span of it says headers.X-Tea 'hot' in place of '(absent)'", 3, "replay", CREATE),
    Spoiled("the span says fewer headers than the recording", said(headers={}), "the SDK's span of it says headers [] in place of ['Content-Type']", 3, "replay", CREATE),
    Spoiled("the span says more than the recording", said(bodySize=7), "the SDK's span of it says keys ['body', 'bodySize', 'headers', 'statusCode'] in place of ['body', 'headers', 'statusCode']", 3, "replay", CREATE),
    Spoiled("the schema of the span lacks the encoding", schema(decodedType=1), "the SDK's span of it says schema[\"$.body\"].encoding '(absent)' in place of 1", 3, "replay", CREATE),
    Spoiled("the schema of the span says another type", schema(encoding=1, decodedType=5), "the SDK's span of it says schema[\"$.body\"].decodedType 5 in place of 1", 3, "replay", CREATE),
    Spoiled("the schema of the span says another encoding of the parts of a list", items(2), "the SDK's span of it says schema[\"$.rows[]\"].encoding 2 in place of 1", 3, "replay", CREATE),
    Spoiled("the span says one of two headers of the application", one_of_two("X-Tea"), "the SDK's span of it says headers.X-Tea 'one' in place of 'one, two'", 3, "replay", CREATE),
    Spoiled("an answer after one of no request", after_one_of_no_request, "the SDK's span of it says status 202 in place of 200", 3, "replay", CREATE),
    Spoiled("the schema of the span lets something count less", schema(encoding=1, decodedType=1, match_importance=0.0), "the SDK's span of it says schema[\"$.body\"].match_importance 0 in place of '(absent)'", 3, "replay", CREATE),
]
# fmt: on


def to_head(run: GoodRun) -> None:
    """No body is sent, and the SDK says that of GET."""
    run.requests[1].update(method="HEAD", body=None)
    run.spans(2)[2]["inputValue"]["method"] = "HEAD"
    run.requests[1]["expected"]["body"] = {"base64": ""}
    line(run, "answer")["body"] = ""


def not_as_expected_while_recording(run: GoodRun) -> None:
    """Rule 1 has said so; replay answers the same."""
    answered({"a": 2}, {"a": 1})(run)
    run.requests[1].update(problems=["body $.a: expected 2, got 1"], differs=[["body", "$.a", 1]])
    run.known = [{"cause": CAUSE, "requests": [CREATE], "expectation": {"body": {"$.a": 1}}}]


# fmt: off
EXACT = [
    Said("a literal", answered({"at": 1_790_000_000, "id": ONE, "n": 1.5, "none": None}, {"id": ONE, "at": 1_790_000_000, "none": None, "n": 1.5})),
    Said("a pattern", answered([{"__matches__": "live-[0-9]+"}], ["live-42"])),
    Said("bytes", answered(b"\xff\x00", b"\xff\x00")),
    Said("a text", answered("t\u00e9", "t\u00e9".encode())),
    Said("a float as stated", answered({"a": 1.0}, {"a": 1.0})),
    Said("a status as the SDK sends numbers", said(statusCode=200.0)),
    Said("a header in other letters", headers(("content-TYPE", "application/json"))),
    Said("a header that nobody states", headers(JSON, ("X-Tea", "hot"))),
    Said("two cookies", cookies_joined),
    Said("a header of the server beside that of the application, which alone the SDK sees", all_of(headers(JSON, ("Server", "Werkzeug/3"), ("Server", "mine")), both_said(headers={**PLAIN, "server": "mine"}))),
    Said("one of two headers of the server", one_of_two("Server")),
    Said("the parts of a list", items(1)),
    Said("compressed, and so in the span", compressed(PACKED)),
    *(Said(f"{encoding} {sent!r}, and not in the span", compressed(PLAIN_BODY, encoding, sent)) for encoding, sent in (("gzip", PACKED), ("GZip", PACKED), ("deflate", DEFLATED), ("deflate", DEFLATED[2:-4]), ("gzip", PLAIN_BODY), ("deflate", PLAIN_BODY), ("br", PLAIN_BODY))),
    Said("a failed test needs no answer", all_of(order_result(passed=False, deviations=[DEVIATION]), lambda run: run.mocks.remove(line(run, "answer"))), ("response.status: HTTP status code mismatch (expected 200, got 500)",)),
    Said("an answer to HEAD", to_head),
    Said("no span of it came", lambda run: run.mocks.remove(line(run, "inbound"))),  # the CLI waits for it, and says so
    Said("an answer of no request", lambda run: run.mocks.insert(-1, {**answer(STRANGER, 103), "status": 500})),
    Said("the recording had another answer", not_as_expected_while_recording),
    Said("another answer, official CLI", all_of(answered({"a": 1}, {"a": 2}), official)),
    Said("an address, which is new in every run, and in no fact", answered({"url": "a"}, {"url": "http://127.0.0.1:9123/a"}), ("the answer in replay is not the expected one: body $.url: expected 'a', got 'http://127.0.0.1:9123/a'",), (Fact("body", "$.url", "http://upstream/a"),)),
    Said("all that the span says otherwise is one failure", said(statusCode=201, body="", headers={**PLAIN, "X": "127.0.0.1"}), ("the SDK's span of it says status 201 in place of 200",), tuple(Fact("inbound", *pair) for pair in (("status", 201), ("body", ""), ("headers.X", "127.0.0.1"), ("headers", ["Content-Type", "X"])))),
]
# fmt: on


def test_what_the_cli_says_itself_is_not_said_again() -> None:
    bodies: list[dict[str, Any]] = [{"a": 1, "b": 4}, {"a": 2, "b": 5}]
    told = {"field": "response.body", "expected": bodies[0], "actual": bodies[1], "description": "differs"}
    differs = order_result(passed=False, deviations=[told])
    assert [failure.file for failure in judged(differs, answered(*bodies)).failures] == ["results.json"]
    first, second = judged(
        differs, answered({**bodies[0], "at": 1_790_000_000}, {**bodies[1], "at": 1_790_000_001})
    ).failures
    assert (first.file, second.facts) == ("results.json", (Fact("body", "$.at", 1_790_000_001),))


def floats(**more: Any) -> Change:
    """`more`: what is pinned beside them."""
    return all_of(
        answered({"a": 1}, {"a": 1.0}),
        known({"cause": CAUSE, "requests": [CREATE], "replay": {"floats": "...", **more}}),
    )


@pytest.mark.parametrize(
    ("change", "counts", "row"),
    [
        (floats(), (3, 1, 0), ("passed", f"but for {CAUSE}")),
        (
            all_of(floats(inbound={"status": 201}), said(statusCode=201)),
            (2, 0, 1),
            ("known failure", f"{CAUSE}: the body is lost"),
        ),
    ],
    ids=["floats alone", "and anything else that is known"],
)
def test_known_floats_leave_a_request_passed_and_are_counted(
    change: Change, counts: tuple[int, ...], row: tuple[str, str]
) -> None:
    document = judged(change).result()
    assert document["code"] == 0
    assert tuple(document["requests"][name] for name in ("passed", "floats", "known_failures")) == counts
    assert (document["tests"][1]["verdict"], document["tests"][1]["reason"]) == row


def test_floats_that_no_longer_show_are_fixed_but_not_where_nobody_keeps_the_answers() -> None:
    fixed = all_of(floats(), answered({"a": 1}, {"a": 1}))
    assert [each.pin.fact.kind for each in judged(fixed).fixed] == ["floats"]
    assert judged(fixed, official).fixed == ()


def test_of_two_traces_of_one_request_each_answer_is_held_against_its_own_recording() -> None:
    def change(run: GoodRun) -> None:
        run.traces["traces/z.jsonl"] = [{**run.spans(2)[2], "traceId": STRANGER, "outputValue": {"statusCode": 200}}]
        run.mocks[-1:-1] = [{**line(run, each), "trace_id": STRANGER} for each in ("answer", "inbound")]

    of_it = [
        each.message for each in judged(change).failures if each.trace_id == STRANGER and "span of it" in each.message
    ]
    assert of_it == ["the SDK's span of it says keys ['body', 'headers', 'statusCode'] in place of ['statusCode']"]
