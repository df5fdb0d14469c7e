"""How what is in a run's artifacts is put into words and lines, for the terminal."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from e2e_common.decoding import Asked
from e2e_common.failure import one_line
from e2e_common.paths import ROOT
from e2e_common.story.differing import ABSENT
from e2e_common.story.log_lines import printable
from e2e_common.story.model import Call

WIDTH = 400
EXCERPT = 160
VALUE = 2000
ON_ONE_LINE = 100
RED, GREEN, DIM, BOLD = "31", "32", "2", "1"
BASE64 = 1  # replay protocol, section 4: EncodingType

STEPS = {
    1: "the same input, of its own recording",
    2: "the same input, of its own recording, which had answered before",
    3: "the same input but for what does not count, of its own recording",
    4: "the same input but for what does not count, of its own recording, which had answered before",
    5: "the same input, of another recording",
    6: "the same input but for what does not count, of another recording",
    7: "NOT the same input: a call of the same shape",
    8: "NOT the same input: a call of the same shape, which had answered before",
    9: "NOT the same input: a call of the same shape, but for what does not count",
    10: "NOT the same input: a call of the same shape, but for what does not count, which had answered before",
    12: "the same input, of any recording",
    13: "the same input but for what does not count, of any recording",
    14: "NOT the same input: a call of the same shape, of any recording",
    15: "NOT the same input: a call of the same shape but for what does not count, of any recording",
}
"""How a recorded call was found (replay protocol, section 8.2; e2e_common/replay/matching.py)."""


class Painted(str):
    """A line with colours of ours, which is fit for a terminal already."""

    __slots__ = ()


class Paint:
    """Colours lines, where there are colours; cuts them first, so that none stays open."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, code: str, text: str) -> str:
        return Painted(f"\x1b[{code}m{cut(text)}\x1b[0m") if self._colour else text


def cut(line: str, width: int = WIDTH) -> str:
    """A line that a terminal can show: of sane length, and printable."""
    if isinstance(line, Painted):
        return line
    text = printable(line)
    return text if len(text) <= width else f"{text[: width - 1]}…"


def below(path: Path) -> str:
    """`path` as a person reads it, inside a container and outside: below the top of the checkout, if it is there."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def is_missed(call: Call) -> bool:
    """Whether nothing recorded answered a call of a replay."""
    return not call.asked.found if call.asked else call.span is None


def step_of(asked: Asked) -> str:
    """How the recorded call that answered was found."""
    return f"{STEPS.get(asked.step, 'in a way that is not known')} (step {asked.step})"


def excerpts(expected: Any, actual: Any, limit: int = EXCERPT) -> tuple[str, str]:
    """Both values as JSON; of long ones what stands around the first difference."""
    one, other = (repr(ABSENT) if value is ABSENT else as_json(value) for value in (expected, actual))
    if max(len(one), len(other)) <= limit:
        return one, other
    same = next((n for n, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    begin = max(0, same - limit // 3)
    return _excerpt(one, begin, limit), _excerpt(other, begin, limit)


def _excerpt(text: str, begin: int, limit: int) -> str:
    end = begin + limit
    return f"{'…' if begin else ''}{text[begin:end]}{f'… ({len(text)} characters)' if end < len(text) else ''}"


def as_json(value: Any, indent: int | None = None) -> str:
    """`value` as JSON, its kind where that cannot be."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent)
    except (RecursionError, TypeError, ValueError):
        return one_line(repr(type(value)))


def value_lines(value: Any) -> list[str]:
    """A value as JSON: on one line where it fits there, else indented, and cut where it is long."""
    text = as_json(value)
    if len(text) > ON_ONE_LINE and isinstance(value, (dict, list)):
        text = as_json(value, indent=2)
    more = f"… ({len(text)} characters)" if len(text) > VALUE else ""
    return [cut(line, VALUE + len(more)) for line in (text[:VALUE] + more).split("\n")]


def decoded(value: Any, schema: Any) -> Any:
    """A recorded value for a person: what its schema calls base64 is decoded, as JSON where it is that."""
    if isinstance(value, dict):
        properties = _mapping(_mapping(schema).get("properties"))
        return {key: decoded(item, properties.get(key)) for key, item in value.items()}
    if isinstance(value, list):
        items = _mapping(schema).get("items")
        return [decoded(item, items) for item in value]
    return body_of(value) if isinstance(value, str) and _mapping(schema).get("encoding") == BASE64 else value


def body_of(text: str) -> Any:
    """What base64 holds: JSON, text, or in words that it is neither; the text itself where it is no base64."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return text
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        pass
    try:
        return data.decode()
    except UnicodeDecodeError:
        return f"({len(data)} bytes that are no text: {data[:24].hex(' ')}{' …' if len(data) > 24 else ''})"


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
