"""What differs between an answer as it was recorded and as it came in replay: its differing parts, and nothing else.

Imported only where a run is red, or where somebody asks: the library behind it takes a while to start.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from e2e_common.replay.comparison import Rules, equal
from e2e_common.results import Result

Difference = tuple[str, Any, Any]
"""(JSON path, expected, actual) of a part that differs; ABSENT where one side has no such part."""

BODY = "response.body"
_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*")
_SLOW_FROM = 100_000  # characters of a body: from here on lists are compared place by place


class Absent:
    """Stands in a difference for what is not there."""

    def __repr__(self) -> str:
        return "(nothing)"


ABSENT = Absent()


def differences(result: Result) -> list[Difference]:
    """What of an answer is not as recorded: of a body its differing parts, without those that the comparison forgives
    (by its default rules). Empty for a test that passed, or that had no answer. Raises nothing."""
    found: list[Difference] = []
    for item in result.deviations:
        field, expected, actual = str(item.get("field", "?")), item.get("expected"), item.get("actual")
        found += parts(field, expected, actual) if field == BODY else [(field, expected, actual)]
    return found


def parts(path: str, expected: Any, actual: Any) -> list[Difference]:
    """The parts of two JSON values at `path` that differ; the values themselves where they are of two kinds."""
    if not isinstance(expected, (dict, list)) or type(expected) is not type(actual):
        return [(path, expected, actual)]
    try:
        found = list(_compared(path, expected, actual))
        standing = [part for part in found if not _is_forgiven(part)]
    except Exception:  # whatever the library makes of a value of a kind that it does not know, or nested too deep
        found = standing = []
    return standing or found or [(path, expected, actual)]


def _compared(path: str, expected: Any, actual: Any) -> Iterable[Difference]:
    from deepdiff import DeepDiff

    is_long = len(json.dumps(expected)) + len(json.dumps(actual)) > _SLOW_FROM
    tree = DeepDiff(expected, actual, view="tree", zip_ordered_iterables=is_long, threshold_to_diff_deeper=0)
    levels = [(kind, level) for kind, found in tree.items() for level in found]
    for kind, level in sorted(levels, key=lambda each: [(isinstance(key, str), key) for key in _keys(each[1])]):
        one = ABSENT if kind.endswith("_added") else level.t1
        other = ABSENT if kind.endswith("_removed") else level.t2
        yield path + "".join(map(_step, _keys(level))), one, other


def _keys(level: Any) -> list[Any]:
    return list(level.path(output_format="list"))


def _step(key: object) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if isinstance(key, str) and _PLAIN_KEY.fullmatch(key) else f"[{json.dumps(key)}]"


def _is_forgiven(part: Difference) -> bool:
    _, expected, actual = part
    return expected is not ABSENT and actual is not ABSENT and equal(expected, actual, Rules())
