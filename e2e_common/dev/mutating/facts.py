"""The facts of one recorded request: values whose change should make its replay fail."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

from e2e_common.artifacts.call_text import describe
from e2e_common.artifacts.failure import shorten
from e2e_common.artifacts.traces import Span
from e2e_common.dev.mutating.changing import leaves, leaves_of_base64, leaves_of_body, leaves_of_form, other, within
from e2e_common.judge.evidence import TraceFile
from e2e_common.judge.rules.recording import is_call
from e2e_common.tusk.traces import by_start

MOST = 20  # facts to try per request
HTTP = ("http", "https")
DERIVED = frozenset({"bodySize", "chunk_count"})  # computed by the SDK from another value: no facts
_PORT = re.compile(r"(?<=127\.0\.0\.1):\d+")  # differs in every run: a cluster names its nodes by port
_HTTP_WORDS = {
    "statusCode": "status",
    "statusMessage": "reason phrase",
    "headers": "response header",
    "body": "response body",
}

Changes = Mapping[str, "dict[str, Any] | None"]


@dataclass(frozen=True)
class RecordedFact:
    """One recorded value. `key`: its name within the request, the same in every run. `place`: the request or the
    outbound call, as text that may differ between runs. `what`: description. `group`: each group has one fact chosen
    before any has a second. `change`: returns span id → changed span, or None to leave it out."""

    key: str
    place: str
    what: str
    group: str
    change: Callable[[], Changes]


def find(file: TraceFile) -> Iterator[RecordedFact]:
    """Yields every fact of the request that `file` recorded."""
    calls = _in_order(span for span in file.spans if is_call(span))
    for number, span in enumerate(calls, start=1):
        yield from _of_call(number, span)
    yield from _swapped(calls)
    if file.root is not None:
        yield from _of_request(file.root)


def _in_order(calls: Iterable[Span]) -> list[Span]:
    """Returns the calls in an order that is the same in every run: by start, or by library and text if some overlap."""
    ordered = by_start(calls)
    if any(later.start_ns < earlier.end_ns for earlier, later in zip(ordered, ordered[1:])):
        ordered.sort(key=lambda span: (span.library, called(span)))
    return ordered


def choose(facts: Sequence[RecordedFact], seed: str, most: int = MOST) -> list[RecordedFact]:
    """Returns at most `most` of the facts, in their order: one of every group, then by rank, a hash of seed and key.
    The choice is the same in every run, and a new fact replaces at most one other."""

    def rank(fact: RecordedFact) -> str:
        return hashlib.sha256(f"{seed}\n{fact.key}".encode("utf-8", "surrogatepass")).hexdigest()

    by_rank = sorted(facts, key=rank)
    first = {fact.group: fact for fact in reversed(by_rank)}
    chosen = sorted(by_rank, key=lambda fact: first[fact.group] is not fact)[:most]  # the sort is stable
    return sorted(chosen, key=facts.index)


def _of_call(number: int, span: Span) -> Iterator[RecordedFact]:
    call = f"outbound {number} {span.library}"
    place = f"{call} {called(span)}"
    http = span.package_name in HTTP
    for name, value in span.output_value.items():
        encoded = http and name == "body" and isinstance(value, str)
        leaves_of_value = (leaves_of_base64 if encoded else leaves)(value, "" if http else name)
        for path, change in () if name in DERIVED else leaves_of_value:
            what = f"{_HTTP_WORDS.get(name, name)} {path}".rstrip() if http else path
            changed = partial(_changed, span, "outputValue", name, change)
            yield RecordedFact(f"{call} result {_PORT.sub('', what)}", place, shorten(what, 100), name, changed)
    lost = "the call itself"
    yield RecordedFact(
        f"{call} missing {lost}", place, lost, f"{call} missing", lambda: {span.span_id: None}
    )  # each call once


def _swapped(calls: Sequence[Span]) -> Iterator[RecordedFact]:
    for (first, one), (second, two) in combinations(enumerate(calls, start=1), 2):
        if one.library == two.library and _text(one.output_value) != _text(two.output_value):
            key = f"outbound {first} and {second} {one.library}"
            place = f"{key} {shorten(called(one), 60)}, {shorten(called(two), 60)}"
            what = "which of them had which result"
            yield RecordedFact(f"{key} swapped", place, what, "swapped", partial(_swap, one, two))


def _of_request(root: Span) -> Iterator[RecordedFact]:
    """Method, path, query and body of the replayed request."""

    def fact(what: str, name: str, change: Callable[[], Any]) -> RecordedFact:
        group = f"request {what.split(maxsplit=1)[0]}"
        changed = partial(_changed, root, "inputValue", name, change)
        return RecordedFact(f"request {what}", "the request", shorten(what, 100), group, changed)

    method, target, body = (root.input_value.get(name) for name in ("method", "target", "body"))
    if isinstance(method, str):
        yield fact("method", "method", lambda: "POST" if method == "GET" else "GET")
    if isinstance(target, str):
        path, mark, query = target.partition("?")
        yield fact("path", "target", lambda: _other_path(path) + mark + query)
        for name, change in within(lambda new: f"{path}?{new}", leaves_of_form(query)):
            yield fact(f"query {name}", "target", change)
    if isinstance(body, str) and body:
        headers = {name.lower(): str(value) for name, value in (root.input_value.get("headers") or {}).items()}
        is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        for name, change in leaves_of_body(body, is_form):
            yield fact(f"body {name}".rstrip(), "body", change)


def called(span: Span) -> str:
    """Returns an outbound call on one line, without host and port, which differ in every run."""
    value = span.input_value
    if value.get("url"):
        return shorten(f"{value.get('method', '')} {value.get('path') or value['url']}", 80)
    return shorten(describe(span.name, {"query": value["query"]} if value.get("query") else value), 80)


def _changed(span: Span, part: str, name: str, change: Callable[[], Any]) -> Changes:
    return {span.span_id: {**span.raw, part: {**span.raw[part], name: change()}}}


def _swap(one: Span, two: Span) -> Changes:
    return {
        one.span_id: {**one.raw, "outputValue": two.output_value},
        two.span_id: {**two.raw, "outputValue": one.output_value},
    }


def _other_path(path: str) -> str:
    """Changes the last segment; `/` becomes a path without a handler."""
    front, slash, last = path.rstrip("/").rpartition("/")
    tail = path[len(path.rstrip("/")) :] if last else ""
    return f"{front}{slash}{other(last)}{tail}" if last else f"{path}changed"


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
