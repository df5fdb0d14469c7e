"""Shape and similarity of recorded inputs (replay protocol, sections 8.4 and 8.5)."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from e2e_common.artifacts.call_text import scalar_text
from e2e_common.artifacts.traces import Span

MAX_DEPTH = 5
DICE_FROM_BYTES = 100
HTTP_PACKAGES = ("http", "https")


def same_shape(recorded: Span, requested: dict[str, Any]) -> bool:
    """Whether a recorded call with the same schema fits the requested input. For HTTP: the same method, host, path and
    names of query parameters."""
    value = recorded.input_value
    if recorded.package_name not in HTTP_PACKAGES:
        return True
    return (
        _agree(value.get("method"), requested.get("method"))
        and _agree(_host(value), _host(requested))
        and _agree(_path(value)[0], _path(requested)[0])
        and _path(value)[1] == _path(requested)[1]
    )


def _agree(one: Any, other: Any) -> bool:
    """Whether both are equal, or one is missing."""
    return not one or not other or one == other


def _host(value: dict[str, Any]) -> str:
    return str(value.get("hostname") or _split(value.get("url")).hostname or "")


def _path(value: dict[str, Any]) -> tuple[str, set[str]]:
    """(path, names of query parameters), both from the first of `path`, `url` and `target` that is there."""
    for text in (value.get("path"), _split(value.get("url")).path and value.get("url"), value.get("target")):
        if text:
            parts = _split(text)
            return parts.path, {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    return "", set()


def _split(url: Any) -> SplitResult:
    return urlsplit(str(url or ""))


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
