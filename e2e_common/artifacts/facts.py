"""Differences between expected and actual, as facts: failures carry them, known_failures.yaml pins them.

In a pinned string `...` stands for any text, as in doctest; alone it stands for any value.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ANY = "..."
ABSENT = "(absent)"
"""The value of a part that is missing."""

LONGEST_TEXT = 200
LONGEST_VALUE = 2_000
SHOWN = 40
_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")

Part = tuple[str, Any, Any]
"""(JSON path, expected, actual); ABSENT where one side has no such part."""


@dataclass(frozen=True)
class Fact:
    """One difference. `kind`: one of known_failures.py; `key`: the JSON path, header, library or call, empty if
    the kind has only one; `value`: the actual value, `...` for a call."""

    kind: str
    key: str = ""
    value: Any = ...

    def __str__(self) -> str:
        shown = "" if self.value is ... else f": {json.dumps(self.value, ensure_ascii=False)}"
        return f"{self.kind.replace('_', ' ')} {self.key}".rstrip() + shown


def identical(one: Any, other: Any) -> bool:
    """Whether two scalars are equal and of one type: 1 equals neither True nor 1.0."""
    return type(one) is type(other) and bool(one == other)


def equal_as_json(one: Any, other: Any) -> bool:
    """Whether two scalars are equal for a CLI, which treats 1 and 1.0 as the same number."""
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (one, other))
    return bool(one == other) if numbers else identical(one, other)


def differing(
    expected: Any, actual: Any, same: Callable[[Any, Any], bool] = identical, path: str = "$"
) -> Iterator[Part]:
    """The parts in which two JSON values differ, in the order of `expected`. Lists of different lengths and values of
    different types differ as a whole. `same` compares all values that are not both objects or both lists."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in {**expected, **actual}:
            below = path + (f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{json.dumps(key, ensure_ascii=False)}]")
            if key in expected and key in actual:
                yield from differing(expected[key], actual[key], same, below)
            else:
                yield below, expected.get(key, ABSENT), actual.get(key, ABSENT)
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (one, other) in enumerate(zip(expected, actual)):
            yield from differing(one, other, same, f"{path}[{index}]")
    elif not same(expected, actual):
        yield path, expected, actual


def body_facts(expected: Any, actual: Any, same: Callable[[Any, Any], bool] = identical) -> tuple[Fact, ...]:
    try:
        return tuple(Fact("body", path, compact(part)) for path, _, part in differing(expected, actual, same))
    except RecursionError:
        return (Fact("body", "$", "(nested too deep to be compared)"),)


def compact(value: Any) -> Any:
    """A value as stored in a fact: a long text as its beginning, length and hash; a whole float as an integer."""
    if isinstance(value, str):
        return _abridged(value, "characters") if len(value) > LONGEST_TEXT else value
    if not isinstance(value, (list, dict)):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    is_list = isinstance(value, list)
    value = [compact(item) for item in value] if is_list else {key: compact(value[key]) for key in value}
    text = json.dumps(value, ensure_ascii=False)
    return _abridged(text, "characters of JSON") if len(text) > LONGEST_VALUE else value


def _abridged(text: str, unit: str) -> str:
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]
    return f"{text[:SHOWN]}… ({len(text)} {unit}, sha256 {digest})"


def without_addresses(value: Any, services: Mapping[str, str]) -> Any:
    """`value` with each service's address replaced by the service's name, because ports are new in every run."""
    if isinstance(value, str):
        for name, address in services.items():
            host, _, port = address.rpartition(":")
            value = re.sub(rf"\b(?:{re.escape(host)}|127\.0\.0\.1|localhost):{port}\b", name, value)
        return value
    if isinstance(value, list):
        return [without_addresses(item, services) for item in value]
    return {key: without_addresses(value[key], services) for key in value} if isinstance(value, dict) else value


def fits(pinned: Any, actual: Any) -> bool:
    if isinstance(pinned, str) and ANY in pinned:
        pattern = ".*".join(map(re.escape, pinned.split(ANY)))
        return pinned == ANY or (isinstance(actual, str) and re.fullmatch(pattern, actual, re.DOTALL) is not None)
    if isinstance(pinned, dict) and isinstance(actual, dict):
        return pinned.keys() == actual.keys() and all(fits(pinned[key], actual[key]) for key in pinned)
    if isinstance(pinned, list) and isinstance(actual, list):
        return len(pinned) == len(actual) and all(map(fits, pinned, actual))
    return identical(pinned, actual)
