"""Find the recorded call that answers a mock request, in the order in which the official CLI looks for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, NamedTuple

from e2e_common.artifacts.traces import Span
from e2e_common.tusk.similarity import same_shape, similarity
from e2e_common.tusk.traces import LoadedTraces, by_start

SQL_PACKAGES = ("psycopg2", "psycopg", "sqlalchemy")
MAX_CANDIDATES = 50

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
