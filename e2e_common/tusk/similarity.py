"""Shape and similarity of recorded inputs, as the official CLI compares them."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from e2e_common.artifacts.call_text import scalar_text
from e2e_common.artifacts.traces import Span

MAX_DEPTH = 5
DICE_FROM_BYTES = 100
HTTP_PACKAGES = ("http", "https")


def same_shape(recorded: Span, requested: dict[str, Any]) -> bool:
    """Whether a recorded call with the same schema fits the requested input. For HTTP: the same method, host and path,
    if both have one, and the same names of query parameters."""
    if recorded.package_name not in HTTP_PACKAGES:
        return True
    (*one, names), (*other, requested_names) = _shape(recorded.input_value), _shape(requested)
    return names == requested_names and all(a == b or not a or not b for a, b in zip(one, other))


def _shape(value: dict[str, Any]) -> tuple[Any, str, str, set[str]]:
    """(method, host, path, names of query parameters). The last two are both from the first of `path`, `url` and
    `target` that is there."""
    url = urlsplit(str(value.get("url") or ""))
    target = urlsplit(str(value.get("path") or (url.path and value["url"]) or value.get("target") or ""))
    names = {name for name, _ in parse_qsl(target.query, keep_blank_values=True)}
    return value.get("method"), str(value.get("hostname") or url.hostname or ""), target.path, names


def similarity(one: Any, other: Any, depth: int = 0) -> float:
    """From 0 (nothing in common) to 1 (equal), for JSON values."""
    if depth > MAX_DEPTH:
        return _texts(*(json.dumps(value, sort_keys=True, ensure_ascii=False) for value in (one, other)))
    if isinstance(one, dict) and isinstance(other, dict):
        keys = {**one, **other}
        scores = [similarity(one[key], other[key], depth + 1) for key in keys if key in one and key in other]
        return sum(scores) / len(keys) if keys else 1.0
    if isinstance(one, list) and isinstance(other, list):
        longer = max(len(one), len(other))
        return sum(map(similarity, one, other, [depth + 1] * longer)) / longer if longer else 1.0
    same_scalars = _type(one) is _type(other) and not isinstance(one, (dict, list))
    return _texts(scalar_text(one), scalar_text(other)) if same_scalars else 0.0


def _type(value: Any) -> type:
    """The type of a JSON value; int counts as float. Needed because in Python True == 1 == 1.0."""
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


def _texts(one: str, other: str) -> float:
    if one == other:
        return 1.0
    longer, shorter = max(len(one), len(other)), min(len(one), len(other))
    by_length = shorter / longer
    if by_length < 0.3:
        return by_length
    if max(len(one.encode(errors="replace")), len(other.encode(errors="replace"))) > DICE_FROM_BYTES:
        return 2 * sum((Counter(one) & Counter(other)).values()) / (len(one) + len(other))
    from rapidfuzz.distance import Levenshtein  # slow to import

    return 1 - Levenshtein.distance(one, other) / longer
