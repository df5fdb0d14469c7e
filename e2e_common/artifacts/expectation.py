"""The expected response of a request (src/test_requests.py, requests.jsonl), and its comparison with the actual one.

The comparison is made twice: by the requester during the recording, and by the judge for the response in replay. It
does not depend on a CLI's comparison rules.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from e2e_common.artifacts.facts import ABSENT, ANY, Fact, compact, differing, identical

SHOWN = 300  # characters of a value in a message
PATTERN = "__matches__"  # in requests.jsonl an object with only this key stands for matches(…)


class Matches:
    """In an expected body: equals any text that the pattern matches as a whole. For what is new in every run."""

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
    """Whether two scalars are equal and of one type, or `actual` matches the pattern `expected`."""
    return expected == actual if isinstance(expected, Matches) else identical(expected, actual)


@dataclass(frozen=True)
class Expectation:
    """`body`: a JSON value (with Matches in place of strings), text or bytes; `headers`: must be in the response."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The expectation as in requests.jsonl."""
        content = self.body
        body = {"base64": b64encode(content).decode()} if isinstance(content, bytes) else {"value": content}
        document = {"status": self.status, "headers": dict(self.headers), "body": body}
        return dict(json.loads(json.dumps(document, default=_as_object)))

    def differences(
        self, status: int, header: Callable[[str], str | None], body: bytes
    ) -> tuple[list[Fact], list[str]]:
        """What differs in a response, as facts and as messages. `header`: returns the value of a header by name."""
        facts, words = [], []
        if status != self.status:
            facts.append(Fact("status", "", status))
            words.append(f"status: expected {self.status}, got {status}: {body.decode(errors='replace')!r:.{SHOWN}}")
        for key, value in self.headers.items():
            if value != (got := header(key)):
                facts.append(Fact("headers", key, ABSENT if got is None else compact(got)))
                words.append(f"header {key}: expected {value!r}, got {got!r}")
        parts = list(differing(self.body, _readable(body, self.body), meets))
        floats = [part for part in parts if (type(part[1]), type(part[2])) == (int, float) and part[1] == part[2]]
        others = [part for part in parts if part not in floats]
        facts += [Fact("body", path, compact(actual)) for path, _, actual in others]
        if others:
            path, wanted, actual = others[0]
            rest = f" (and {len(others) - 1} more differences)" if len(others) > 1 else ""
            words.append(f"body {path}: expected {wanted!r:.{SHOWN}}, got {actual!r:.{SHOWN}}{rest}")
        if floats:
            facts.append(Fact("floats", "", ANY))
            words.append(f"whole numbers as floats: {', '.join(f'{path} {actual}' for path, _, actual in floats[:3])}")
        return facts, words


def from_json(raw: Mapping[str, Any]) -> Expectation:
    """The inverse of `to_json`. Raises KeyError, TypeError or ValueError if `raw` is invalid."""
    document = json.loads(json.dumps(raw), object_hook=_from_object)
    body = document["body"]
    content = b64decode(body["base64"], validate=True) if "base64" in body else body["value"]
    return Expectation(int(document["status"]), content, dict(document["headers"].items()))


def _as_object(value: Any) -> dict[str, str]:
    if isinstance(value, Matches):
        return {PATTERN: value.pattern}
    raise TypeError(f"an expected body holds {value!r}, which no JSON answer can")


def _from_object(value: dict[str, Any]) -> Any:
    return Matches(re.compile(value[PATTERN]).pattern) if value.keys() == {PATTERN} else value


def _readable(content: bytes, expected: Any) -> Any:
    """`content` as the type of `expected`: bytes, text or a JSON value; text if it is not JSON."""
    if isinstance(expected, bytes) and content == expected:
        return expected
    if not isinstance(expected, (str, bytes, Matches)):
        with suppress(ValueError):
            return json.loads(content)
    return content.decode(errors="replace")
