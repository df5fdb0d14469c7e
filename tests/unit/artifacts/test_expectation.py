"""e2e_common/artifacts/expectation.py: a stated answer, as requests.jsonl holds it, and what of an answer is not as stated."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from e2e_common.artifacts.expectation import Expectation, Matches, from_json, matches, meets
from e2e_common.artifacts.facts import ANY, Fact, differing

FLOATS = Fact("floats", "", ANY)
ONE, OTHER = "0b5bd4f8-1d6f-4ae4-8a3c-0c5e6a3a2f11", "0b5bd4f8-1d6f-4ae4-8a3c-0c5e6a3a2f12"


def found(
    expected: Expectation, body: bytes = b"", status: int = 200, headers: Mapping[str, str] = MappingProxyType({})
) -> tuple[list[Fact], list[str]]:
    """What of such an answer is not as `expected`."""
    return expected.differences(status, headers.get, body)


BODIES: list[Any] = [
    b"", b"\xff\x00", "", "t\u00e9", None, 1, 1.5, [1, [None, "a"]], {"a": {"b": 1.0, "": []}},
    {"__matches__": 1, "other": 2}, {"__matches__": "a", "other": "b"},
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=repr)
def test_an_expectation_comes_back_as_it_was_written(body: Any) -> None:
    stated = Expectation(201, body, {"X-A": "b"})
    back = from_json(json.loads(json.dumps(stated.to_json())))
    assert back == stated and list(differing(back.body, body)) == [], "1 is no 1.0"


def test_a_pattern_comes_back_wherever_it_stands() -> None:
    stated = Expectation(200, [{"key": matches("live-[0-9]+")}], {"X-A": matches("a|b")})  # type: ignore[dict-item]
    back = from_json(json.loads(json.dumps(stated.to_json())))
    body = {"value": [{"key": {"__matches__": "live-[0-9]+"}}]}
    written = {"status": 200, "headers": {"X-A": {"__matches__": "a|b"}}, "body": body}
    assert back.to_json() == stated.to_json() == written
    assert isinstance(back.body[0]["key"], Matches)
    assert found(back, b'[{"key": "live-42"}]', headers={"X-A": "b"}) == ([], [])
    assert len(found(back, b'[{"key": "live-"}]', headers={"X-A": "c"})[0]) == 2
    assert found(from_json(Expectation(200, matches("t.a")).to_json()), b"tea") == ([], [])


@pytest.mark.parametrize("body", [{1, 2}, [b"bytes"], {"a": object()}])
def test_what_no_answer_can_hold_cannot_be_declared(body: Any) -> None:
    with pytest.raises(TypeError, match=r"an expected body holds .*, which no JSON answer can"):
        Expectation(200, body).to_json()


# fmt: off
DIFFERING: dict[str, tuple[Any, bytes, list[Fact], list[str]]] = {
    "a time": (1_790_000_000, b"1790000001", [Fact("body", "$", 1_790_000_001)], ["body $: expected 1790000000, got 1790000001"]),
    "a UUID": ({"id": ONE}, json.dumps({"id": OTHER}).encode(), [Fact("body", "$.id", OTHER)], [f"body $.id: expected {ONE!r}, got {OTHER!r}"]),
    "a float": ({"a": [1, 2]}, b'{"a": [1.0, 2]}', [FLOATS], ["whole numbers as floats: $.a[0] 1.0"]),
    "four floats": ([1, 2, 3, 4], b"[1.0, 2.0, 3.0, 4.0]", [FLOATS], ["whole numbers as floats: $[0] 1.0, $[1] 2.0, $[2] 3.0"]),
    "another float": (1, b"1.5", [Fact("body", "$", 1.5)], ["body $: expected 1, got 1.5"]),
    "a whole number for a float": (1.0, b"1", [Fact("body", "$", 1)], ["body $: expected 1.0, got 1"]),
    "a number for a truth": (True, b"1.0", [Fact("body", "$", 1)], ["body $: expected True, got 1.0"]),
    "a float beside another text": ([1, "a", "b"], b'[1.0, "A", "B"]', [Fact("body", "$[1]", "A"), Fact("body", "$[2]", "B"), FLOATS], ["body $[1]: expected 'a', got 'A' (and 1 more differences)", "whole numbers as floats: $[0] 1.0"]),
    "no JSON": ({"a": 1}, b"{a: 1}", [Fact("body", "$", "{a: 1}")], ["body $: expected {'a': 1}, got '{a: 1}'"]),
    "no text": ("a", b"\xff", [Fact("body", "$", "\N{REPLACEMENT CHARACTER}")], ["body $: expected 'a', got '\N{REPLACEMENT CHARACTER}'"]),
    "bytes": (b"\x00a", b"\x00b", [Fact("body", "$", "\x00b")], ["body $: expected b'\\x00a', got '\\x00b'"]),
    "bytes that are no text": (b"\xff", b"\xfe", [Fact("body", "$", "\N{REPLACEMENT CHARACTER}")], ["body $: expected b'\\xff', got '\N{REPLACEMENT CHARACTER}'"]),
    "no body": (b"", b"tea", [Fact("body", "$", "tea")], ["body $: expected b'', got 'tea'"]),
    "a pattern of a text": (matches("t.a"), b"mate", [Fact("body", "$", "mate")], ["body $: expected matches('t.a'), got 'mate'"]),
}
# fmt: on


@pytest.mark.parametrize(("body", "answer", "facts", "words"), DIFFERING.values(), ids=DIFFERING)
def test_what_differs_of_a_body(body: Any, answer: bytes, facts: list[Fact], words: list[str]) -> None:
    assert found(Expectation(200, body), answer) == (facts, words)


def test_status_and_headers_come_first() -> None:
    stated = Expectation(201, "tea", {"X-A": "b", "X-B": "c", "X-C": ""})
    assert [*zip(*found(stated, b"mate", 500, {"X-A": "b", "X-B": "d"}))] == [
        (Fact("status", "", 500), "status: expected 201, got 500: 'mate'"),
        (Fact("headers", "X-B", "d"), "header X-B: expected 'c', got 'd'"),
        (Fact("headers", "X-C", "(absent)"), "header X-C: expected '', got None"),
        (Fact("body", "$", "mate"), "body $: expected 'tea', got 'mate'"),
    ]


def test_a_pattern_is_of_the_whole_text_and_equals_no_other_value() -> None:
    pattern = matches("live-[0-9]+")
    values = ("live-4", "live-4 ", "a live-4", "live-4\n", 4, None, b"live-4")
    assert [value for value in values if meets(pattern, value)] == ["live-4"]
    assert (repr(pattern), hash(pattern) == hash(matches("live-[0-9]+"))) == ("matches('live-[0-9]+')", True)
    assert [meets(1, value) for value in (1, 1.0, True)] == [True, False, False]
