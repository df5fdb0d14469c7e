"""Find the recorded call that answers a mock request, in the order in which the official CLI looks for it, by the same
shapes and similarities."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from e2e_common.artifacts.call_text import scalar_text
from e2e_common.artifacts.traces import Span
from e2e_common.tusk.traces import LoadedTraces, by_start

SQL_PACKAGES = ("psycopg2", "psycopg", "sqlalchemy")
MAX_CANDIDATES = 50
MAX_DEPTH = 5
DICE_FROM_BYTES = 100
HTTP_PACKAGES = ("http", "https")

Pool = dict[tuple[str, Any], list[Span]]
"""Key (see `keys_of`) → spans, in order."""


class Match(NamedTuple):
    """The recorded span that was found. `by`: it has the same "value", the same value without unimportant parts
    ("reduced"), or the same "shape"; `reused`: it was used before."""

    span: Span
    by: str
    reused: bool


def importance_is_zero(schema: Any) -> bool:
    """Whether a schema marks its value as unimportant (both spellings are read)."""
    return isinstance(schema, dict) and schema.get("match_importance", schema.get("matchImportance")) == 0


def reduce_value(value: Any, schema: Any) -> Any:
    """`value` without parts of importance 0 and without null members; numbers become floats."""
    schema = schema if isinstance(schema, dict) else {}
    if isinstance(value, dict):
        properties = schema.get("properties") or {}
        return {
            key: reduce_value(item, properties.get(key))
            for key, item in value.items()
            if item is not None and not importance_is_zero(properties.get(key))
        }
    if isinstance(value, list):
        items = schema.get("items")
        return [] if importance_is_zero(items) else [reduce_value(item, items) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def reduced_text(value: Any, schema: Any) -> str:
    """The reduced value as JSON. Empty (matches nothing) without a value or a schema; redis has no schema."""
    return json.dumps(reduce_value(value, schema), sort_keys=True) if value and schema else ""


def keys_of(span: Span) -> list[tuple[str, Any]]:
    """("value", its hash), ("reduced", the reduced value) and ("schema", its hash) of a span's input."""
    raw = span.raw
    reduced = reduced_text(span.input_value, raw.get("inputSchema"))
    return [("value", raw.get("inputValueHash")), ("reduced", reduced), ("schema", raw.get("inputSchemaHash"))]


def pool_of(spans: Iterable[Span]) -> Pool:
    """The spans by each of their keys. A span is not found by a hash that it does not have (None or empty)."""
    pool: Pool = {}
    for span in spans:
        for by, key in keys_of(span):
            if key:
                pool.setdefault((by, key), []).append(span)
    return pool


class Matcher:
    """The pools of a run, and the spans that were used. Not thread-safe: the server calls it under a lock."""

    def __init__(self, recording: LoadedTraces) -> None:
        self.suite = recording.suite
        self.used: set[tuple[str, str]] = set()  # trace id and span id
        self.current = ""  # trace id of the test now running
        self._pools = {test.trace_id: pool_of(by_start(test.spans)) for test in recording.tests}
        self._suite = {early: pool_of(s for s in self.suite if s.is_pre_app_start is early) for early in (False, True)}

    def start(self, trace_id: str) -> None:
        """The test with this trace begins: none of its spans counts as used."""
        self.current = trace_id
        self.used = {key for key in self.used if key[0] != trace_id}

    def finish(self, trace_id: str) -> None:
        self.start(trace_id)
        self.current = ""

    def match(self, call: Span, test_id: str) -> Match | None:
        """The recorded call for the application's `call`, marked as used unless it is found by value for a call outside
        any test; None if there is none. From other traces, only a call of the same phase counts (before or after the
        application is ready). `test_id`: as the SDK sent it; if empty, the running test's."""
        trace_id, early = test_id or self.current, call.is_pre_app_start
        trace, suite = self._pools.get(trace_id, {}), self._suite[early]
        *values, schema = keys_of(call)
        found = self._by_value(values, trace) or self._by_value(values, suite)
        if found is None and not _stops_at_values(call):
            of_schema = (span for span in trace.get(schema, []) if span.package_name == call.package_name)
            fitting = [span for span in of_schema if same_shape(span, call.input_value)]
            found = self._most_similar(call, fitting)
        if found is None and early:  # a call with the same schema is enough
            found = self._most_similar(call, suite.get(schema, []))
        if found is not None and (trace_id or found.by == "shape"):
            self.used.add(_id(found.span))
        return found

    def _by_value(self, keys: list[tuple[str, Any]], pool: Pool) -> Match | None:
        """A call with the same value, else with the same reduced value: the first unused one, else the first."""
        matches = (self._choice(by, pool.get((by, key), []), itemgetter(0)) for by, key in keys)
        return next(filter(None, matches), None)

    def _most_similar(self, call: Span, candidates: list[Span]) -> Match | None:
        """The most similar unused candidate, else the most similar one; of equals the oldest."""

        def best(spans: list[Span]) -> Span:
            oldest_first = by_start(spans[:MAX_CANDIDATES])
            return max(oldest_first, key=lambda span: similarity(span.input_value, call.input_value))

        return self._choice("shape", candidates, best)

    def _choice(self, by: str, spans: list[Span], best: Callable[[list[Span]], Span]) -> Match | None:
        unused = [span for span in spans if _id(span) not in self.used]
        return Match(best(unused or spans), by, not unused) if spans else None


def _id(span: Span) -> tuple[str, str]:
    return span.trace_id, span.span_id


def _stops_at_values(call: Span) -> bool:
    """SQL of a running application is matched by value only: the rows of another query would be wrong."""
    is_query = call.raw.get("submoduleName") == "query" or call.name.endswith(".query")
    return not call.is_pre_app_start and call.package_name in SQL_PACKAGES and is_query


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
