"""What a request's stated answer accepts, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from e2e_common.requester import difference, matches


@pytest.mark.parametrize(
    "value", [None, True, 0, 1.5, "", "text", [], [1, [2]], {}, {"a": {"b": [None]}}, b"\xff"], ids=repr
)
def test_a_value_is_as_stated(value: Any) -> None:
    assert difference(value, value) is None


@pytest.mark.parametrize(
    ("expected", "actual", "told"),
    [
        (1, True, "body: expected 1, got True"),
        (1, 1.0, "body: expected 1, got 1.0"),
        (None, False, "body: expected None, got False"),
        ({"a": 1}, {"a": 1, "b": 2}, "body: expected the keys ['a'], got ['a', 'b']"),
        ({"a": 1, "b": 2}, {"a": 1}, "body: expected the keys ['a', 'b'], got ['a']"),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "body.a.b[1]: expected 2, got 3"),
        ([1], [1, 2], "body: expected 1 items, got 2: [1, 2]"),
        ([1, 2], [2, 1], "body[0]: expected 1, got 2"),
        (b"", b"x", "body: expected b'', got b'x'"),
        ({"s": matches("live-.*")}, {"s": "dead-1"}, "body.s: expected matches('live-.*'), got 'dead-1'"),
        ({"s": matches("live")}, {"s": "live-1"}, "body.s: expected matches('live'), got 'live-1'"),
        ({"s": matches(".*")}, {"s": 5}, "body.s: expected matches('.*'), got 5"),
    ],
)
def test_the_first_difference_is_named(expected: Any, actual: Any, told: str) -> None:
    assert difference(expected, actual) == told


def test_a_pattern_stands_for_a_text_that_is_new_each_time() -> None:
    assert difference({"serial": matches("live-[0-9]+")}, {"serial": "live-42"}) is None
