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


def hashes_of(span: Span) -> dict[str, Any]:
    """The hashes of a span's input by kind. A span without a hash of a kind (None or empty) is not found by it."""
    return {
        "value": span.raw.get("inputValueHash"),
        "reduced": reduced_hash(span.input_value, span.raw.get("inputSchema")),
        "schema": span.raw.get("inputSchemaHash"),
    }


def pool_of(spans: Iterable[Span]) -> Pool:
    """The spans by each of their hashes, in order."""
    pool: Pool = {}
    for span in spans:
        for by, key in hashes_of(span).items():
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

    def match(self, call: Span, test_id: str) -> Match | None:
        """The recorded call for the application's `call`, marked as used where the protocol requires it; None if there
        is none. From other traces, only a call of the same phase counts (before or after the application is ready).
        `test_id`: as the SDK sent it, empty for a call outside any test."""
        suite, hashes = self._suite[call.is_pre_app_start], hashes_of(call)
        trace_id = test_id or self.current
        found = self._for_test(call, hashes, self._pools.get(trace_id, {}), suite) if trace_id else None
        if found is None and (not test_id or call.is_pre_app_start):
            found = self._by_value(hashes, suite)
            if found is not None:
                return found
            if call.is_pre_app_start:  # a call with the same schema is enough
                found = self._most_similar(call, suite.get(("schema", hashes["schema"]), []))
        if found is not None:
            self.used.add(_key(found.span))
        return found

    def _for_test(self, call: Span, hashes: dict[str, Any], trace: Pool, suite: Pool) -> Match | None:
        found = self._by_value(hashes, trace) or self._by_value(hashes, suite)
        if found is not None or _stops_at_values(call):
            return found
        candidates = [
            span
            for span in trace.get(("schema", hashes["schema"]), [])
            if span.package_name == call.package_name and same_shape(span, call.input_value)
        ]
        return self._most_similar(call, candidates)

    def _by_value(self, hashes: dict[str, Any], pool: Pool) -> Match | None:
        """A call with the same value, else with the same reduced value: the first unused one, else the first."""
        for by in ("value", "reduced"):
            found = pool.get((by, hashes[by]), [])
            unused = [span for span in found if _key(span) not in self.used]
            if found:
                return Match((unused or found)[0], by, not unused)
        return None

    def _most_similar(self, call: Span, candidates: list[Span]) -> Match | None:
        """The most similar unused candidate, else the most similar one; of equals the oldest."""
        unused = [span for span in candidates if _key(span) not in self.used]
        chosen = by_start((unused or candidates)[:MAX_CANDIDATES])
        if not chosen:
            return None
        return Match(max(chosen, key=lambda span: similarity(span.input_value, call.input_value)), "shape", not unused)


def _key(span: Span) -> tuple[str, str]:
    return span.trace_id, span.span_id


def _stops_at_values(call: Span) -> bool:
    """SQL of a running application is matched by value only: the rows of another query would be wrong."""
    is_query = call.raw.get("submoduleName") == "query" or call.name.endswith(".query")
    return not call.is_pre_app_start and call.package_name in SQL_PACKAGES and is_query
