"""Find the recorded call that answers a mock request (replay protocol, section 8, in its documented order)."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from e2e_common.replay.shape import same_shape
from e2e_common.replay.similarity import similarity
from e2e_common.replay.traces import Recording, Test, by_start
from e2e_common.traces import Span

SQL_PACKAGES = ("psycopg2", "psycopg", "sqlalchemy")
MAX_CANDIDATES = 50

Key = tuple[str, str]  # (trace id, span id)


@dataclass(frozen=True)
class Request:
    """What the application asks for. Hashes are the SDK's, hexadecimal; an empty one never matches.

    `schema`: of the input, in the spelling of the trace files; empty where the instrumentation sends none.
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
    """The span that answers, and by which of the 15 steps it was found."""

    span: Span
    step: int


def importance_is_zero(schema: Any) -> bool:
    """Whether a schema says that its value does not count (both spellings are read)."""
    if not isinstance(schema, dict):
        return False
    importance = schema.get("match_importance", schema.get("matchImportance"))
    return importance is not None and importance == 0


def reduce_value(value: Any, schema: Any) -> Any:
    """`value` without what has importance 0, without null members, numbers as doubles (section 8.3)."""
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


def reduce_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema without properties and items of importance 0. `decodedType` is read in camelCase only (section 9)."""
    properties = schema.get("properties") or {}
    items = schema.get("items")
    kept = {key: reduce_schema(each) for key, each in properties.items() if not importance_is_zero(each)}
    return {
        "type": schema.get("type") or 0,
        "properties": kept,
        "items": reduce_schema(items) if items and not importance_is_zero(items) else None,
        "encoding": schema.get("encoding") or 0,
        "decoded": schema.get("decodedType") or 0,
    }


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def reduced_hash(value: Any, schema: Any) -> str:
    """Hash of the reduced value; empty (matches nothing) without a value or a schema, as for redis."""
    return _digest(reduce_value(value, schema)) if value and schema else ""


def reduced_schema_hash(schema: Any) -> str:
    """Hash of the reduced schema; empty without a schema."""
    return _digest(reduce_schema(schema)) if schema else ""


class Pool:
    """Spans in order, found by hash or by package. An index is built when it is first asked for."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans = list(spans)
        self._indexes: dict[str, dict[str, list[Span]]] = {}

    def find(self, index: str, key: str) -> list[Span]:
        """The spans whose `index` (a name of _INDEXED) is `key`, in the pool's order; none for an empty key."""
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
    "reduced_schema": lambda span: reduced_schema_hash(span.raw.get("inputSchema")),
    "package": lambda span: span.package_name,
}


@dataclass
class Matcher:
    """The pools of a run and which spans have answered already. Not thread-safe: the server asks under one lock."""

    recording: Recording
    suite: Pool = field(init=False)
    used: set[Key] = field(default_factory=set)
    current: str = ""  # trace id of the test now running

    def __post_init__(self) -> None:
        self.suite = Pool(self.recording.suite)
        self._pools: dict[str, Pool] = {}
        self._by_trace: dict[str, list[Span]] = defaultdict(list)
        for spans in [test.spans for test in self.recording.tests] + list(self.recording.rootless.values()):
            for span in spans:
                self._by_trace[span.trace_id].append(span)
        others = {span.trace_id for span in self.recording.suite} - self._by_trace.keys()
        for span in self.recording.suite:
            if span.trace_id in others:
                self._by_trace[span.trace_id].append(span)

    def start(self, test: Test) -> None:
        """`test` is now the running one: its file is its trace's pool, and none of its spans has answered yet."""
        self.current = test.trace_id
        self._pools[test.trace_id] = Pool(by_start(test.spans))
        self._forget(test.trace_id)

    def finish(self, test: Test) -> None:
        """The result of `test` has been reported."""
        self.current = ""
        self._forget(test.trace_id)

    def _forget(self, trace_id: str) -> None:
        self.used = {key for key in self.used if key[0] != trace_id}

    def match(self, request: Request) -> Match | None:
        """The recorded call for `request`, marked as used where the protocol says so; None when there is none."""
        test_id = request.test_id or self.current
        found = self._for_test(request, self._pool(test_id)) if test_id else None
        if found is not None:
            self.used.add(_key(found.span))
            return found
        return self._without_test(request) if not request.test_id or request.is_pre_app_start else None

    def _pool(self, trace_id: str) -> Pool:
        if trace_id not in self._pools:
            self._pools[trace_id] = Pool(by_start(self._by_trace.get(trace_id, [])))
        return self._pools[trace_id]

    def _for_test(self, request: Request, trace: Pool) -> Match | None:
        """Steps 1 to 10."""
        found = self._pick((1, 2), trace.find("value", request.value_hash))
        if found is not None:
            return found
        reduced = reduced_hash(request.value, request.schema)
        found = (
            self._pick((3, 4), trace.find("reduced", reduced))
            or self._pick((5, 5), self._of_phase("value", request.value_hash, request))
            or self._pick((6, 6), self._of_phase("reduced", reduced, request))
        )
        if found is not None or _stops_at_values(request):
            return found
        return self._by_shape(request, trace)

    def _by_shape(self, request: Request, trace: Pool) -> Match | None:
        """Steps 7 and 8: the same package and schema, and a shape that fits. (9 and 10 ask for the same schema too, by
        its reduced hash besides: they find nothing that these do not.)"""
        candidates = [
            span
            for span in trace.find("schema", request.schema_hash)
            if span.package_name == request.package and same_shape(span, request.value)
        ]
        return self._pick_similar((7, 8), candidates, request)

    def _without_test(self, request: Request) -> Match | None:
        """Steps 12 to 15, over the suite pool; only the last two mark what they find as used."""
        reduced = reduced_hash(request.value, request.schema)
        found = self._pick((12, 12), self._of_phase("value", request.value_hash, request)) or self._pick(
            (13, 13), self._of_phase("reduced", reduced, request)
        )
        if found is not None or not request.is_pre_app_start:
            return found
        shaped = reduced_schema_hash(request.schema)
        found = self._pick_similar((14, 14), self._of_phase("schema", request.schema_hash, request), request) or (
            self._pick_similar((15, 15), self._of_phase("reduced_schema", shaped, request), request)
        )
        if found is not None:
            self.used.add(_key(found.span))
        return found

    def _of_phase(self, index: str, key: str, request: Request) -> list[Span]:
        return [span for span in self.suite.find(index, key) if span.is_pre_app_start == request.is_pre_app_start]

    def _pick(self, steps: tuple[int, int], candidates: list[Span]) -> Match | None:
        """The first unused candidate (first step), else the first one (second step)."""
        unused = next((span for span in candidates if _key(span) not in self.used), None)
        if unused is not None:
            return Match(unused, steps[0])
        return Match(candidates[0], steps[1]) if candidates else None

    def _pick_similar(self, steps: tuple[int, int], candidates: list[Span], request: Request) -> Match | None:
        """The most similar unused candidate, else the most similar one; ties go to the oldest."""
        unused = [span for span in candidates if _key(span) not in self.used]
        chosen = by_start((unused or candidates)[:MAX_CANDIDATES])
        if not chosen:
            return None
        best = max(chosen, key=lambda span: similarity(span.input_value, request.value))
        return Match(best, steps[0] if unused else steps[1])


def _key(span: Span) -> Key:
    return span.trace_id, span.span_id


def _stops_at_values(request: Request) -> bool:
    """SQL of a running application is matched by value only: another query's rows are never an answer."""
    is_query = request.submodule == "query" or request.name.endswith(".query")
    return not request.is_pre_app_start and request.package in SQL_PACKAGES and is_query
