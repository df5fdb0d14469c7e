"""Find the recorded call for a mock request (replay protocol, section 8, in the order documented there)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from e2e_common.artifacts.traces import Span
from e2e_common.tusk.similarity import same_shape, similarity
from e2e_common.tusk.traces import LoadedTraces, Test, by_start

SQL_PACKAGES = ("psycopg2", "psycopg", "sqlalchemy")
MAX_CANDIDATES = 50

Pool = dict[tuple[str, str], list[Span]]
"""("value", "reduced" or "schema"; hash) → spans."""


@dataclass(frozen=True)
class MockRequest:
    """A call of the application. Hashes are the SDK's, hexadecimal; an empty hash never matches.

    `schema`: of the input, with the names of the trace files; empty if the instrumentation sends none.
    """

    test_id: str
    package: str
    submodule: str
    name: str
    instrumentation: str
    value_hash: str
    schema_hash: str
    is_pre_app_start: bool
    value: dict[str, Any]
    schema: dict[str, Any]


@dataclass(frozen=True)
class Match:
    """The recorded span that was found. `by`: it has the same "value", the same value without unimportant parts
    ("reduced"), or the same "shape"; `reused`: it was used before."""

    span: Span
    by: str
    reused: bool


def importance_is_zero(schema: Any) -> bool:
    """Whether a schema marks its value as unimportant (both spellings are read)."""
    return isinstance(schema, dict) and schema.get("match_importance", schema.get("matchImportance")) == 0


def reduce_value(value: Any, schema: Any) -> Any:
    """`value` without parts of importance 0 and without null members; numbers become floats (section 8.3)."""
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


def reduced_hash(value: Any, schema: Any) -> str:
    """Hash of the reduced value. Empty (matches nothing) without a value or a schema; redis has no schema."""
    if not value or not schema:
        return ""
    return hashlib.sha256(json.dumps(reduce_value(value, schema), sort_keys=True).encode()).hexdigest()


def pool_of(spans: Iterable[Span]) -> Pool:
    """The spans by each of their hashes, in order. A span without a hash of a kind is not found by it."""
    pool: Pool = {}
    for span in spans:
        hashes = {
            "value": span.raw.get("inputValueHash"),
            "reduced": reduced_hash(span.input_value, span.raw.get("inputSchema")),
            "schema": span.raw.get("inputSchemaHash"),
        }
        for by, key in hashes.items():
            if key:
                pool.setdefault((by, key), []).append(span)
    return pool


@dataclass
class Matcher:
    """The pools of a run, and the spans that were used. Not thread-safe: the server calls it under a lock."""

    recording: LoadedTraces
    used: set[tuple[str, str]] = field(default_factory=set)  # trace id and span id
    current: str = ""  # trace id of the test now running

    def __post_init__(self) -> None:
        spans = self.recording.suite
        self._pools = {test.trace_id: pool_of(by_start(test.spans)) for test in self.recording.tests}
        self._suite = {
            early: pool_of(span for span in spans if span.is_pre_app_start is early) for early in (False, True)
        }

    def start(self, test: Test) -> None:
        """`test` begins: none of its spans counts as used."""
        self.current = test.trace_id
        self.used = {key for key in self.used if key[0] != test.trace_id}

    def finish(self, test: Test) -> None:
        self.start(test)
        self.current = ""

    def match(self, request: MockRequest) -> Match | None:
        """The recorded call for `request`, marked as used where the protocol requires it; None if there is none. From
        other traces, only a call of the same phase counts (before or after the application is ready)."""
        suite = self._suite[request.is_pre_app_start]
        test_id = request.test_id or self.current
        found = self._for_test(request, self._pools.get(test_id, {}), suite) if test_id else None
        if found is None and (not request.test_id or request.is_pre_app_start):
            found = self._by_value(request, suite)
            if found is not None:
                return found
            if request.is_pre_app_start:  # a call with the same schema is enough
                found = self._most_similar(request, suite.get(("schema", request.schema_hash), []))
        if found is not None:
            self.used.add(_key(found.span))
        return found

    def _for_test(self, request: MockRequest, trace: Pool, suite: Pool) -> Match | None:
        found = self._by_value(request, trace) or self._by_value(request, suite)
        if found is not None or _stops_at_values(request):
            return found
        candidates = trace.get(("schema", request.schema_hash), [])
        candidates = [
            span for span in candidates if span.package_name == request.package and same_shape(span, request.value)
        ]
        return self._most_similar(request, candidates)

    def _by_value(self, request: MockRequest, pool: Pool) -> Match | None:
        """A call with the same value, else with the same reduced value: the first unused one, else the first."""
        reduced = reduced_hash(request.value, request.schema)
        for by, key in (("value", request.value_hash), ("reduced", reduced)):
            found = pool.get((by, key), [])
            unused = [span for span in found if _key(span) not in self.used]
            if found:
                return Match((unused or found)[0], by, not unused)
        return None

    def _most_similar(self, request: MockRequest, candidates: list[Span]) -> Match | None:
        """The most similar unused candidate, else the most similar one; of equals the oldest."""
        unused = [span for span in candidates if _key(span) not in self.used]
        chosen = by_start((unused or candidates)[:MAX_CANDIDATES])
        if not chosen:
            return None
        return Match(max(chosen, key=lambda span: similarity(span.input_value, request.value)), "shape", not unused)


def _key(span: Span) -> tuple[str, str]:
    return span.trace_id, span.span_id


def _stops_at_values(request: MockRequest) -> bool:
    """SQL of a running application is matched by value only: the rows of another query would be wrong."""
    is_query = request.submodule == "query" or request.name.endswith(".query")
    return not request.is_pre_app_start and request.package in SQL_PACKAGES and is_query
