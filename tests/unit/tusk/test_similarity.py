"""Shape and similarity of recorded calls."""

from __future__ import annotations

from typing import Any

import pytest

from e2e_common.tusk.matching import same_shape, similarity
from tests.unit.tusk.replay_support import span


@pytest.mark.parametrize(
    ("recorded", "asked", "fits"),
    [
        ({"method": "GET"}, {"method": "POST"}, False),
        ({"method": "GET"}, {}, True),
        ({"hostname": "a"}, {"url": "http://b/"}, False),
        ({"hostname": "a"}, {"url": "http://a/"}, True),
        ({"path": "/a"}, {"url": "http://h/a"}, True),
        ({"path": "/a"}, {"path": "/b"}, False),
        ({"url": "http://h/a?x=1"}, {"url": "http://h/a?x=2"}, True),
        ({"url": "http://h/a?x=1"}, {"url": "http://h/a?y=1"}, False),
        ({"path": "/a", "url": "http://h/a?x=1"}, {"path": "/a", "url": "http://h/a?y=1"}, True),
        ({"target": "/a?x="}, {"target": "/a"}, False),
        ({"url": "http://h/a"}, {"hostname": "i"}, False),
        ({"target": "/a"}, {"path": "/b"}, False),
    ],
)
def test_shape(recorded: dict[str, Any], asked: dict[str, Any], fits: bool) -> None:
    assert same_shape(span("s", inputValue=recorded), asked) is fits
    assert same_shape(span("s", packageName="redis", inputValue=recorded), asked)


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        (None, None, 1.0),
        (None, 0, 0.0),
        (1, 1.0, 1.0),
        (True, 1, 0.0),
        ("abcd", "abcd", 1.0),
        ("abcd", "abcx", 0.75),
        ("xy", "aaaaaaaaaa", 0.2),  # by length alone
        ("ab" * 60, "ba" * 60, 1.0),  # a multiset of characters, over 100 bytes
        ({"a": 1}, {"a": 1, "b": 2}, 0.5),
        ([1, 2], [1, 2, 3, 4], 0.5),
        ({}, {}, 1.0),
        ([], {}, 0.0),
        ([], [], 1.0),
        ("kitten", "sitting", 1 - 3 / 7),
        ("abc", "xabc", 0.75),
        ("abcd", "acd", 0.75),
        ("abcd", "abc", 0.75),
        ("xyz", "aaaaaaaaaa", 0.0),  # as long as may be for a comparison of characters
        ("xy", "a" * 7, 2 / 7),
        ("ab" * 50, "ba" * 50, 0.98),  # 100 bytes
        ("\u00e9a" * 34, "a\u00e9" * 34, 1.0),  # 102 bytes
        ("a" * 120, "a" * 60 + "b" * 60, 0.5),
    ],
)
def test_similarity(one: Any, other: Any, score: float) -> None:
    assert similarity(one, other) == pytest.approx(score)
    assert similarity(other, one) == pytest.approx(score)


@pytest.mark.parametrize("wrap", [lambda value: [value], lambda value: {"k": value}])
def test_below_the_fifth_level_texts_are_compared(wrap: Any) -> None:
    def wrapped(levels: int, value: Any) -> Any:
        return wrap(wrapped(levels - 1, value)) if levels else value

    def score(levels: int, one: Any, other: Any) -> float:
        return similarity(wrapped(levels, one), wrapped(levels, other))

    assert score(5, [1, 2, 3, 4], [1, 2, 3, 5]) == pytest.approx(0.75)
    assert score(6, [1, 2, 3, 4], [1, 2, 3, 5]) == pytest.approx(11 / 12)
    assert score(6, {"a": 1, "b": 2}, {"b": 2, "a": 1}) == 1.0
    assert score(6, ["\u00e9"], ["e"]) == pytest.approx(4 / 5)
