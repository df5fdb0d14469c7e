"""The facts of one recorded request: what, were it otherwise, should make its replay fail."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

from e2e_common.call_text import describe
from e2e_common.evidence import TraceFile
from e2e_common.failure import shorten
from e2e_common.mutating.changing import (
    Path,
    Step,
    changed_at,
    forgiven,
    leaves,
    leaves_of_base64,
    leaves_of_form,
    other,
    value_at,
)
from e2e_common.replay.comparison import Rules
from e2e_common.replay.traces import by_start
from e2e_common.rules.recording import is_call
from e2e_common.traces import Span

MOST = 20  # facts of one request that are tried
HTTP = ("http", "https")
DERIVED = frozenset({"bodySize", "chunk_count"})  # counted by the SDK from the value beside them: no facts
_PORT = re.compile(r"(?<=127\.0\.0\.1):\d+")  # another one in every run: by it a cluster names its nodes
_HTTP_WORDS = {
    "statusCode": "status",
    "statusMessage": "reason phrase",
    "headers": "response header",
    "body": "response body",
}

Changes = Mapping[str, "dict[str, Any] | None"]


@dataclass(frozen=True)
class Fact:
    """One thing that the recording says. `place`: the request, its answer, or which outbound call, in words that may
    hold what differs from run to run; `key` names it within its request (nodes of a cluster all alike), the same in
    every run. `kind`: result, missing, swapped, request or answer. `what`: in words. `group`: of each group one is
    chosen before any second one. `change`: makes span id → the changed span, None where it is left out."""

    key: str
    kind: str
    place: str
    what: str
    group: str
    change: Callable[[], Changes]


def find(file: TraceFile, rules: Rules) -> list[Fact]:
    """Every fact of the request that `file` recorded."""
    calls = _in_order(span for span in file.spans if is_call(span))
    found: list[Fact] = []
    for number, span in enumerate(calls, start=1):
        found += _of_call(number, span, rules)
    found += _swapped(calls)
    if file.root is not None:
        found += [*_of_request(file.root, rules), *_of_answer(file.root, rules)]
    return found


def _in_order(calls: Iterable[Span]) -> list[Span]:
    """The calls as they are numbered, the same in every run: as they began or, where some overlap and that is chance,
    by what they ask."""
    found = by_start(calls)
    if any(later.start_ns < earlier.end_ns for earlier, later in zip(found, found[1:])):
        found.sort(key=lambda span: (span.library, called(span)))
    return found


def choose(facts: Iterable[Fact], seed: str, most: int = MOST) -> list[Fact]:
    """At most `most` of them, in their order: one of every group, the rest by lot, which is a hash of seed and key. So
    the choice is the same in every run, and a new fact moves no more than one other out."""
    facts = list(facts)
    by_lot = sorted(facts, key=lambda fact: _rank(seed, fact.key))
    first = {fact.group: fact for fact in reversed(by_lot)}
    chosen = sorted(by_lot, key=lambda fact: first[fact.group] is not fact)[:most]  # the sort is stable
    return [fact for fact in facts if any(fact is each for each in chosen)]


def _rank(seed: str, key: str) -> str:
    return hashlib.sha256(f"{seed}\n{key}".encode("utf-8", "surrogatepass")).hexdigest()


def _of_call(number: int, span: Span, rules: Rules) -> Iterator[Fact]:
    key = f"outbound {number} {span.library}"
    place = f"{key} {called(span)}"
    http = span.package_name in HTTP

    def fact(kind: str, what: str, path: Path, change: Callable[[], Changes]) -> Fact:
        # Each call is left out once; of each kind of value one is tried.
        group = str(path[0]) if path else f"{key} {kind}"
        return Fact(f"{key} {kind} {_PORT.sub('', what)}", kind, place, shorten(what, 100), group, change)

    for path in _output_leaves(span.output_value, http):
        what = _http_words(path) if http else words(path)
        yield fact("result", what, path, partial(_changed, span, "outputValue", path, rules))
    yield fact("missing", "the call itself", (), lambda: {span.span_id: None})


def _output_leaves(output: dict[str, Any], http: bool) -> Iterator[Path]:
    for name, value in output.items():
        if name in DERIVED:
            continue
        encoded = http and name == "body" and isinstance(value, str)
        yield from ((name, *rest) for rest in (leaves_of_base64(value) if encoded else leaves(value)))


def _swapped(calls: Sequence[Span]) -> Iterator[Fact]:
    numbered = list(enumerate(calls, start=1))
    for (first, one), (second, two) in combinations(numbered, 2):
        if one.library != two.library or _text(one.output_value) == _text(two.output_value):
            continue
        key = f"outbound {first} and {second} {one.library}"
        place = f"{key} {shorten(called(one), 60)}, {shorten(called(two), 60)}"
        swap = partial(_swap, one, two)
        yield Fact(f"{key} swapped", "swapped", place, "which of them had which result", "swapped", swap)


def _of_request(root: Span, rules: Rules) -> Iterator[Fact]:
    """Method, path, query and body of the request that is sent again."""

    def fact(what: str, path: Path, change: Callable[[Any], Any] | None = None) -> Fact:
        make = partial(_changed, root, "inputValue", path, rules, change)
        group = f"request {what.split(maxsplit=1)[0]}"
        return Fact(f"request {what}", "request", "the request", shorten(what, 100), group, make)

    method, target, body = (root.input_value.get(name) for name in ("method", "target", "body"))
    if isinstance(method, str):
        yield fact("method", ("method",), lambda old: "POST" if old == "GET" else "GET")
    if isinstance(target, str):
        path, mark, query = target.partition("?")
        yield fact("path", ("target",), lambda _: _other_path(path, rules) + mark + query)
        for inner in leaves_of_form(query):
            name = query.split("&")[inner[1]].partition("=")[0]
            yield fact(f"query {inner[1] + 1} {name}", ("target",), partial(_other_query, inner, rules))
    if isinstance(body, str) and body:
        for inner in _body_leaves(body, root):
            yield fact(f"body {words(inner)}".rstrip(), ("body", *inner))


def _body_leaves(body: str, root: Span) -> Iterator[Path]:
    headers = root.input_value.get("headers") or {}
    kinds = [str(value) for name, value in headers.items() if name.lower() == "content-type"]
    if any(kind.startswith("application/x-www-form-urlencoded") for kind in kinds):
        text = value_at(body, (Step.BASE64,))
        if isinstance(text, str):
            yield from ((Step.BASE64, *rest) for rest in leaves_of_form(text))
            return
    yield from leaves_of_base64(body)


def _of_answer(root: Span, rules: Rules) -> Iterator[Fact]:
    """What of the recorded answer the comparison forgives: a value of another kind it must not."""
    body = root.output_value.get("body")
    if not isinstance(body, str):
        return
    for inner in leaves_of_base64(body):
        if Step.LAST not in inner and forgiven(value_at(body, inner), rules):
            what = f"body {words(inner)}".rstrip()
            change = partial(_changed, root, "outputValue", ("body", *inner), rules)
            short = shorten(what, 100)
            yield Fact(f"answer {what}", "answer", "the recorded answer", short, "answer", change)


def called(span: Span) -> str:
    """An outbound call in one line, without host and port, which are others in every run."""
    given = span.input_value
    if given.get("url"):
        return shorten(f"{given.get('method', '')} {given.get('path') or given['url']}", 80)
    return shorten(describe(span.name, {"query": given["query"]} if given.get("query") else given), 80)


def words(path: Path) -> str:
    """A path as a person reads it: `rows[0][2]`, `$.title` below a JSON text."""
    text = ""
    for step in path:
        if step is Step.LAST:
            text += " (its last item)"
        elif step is Step.JSON:
            text += "$"
        elif isinstance(step, int):
            text += f"[{step}]"
        elif not isinstance(step, Step):
            text += f".{step}" if text else str(step)
    return text


def _http_words(path: Path) -> str:
    known = _HTTP_WORDS.get(path[0], path[0])
    return f"{known} {words(path[1:])}".rstrip()


def _changed(span: Span, part: str, path: Path, rules: Rules, change: Callable[[Any], Any] | None = None) -> Changes:
    new = changed_at(span.raw[part], path, change or (lambda old: other(old, rules)))
    return {span.span_id: {**span.raw, part: new}}


def _swap(one: Span, two: Span) -> Changes:
    return {
        one.span_id: {**one.raw, "outputValue": two.output_value},
        two.span_id: {**two.raw, "outputValue": one.output_value},
    }


def _other_path(path: str, rules: Rules) -> str:
    """Another last segment; `/` itself becomes a path that nobody serves."""
    front, slash, last = path.rstrip("/").rpartition("/")
    tail = path[len(path.rstrip("/")) :] if last else ""
    return f"{front}{slash}{other(last, rules)}{tail}" if last else f"{path}changed"


def _other_query(inner: Path, rules: Rules, target: str) -> str:
    path, _, query = target.partition("?")
    return f"{path}?{changed_at(query, inner, lambda old: other(old, rules))}"


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
