"""What a changed SDK does to a recording: two recordings of the locked SDK and one of the changed SDK, compared request
by request.

Compared are all leaves of all spans, and of what the SDK asked and reported in replay (mocks.jsonl). Left out are ids,
times, and what differs between the two recordings of the locked SDK. Of such a text only its shape is compared, if both
have the same: `id-4711` and `id-4712` have the shape `id-#`.
"""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e_common.artifacts.call_text import text_of
from e2e_common.artifacts.facts import ABSENT, identical
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.artifacts.traces import Span, parse_trace

LEFT_OUT = ("traceId", "spanId", "parentSpanId", "timestamp", "duration", "stackTrace")
OF_MOCKS = ("event", "at", "trace_id", "span_id", "matched_trace", "matched_span", "closest", "detail")
AT_START = "(before the application was ready)"
_CHANGING = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{8,}\b|\d+")
_PORT = re.compile(r"(?<=\d\.\d\.\d):\d+")
_NUMBER = re.compile(r"\[\d+\]")
_LENGTH = re.compile(r"(length|size)$", re.IGNORECASE)

Leaves = Mapping[str, Any]
"""JSON path → scalar; empty objects and lists count as scalars."""


@dataclass(frozen=True)
class Difference:
    """`part`: the span or the replay's event as text; `path`: a JSON path in it, empty if it is new or gone."""

    request: str
    part: str
    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        if not self.path:
            return f"{self.part}: {'new' if self.before is ABSENT else 'gone'}"
        before, after = (value if value is ABSENT else json.dumps(value, ensure_ascii=False) for value in self.values)
        return f"{self.part}: {self.path}: {before} → {after}"

    @property
    def values(self) -> tuple[Any, Any]:
        return self.before, self.after


@dataclass(frozen=True)
class Part:
    """A span, or an event of the replay. `key`: what it is matched by, before its order."""

    key: str
    text: str
    leaves: Leaves

    def outline(self) -> Part:
        """The part with the type of each leaf in place of its value, and without the length of lists."""
        return Part(
            self.key, self.key, {_NUMBER.sub("[]", path): type(value).__name__ for path, value in self.leaves.items()}
        )


Recorded = Mapping[str, Sequence[Part]]
"""Request → its parts in order."""


def differences(first: Recorded, second: Recorded, changed: Recorded) -> list[Difference]:
    """What differs in `changed`, for the requests that it has. `first`, `second`: recordings of the locked SDK."""
    found = []
    for request in changed:
        one, other, parts = (recording.get(request, ()) for recording in (first, second, changed))
        if any(_is_random(*pair) for pair in _paired(one, other)):
            one, other, parts = ([part.outline() for part in some] for some in (one, other, parts))
        twins = {id(part): twin for part, twin in _paired(one, other)}
        for before, after in _paired(one, parts):
            found += [Difference(request, *rest) for rest in _between(before, twins.get(id(before)), after)]
    return found


def _is_random(one: Part | None, twin: Part | None) -> bool:
    """Whether the request itself is random (the order of a set, of threads): more differs than an id or a time."""
    if one is None or twin is None:
        return True
    return any(_shape(one.leaves.get(path)) != _shape(twin.leaves.get(path)) for path in {*one.leaves, *twin.leaves})


def _between(one: Part | None, twin: Part | None, other: Part | None) -> Iterator[tuple[str, str, Any, Any]]:
    if one is None or other is None:
        if other is not None:
            yield other.text, "", ABSENT, ...
        elif one is not None and twin is not None:
            yield one.text, "", ..., ABSENT
        return
    has_changing = twin is None or one.leaves != twin.leaves
    for path in dict.fromkeys([*one.leaves, *other.leaves]):
        before, again, after = (part.leaves.get(path, ABSENT) if part else ABSENT for part in (one, twin, other))
        if identical(before, after) or identical(again, after) or (has_changing and _LENGTH.search(path)):
            continue
        if identical(before, again) or _shape(before) != _shape(after):
            yield one.text, path, before, after


def _shape(value: Any) -> Any:
    return _CHANGING.sub("#", value) if isinstance(value, str) else type(value)


def _paired(some: Sequence[Part], others: Sequence[Part]) -> Iterator[tuple[Part | None, Part | None]]:
    """Pairs of parts: of the same text in order, then of the same key in order, then without a partner."""
    left, right = dict(enumerate(some)), dict(enumerate(others))
    names: tuple[Callable[[Part], Any], ...] = (
        lambda part: part.text,
        lambda part: _shape(part.text),
        lambda part: _shape(part.key),
    )
    for name in names:
        waiting = defaultdict(list)
        for number, part in right.items():
            waiting[name(part)].append(number)
        for number, part in list(left.items()):
            if waiting[name(part)]:
                yield left.pop(number), right.pop(waiting[name(part)].pop(0))
    yield from ((part, None) for part in left.values())
    yield from ((None, part) for part in right.values())


def read(run: RunFolder) -> Recorded:
    """The recording in a run's folder, with its replay if that was by the bundled CLI. Raises HarnessError (2) if there
    is none."""
    services = {address: f"<{name}>" for name, address in run.read_recording().services.items()}
    names = {str(row["n"]): row["name"] for row in requests_of(run)}
    traces: dict[str, list[Span]] = defaultdict(list)
    for path in sorted(run.traces.glob("*.jsonl")):
        for span in parse_trace(path.name, path.read_bytes()):
            traces[span.trace_id].append(span)
    requests = {
        trace_id: next((names.get(span.request or "", AT_START) for span in spans if span.is_root), AT_START)
        for trace_id, spans in traces.items()
    }
    found: dict[str, list[Part]] = {name: [] for name in names.values()}
    for trace_id, spans in traces.items():
        found.setdefault(requests[trace_id], []).extend(_parts(spans, services))
    for event in _events(run):
        if event["event"] in ("mock", "inbound", "alert"):
            part = {key: value for key, value in event.items() if key not in OF_MOCKS}
            key = f"in replay, {event['event']} {event.get('instrumentation', '')}".rstrip()
            text = f"{key} {event.get('asked', '')}".rstrip()
            found.setdefault(requests.get(event["trace_id"], AT_START), []).append(_part(key, text, part, services))
    return found


def requests_of(run: RunFolder) -> list[dict[str, Any]]:
    """The lines of requests.jsonl, without the last."""
    return [row for row in map(json.loads, run.requests.read_bytes().splitlines()) if "n" in row]


def _parts(spans: Sequence[Span], services: Mapping[str, str]) -> list[Part]:
    texts = {span.span_id: text_of(span) for span in spans}
    parts = []
    for span in sorted(spans, key=lambda span: span.start_ns):
        raw = {key: value for key, value in span.raw.items() if key not in LEFT_OUT}
        raw["parent"] = texts.get(span.parent_span_id, "")
        parts.append(_part(f"{span.package_name} {span.name}", text_of(span), raw, services))
    return parts


def _part(key: str, text: str, raw: Any, services: Mapping[str, str]) -> Part:
    def named(value: Any) -> Any:
        if isinstance(value, str):
            for address, name in services.items():
                value = value.replace(address, name)
        return value

    return Part(key, named(text), {path: named(value) for path, value in _leaves("$", raw)})


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(f"{path}.{_PORT.sub(':#', key)}", item)
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from _leaves(f"{path}[{number}]", item)
    elif path.endswith(".body") and isinstance(content := _decoded(value), (dict, list)):
        yield from _leaves(path, content)
    else:
        yield path, str(value) if isinstance(value, (dict, list)) else value


def _decoded(body: Any) -> Any:
    """A recorded body, which is base64, as JSON; None if it is not both."""
    try:
        return json.loads(base64.b64decode(body, validate=True))
    except (TypeError, ValueError):
        return None


def _events(run: RunFolder) -> list[dict[str, Any]]:
    path = Path(run.root, "mocks.jsonl")
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.is_file() else []
