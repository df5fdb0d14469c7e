"""The values of one recorded request whose change should make its replay fail, and minimal changes to them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import combinations, product
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

from e2e_common.artifacts.call_text import describe
from e2e_common.artifacts.failure import shorten
from e2e_common.artifacts.traces import Span
from e2e_common.judge.evidence import TraceFile
from e2e_common.judge.rules.recording import is_call
from e2e_common.tusk.traces import by_start

MOST = 20  # values to try per request
WORD = "changed"
HTTP = ("http", "https")
DERIVED = frozenset({"bodySize", "chunk_count"})  # computed by the SDK from another value
_PORT = re.compile(r"(?<=127\.0\.0\.1):\d+")  # differs in every run: a cluster names its nodes by port
_OF_HTTP = {
    "statusCode": "status", "statusMessage": "reason phrase", "headers": "response header", "body": "response body",
}  # fmt: skip
_NEXT = {one: more for row in (digits, ascii_lowercase, ascii_uppercase) for one, more in zip(row, row[1:] + row[0])}
_JSON_STYLES = [
    partial(json.dumps, separators=separators, ensure_ascii=ascii_only)
    for separators, ascii_only in product(((",", ":"), (", ", ": "), (",", ": ")), (False, True))
]

Changes = Mapping[str, "dict[str, Any] | None"]
Leaves = Iterator[tuple[str, Callable[[], Any]]]
"""For each value that contains no other, and for the last item of each list: its path (`rows[0][2]`, `$.title` in a
JSON text), and what makes a copy of the whole in which it is changed, encoded as before."""


@dataclass(frozen=True)
class RecordedValue:
    """`key`: its name within the request, the same in every run. `place`: the request or the outbound call, as text
    that may differ between runs. `what`: description. `group`: each group has one value chosen before any has a second.
    `change`: returns span id → changed span, or None to leave it out."""

    key: str
    place: str
    what: str
    group: str
    change: Callable[[], Changes]


def find(file: TraceFile) -> Iterator[RecordedValue]:
    """Yields every value of the request that `file` recorded."""
    calls = _in_order(span for span in file.spans if is_call(span))
    for number, span in enumerate(calls, start=1):
        call = f"outbound {number} {span.library}"
        place = f"{call} {called(span)}"
        for what, name, change in _of_result(span):
            changed = partial(_changed, span, "outputValue", name, change)
            yield RecordedValue(f"{call} result {_PORT.sub('', what)}", place, what, name, changed)
        without = partial(dict.fromkeys, [span.span_id])  # in a group of its own: each call is left out once
        yield RecordedValue(f"{call} missing the call itself", place, "the call itself", f"{call} missing", without)
    results = [json.dumps(span.output_value, sort_keys=True) for span in calls]  # as text: 1 is not True
    for (first, one), (second, two) in combinations(enumerate(calls), 2):
        if one.library == two.library and results[first] != results[second]:
            key = f"outbound {first + 1} and {second + 1} {one.library}"
            place = f"{key} {shorten(called(one), 60)}, {shorten(called(two), 60)}"
            what = "which of them had which result"
            yield RecordedValue(f"{key} swapped", place, what, "swapped", partial(_swap, one, two))
    if (root := file.root) is not None:
        for what, name, change in _of_request(root):
            changed = partial(_changed, root, "inputValue", name, change)
            yield RecordedValue(f"request {what}", "the request", what, f"request {what.split(maxsplit=1)[0]}", changed)


def _in_order(calls: Iterable[Span]) -> list[Span]:
    """Returns the calls in an order that is the same in every run: by start, or by library and text if some overlap."""
    ordered = by_start(calls)
    if any(later.start_ns < earlier.end_ns for earlier, later in zip(ordered, ordered[1:])):
        ordered.sort(key=lambda span: (span.library, called(span)))
    return ordered


def choose(values: Sequence[RecordedValue], seed: str, most: int = MOST) -> list[RecordedValue]:
    """Returns at most `most` of the values, in their order: one of every group, then by rank, a hash of seed and key.
    The choice is the same in every run, and a new value replaces at most one other."""
    by_rank = sorted(values, key=lambda value: sha256(f"{seed}\n{value.key}".encode(errors="surrogatepass")).digest())
    first = {value.group: value for value in reversed(by_rank)}
    chosen = sorted(by_rank, key=lambda value: first[value.group] is not value)[:most]  # the sort is stable
    return sorted(chosen, key=values.index)


Parts = Iterator[tuple[str, str, Callable[[], Any]]]
"""A description, the key of the span's input or output, and what makes the changed value of that key."""


def _of_result(span: Span) -> Parts:
    http = span.package_name in HTTP
    for name, value in span.output_value.items():
        encoded = http and name == "body" and isinstance(value, str)
        found = (leaves_of_base64 if encoded else leaves)(value, "" if http else name)
        for path, change in found if name not in DERIVED else ():
            yield f"{_OF_HTTP.get(name, name)} {path}".rstrip() if http else path, name, change


def _of_request(root: Span) -> Parts:
    """Method, path, query and body of the replayed request."""
    method, target, body = (root.input_value.get(name) for name in ("method", "target", "body"))
    yield "method", "method", lambda: "POST" if method == "GET" else "GET"
    path, mark, query = str(target).partition("?")
    yield "path", "target", lambda: _other_path(path) + mark + query
    for name, change in within(lambda new: f"{path}?{new}", leaves_of_form(query)):
        yield f"query {name}", "target", change
    if body:
        headers = {name.lower(): str(value) for name, value in (root.input_value.get("headers") or {}).items()}
        is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        for name, change in leaves_of_base64(body, inner=leaves_of_form if is_form else leaves):
            yield f"body {name}".rstrip(), "body", change


def called(span: Span) -> str:
    """Returns an outbound call on one line, without host and port, which differ in every run."""
    value = span.input_value
    if value.get("url"):
        return shorten(f"{value.get('method', '')} {value.get('path') or value['url']}", 80)
    return shorten(describe(span.name, {"query": value["query"]} if value.get("query") else value), 80)


def _changed(span: Span, part: str, name: str, change: Callable[[], Any]) -> Changes:
    return {span.span_id: {**span.raw, part: {**span.raw[part], name: change()}}}


def _swap(one: Span, two: Span) -> Changes:
    return {span.span_id: {**span.raw, "outputValue": by.output_value} for span, by in ((one, two), (two, one))}


def leaves(value: Any, path: str = "") -> Leaves:
    """Yields the leaves of a value at `path`, including those in encoded texts (JSON, base64). Of {"__bytes__": true,
    "encoding": …, "value": …} (redis) only those of `value`."""
    if isinstance(value, dict) and value:
        is_tagged = value.get("__bytes__") is True or value.get("__float__") is True
        for key in ["value"] if is_tagged and "value" in value else value:
            encoded = key == "__bytes__" and isinstance(value[key], str)
            inner = (leaves_of_base64 if encoded else leaves)(value[key], f"{path}.{key}" if path else key)
            yield from within(partial(_with, value, key), inner)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from within(partial(_with, value, index), leaves(item, f"{path}[{index}]"))
        yield f"{path} (its last item)", lambda: value[:-1]
    elif isinstance(value, str) and (style := _json_style(value)):
        document, write = style
        yield from within(write, leaves(document, f"{path}$"))
    else:
        yield path, partial(other, value)


def leaves_of_base64(text: str, path: str = "", inner: Callable[[Any, str], Leaves] = leaves) -> Leaves:
    """Yields the leaves that `inner` finds in base64 `text`; the text itself if it is not base64, or empty."""
    data = _decoded(text)
    return within(_encoded, inner(data, path)) if data else iter([(path, partial(other, text))])


def leaves_of_form(text: str | bytes, _: str = "") -> Leaves:
    parts = text.split("&") if isinstance(text, str) else []
    for index, part in enumerate(parts):
        name, _, old = part.partition("=")
        if part:
            changed = _with(parts, index, f"{name}={other(old)}")
            yield f"{index + 1} {name}", partial("&".join, changed)


def within(outer: Callable[[Any], Any], inner: Leaves) -> Leaves:
    """Returns the leaves `inner` of a whole that is put into another one by `outer`."""

    def around(change: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: outer(change())

    return ((path, around(change)) for path, change in inner)


def other(value: Any) -> Any:
    """Returns a slightly different value of the same type: a text with another letter or digit in its middle, of the
    same kind, or with a letter more if it has none."""
    if isinstance(value, (bool, int, float)):
        return not value if isinstance(value, bool) else value + 1
    if isinstance(value, bytes):
        middle = len(value) // 2
        return value[:middle] + bytes([(value[middle] + 1) % 256]) + value[middle + 1 :]
    if isinstance(value, (list, dict)):  # they are empty
        return [WORD] if isinstance(value, list) else {WORD: True}
    if not isinstance(value, str) or not value:
        return WORD
    places = [index for index, letter in enumerate(value) if letter in _NEXT]
    if not places or "%" in value:  # not into a percent escape
        return f"{value}x"
    place = min(places, key=lambda index: abs(index - len(value) // 2))
    return value[:place] + _NEXT[value[place]] + value[place + 1 :]


def _other_path(path: str) -> str:
    """Changes the last segment; `/` becomes a path without a handler."""
    front, slash, last = path.rstrip("/").rpartition("/")
    tail = path[len(path.rstrip("/")) :]
    return f"{front}{slash}{other(last)}{tail}" if last else f"{path}changed"


def _with(value: Any, key: Any, new: Any) -> Any:
    """Returns a copy of the dict or list `value` with `new` at `key`."""
    copy = value.copy()
    copy[key] = new
    return copy


def _decoded(text: str) -> str | bytes:
    """Returns the content of base64 `text`, as text if it is UTF-8; empty if it is not base64. The SDK checks for it in
    the same way (requests, httpx)."""
    try:
        data = base64.b64decode(text, validate=True)
        return data.decode() if base64.b64encode(data).decode() == text else ""
    except UnicodeDecodeError:
        return data
    except ValueError:
        return ""


def _encoded(value: Any) -> str:
    return base64.b64encode(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")).decode()


def _json_style(text: str) -> tuple[Any, Callable[[Any], str]] | None:
    """Returns the object or list in a JSON text, and a function that writes it in the same style. None if it is not
    JSON or of an unknown style: the style must not be what differs."""
    try:
        document = json.loads(text) if text.startswith(("{", "[")) else None
    except (ValueError, RecursionError):
        return None
    body = text.rstrip()
    style = next((dumps for dumps in _JSON_STYLES if document is not None and dumps(document) == body), None)
    return (document, lambda value: style(value) + text[len(body) :]) if style else None
