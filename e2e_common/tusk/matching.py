"""Find the recorded call for a mock request (replay protocol, section 8, in the order documented there)."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from e2e_common.artifacts.traces import Span
from e2e_common.tusk.shape import same_shape
from e2e_common.tusk.similarity import similarity
from e2e_common.tusk.traces import Recording, Test, by_start

SQL_PACKAGES = ("psycopg2", "psycopg", "sqlalchemy")
MAX_CANDIDATES = 50

Key = tuple[str, str]  # (trace id, span id)


@dataclass(frozen=True)
class Request:
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

    @cached_property
    def reduced(self) -> str:
        """Hash of the value without its unimportant parts."""
        return reduced_hash(self.value, self.schema)


@dataclass(frozen=True)
class Match:
    """The recorded span that was found. `by`: it has the same "value", the same value without unimportant parts
    ("reduced"), or the same "shape"; `reused`: it was used before."""

    span: Span
    by: str
    reused: bool


def importance_is_zero(schema: Any) -> bool:
    """Whether a schema marks its value as unimportant (both spellings are read)."""
    if not isinstance(schema, dict):
        return False
    importance = schema.get("match_importance", schema.get("matchImportance"))
    return importance is not None and importance == 0


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


class Pool:
    """Spans in order, with indexes by hash. An index is built on first use."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = list(spans)
        self._indexes: dict[str, dict[str, list[Span]]] = {}

    def find(self, index: str, key: str) -> list[Span]:
        """The spans whose `index` (a name in _INDEXED) equals `key`, in the pool's order; empty for an empty key."""
        if index not in self._indexes:
            grouped: dict[str, list[Span]] = defaultdict(list)
            for span in self.spans:
                grouped[_INDEXED[index](span)].append(span)
            self._indexes[index] = grouped
        return self._indexes[index].get(key, []) if key else []


_INDEXED: dict[str, Callable[[Span], str]] = {
    "value": lambda span: span.raw.get("inputValueHash") or "",
    "reduced": lambda span: reduced_hash(span.input_value, span.raw.get("inputSchema")),
    "schema": lambda span: span.raw.get("inputSchemaHash") or "",
}

NOTHING = Pool(())


@dataclass
class Matcher:
    """The pools of a run, and the spans that were used. Not thread-safe: the server calls it under a lock."""

    recording: Recording
    used: set[Key] = field(default_factory=set)
    current: str = ""  # trace id of the test now running

    def __post_init__(self) -> None:
        self.suite = Pool(self.recording.suite)
        self._pools = {test.trace_id: Pool(by_start(test.spans)) for test in self.recording.tests}

    def start(self, test: Test) -> None:
        """`test` begins: none of its spans counts as used."""
        self.current = test.trace_id
        self._forget(test.trace_id)

    def finish(self, test: Test) -> None:
        self.current = ""
        self._forget(test.trace_id)

    def _forget(self, trace_id: str) -> None:
        self.used = {key for key in self.used if key[0] != trace_id}

    def match(self, request: Request) -> Match | None:
        """The recorded call for `request`, marked as used where the protocol requires it; None if there is none."""
        test_id = request.test_id or self.current
        found = self._for_test(request, self._pools.get(test_id, NOTHING)) if test_id else None
        if found is None and (not request.test_id or request.is_pre_app_start):
            found = self._by_value(request, self.suite) or self._at_start(request)
            if found is None or found.by != "shape":
                return found
        if found is not None:
            self.used.add(_key(found.span))
        return found

    def _for_test(self, request: Request, trace: Pool) -> Match | None:
        found = self._by_value(request, trace) or self._by_value(request, self.suite)
        if found is not None or _stops_at_values(request):
            return found
        candidates = trace.find("schema", request.schema_hash)
        candidates = [
            span for span in candidates if span.package_name == request.package and same_shape(span, request.value)
        ]
        return self._most_similar(candidates, request)

    def _at_start(self, request: Request) -> Match | None:
        """Before the application is ready, a call with the same schema is enough."""
        if not request.is_pre_app_start:
            return None
        return self._most_similar(self._of_phase(request, self.suite.find("schema", request.schema_hash)), request)

    def _by_value(self, request: Request, pool: Pool) -> Match | None:
        """A call with the same value, else with the same reduced value: the first unused one, else the first. In the
        suite's pool only calls of the same phase count (before or after the application is ready)."""
        for by in ("value", "reduced"):
            found = pool.find(by, request.value_hash if by == "value" else request.reduced)
            if pool is self.suite:
                found = self._of_phase(request, found)
            if found:
                unused = next((span for span in found if _key(span) not in self.used), None)
                return Match(unused or found[0], by, unused is None)
        return None

    def _most_similar(self, candidates: list[Span], request: Request) -> Match | None:
        """The most similar unused candidate, else the most similar one; of equals the oldest."""
        unused = [span for span in candidates if _key(span) not in self.used]
        chosen = by_start((unused or candidates)[:MAX_CANDIDATES])
        if not chosen:
            return None
        return Match(max(chosen, key=lambda span: similarity(span.input_value, request.value)), "shape", not unused)

    def _of_phase(self, request: Request, spans: list[Span]) -> list[Span]:
        return [span for span in spans if span.is_pre_app_start == request.is_pre_app_start]


def _key(span: Span) -> Key:
    return span.trace_id, span.span_id


def _stops_at_values(request: Request) -> bool:
    """SQL of a running application is matched by value only: the rows of another query would be wrong."""
    is_query = request.submodule == "query" or request.name.endswith(".query")
    return not request.is_pre_app_start and request.package in SQL_PACKAGES and is_query
