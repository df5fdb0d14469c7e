"""The answer that a request states: as src/test_requests.py and requests.jsonl have it, and what differs from it.

The same comparison is made twice: by the requester of the answer while recording, and by the judge of the answer in
replay, whatever the comparison rules of a CLI forgive.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from e2e_common.artifacts.facts import ABSENT, ANY, Fact, compact, differing, identical

SHOWN = 300
PATTERN = "__matches__"  # the only key of an object that stands for matches(…) in requests.jsonl


class Matches:
    """Stands in an expected body for a text that is new in every run: equal to any text that the pattern (a regular
    expression) matches from its first to its last character."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and re.fullmatch(self.pattern, other) is not None

    def __hash__(self) -> int:
        return hash(self.pattern)

    def __repr__(self) -> str:
        return f"matches({self.pattern!r})"


matches = Matches


def meets(expected: Any, actual: Any) -> bool:
    """Whether two scalars are equal and of one type, or the one matches the other."""
    return expected == actual if isinstance(expected, Matches) else identical(expected, actual)


@dataclass(frozen=True)
class Expectation:
    """`body`: a JSON value, text or bytes, with Matches in place of texts; `headers`: must be among the answer's."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As requests.jsonl holds it."""
        body = (
            {"base64": base64.b64encode(self.body).decode()} if isinstance(self.body, bytes) else {"value": self.body}
        )
        headers = dict(self.headers)
        stated = {"status": self.status, "headers": headers, "body": body}
        return dict(json.loads(json.dumps(stated, default=_as_object)))

    def differences(
        self, status: int, header: Callable[[str], str | None], body: bytes
    ) -> tuple[list[Fact], list[str]]:
        """What of an answer is not as stated: as facts, and in words. `header`: the value of the header of a name."""
        facts, words = [], []
        if status != self.status:
            facts.append(Fact("status", "", status))
            words.append(f"status: expected {self.status}, got {status}: {shown(body.decode(errors='replace'))}")
        for key, value in self.headers.items():
            found = header(key)
            if value != found:
                facts.append(Fact("headers", key, ABSENT if found is None else compact(found)))
                words.append(f"header {key}: expected {value!r}, got {found!r}")
        parts = list(differing(self.body, _readable(body, self.body), meets))
        floats = [part for part in parts if _is_float_of(*part[1:])]
        others = [part for part in parts if part not in floats]
        facts += [Fact("body", path, compact(actual)) for path, _, actual in others]
        if others:
            path, wanted, actual = others[0]
            more = f" (and {len(others) - 1} more differences)" if len(others) > 1 else ""
            words.append(f"body {path}: expected {shown(wanted)}, got {shown(actual)}{more}")
        if floats:
            facts.append(Fact("floats", "", ANY))
            words.append(f"whole numbers as floats: {', '.join(f'{path} {actual}' for path, _, actual in floats[:3])}")
        return facts, words


def from_json(raw: Mapping[str, Any]) -> Expectation:
    """What `to_json` gave. Raises KeyError, TypeError and ValueError for what is none."""
    body = raw["body"]
    stated = base64.b64decode(body["base64"], validate=True) if "base64" in body else _with_patterns(body["value"])
    return Expectation(
        int(raw["status"]), stated, {key: _with_patterns(value) for key, value in raw["headers"].items()}
    )


def shown(value: Any) -> str:
    """A value in a message."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"


def _is_float_of(expected: Any, actual: Any) -> bool:
    """Whether it is the stated whole number, and yet a float: 2.0 for 2."""
    return type(expected) is int and type(actual) is float and expected == actual


def _as_object(value: Any) -> dict[str, str]:
    if isinstance(value, Matches):
        return {PATTERN: value.pattern}
    raise TypeError(f"an expected body holds {value!r}, which no JSON answer can")


def _with_patterns(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {PATTERN}:
            return Matches(re.compile(value[PATTERN]).pattern)
        return {key: _with_patterns(item) for key, item in value.items()}
    return [_with_patterns(item) for item in value] if isinstance(value, list) else value


def _readable(content: bytes, expected: Any) -> Any:
    """A body as what is expected: bytes, text or a JSON value; as text where it is no JSON."""
    if isinstance(expected, bytes) and content == expected:
        return expected
    text = content.decode(errors="replace")
    if isinstance(expected, (str, bytes, Matches)):
        return text
    try:
        return json.loads(content)
    except ValueError:
        return text
