"""Searches the replay logs for warnings about unpatched dependencies (rule 5 of the verdict). The search ignores white
space, so it finds messages that a terminal, a logger or a writer has split into several lines. A text that begins like
the warning counts, whatever follows. A call outside any request's context has no id: it belongs to the test that was
running, since the bundled CLI writes down the length of the log at the start of each test."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

UNPATCHED: Final = "unpatched"
BACKGROUND: Final = "background"

_WHITE = bytes(number for number in range(128) if chr(number).isspace())
_SDK_LINE = "[TuskDrift]"
_OPENING, _LIKELY = r"\[SocketInstrumentation\]TCP", "likelyunpatcheddependency"
# The start of the message, its next words, and the trace id: all parts that are present.
_WARNING = re.compile(
    rf"(?:{_OPENING}(?:(?P<method>\w{{1,40}})\(\))?(?:(?:(?!{_OPENING}|traceId=).){{0,400}}?{_LIKELY})?|{_LIKELY})"
    rf"(?:(?:(?!{_OPENING}|{_LIKELY}).){{0,400}}?traceId=(?P<trace_id>[0-9a-f]{{32}}))?"
)
_BACKGROUND = "Backgroundrequestdetectedduringreplay"


@dataclass(frozen=True)
class SocketWarning:
    """`kind`: unpatched, or background (a call outside any request's context, which has no method). `method`: of the
    socket (`connect`, `sendall`; `?` where the text has none). `trace_id`: None where it is unknown."""

    kind: Literal["unpatched", "background"]
    method: str
    trace_id: str | None
    file: str


def scan(
    logs: Mapping[str, bytes], began: Sequence[tuple[int, str]] = ()
) -> tuple[list[SocketWarning], list[tuple[str, str]]]:
    """Returns all warnings in `logs` (file name → bytes), and the faults of the logs as (file, message): missing,
    empty, cut, not UTF-8, or without lines of the SDK. `began`: (bytes in the log when the test began, trace id), in
    order; empty where unknown. Raises nothing."""
    if not logs:
        return [], [("logs/", "no logs/tusk-replay-*.log: without the application's output in replay nothing is known")]
    problems = [(name, f"{name} {problem}") for name, data in logs.items() if (problem := _unusable(data))]
    unpatched: list[SocketWarning] = []
    background: list[SocketWarning] = []
    hidden = "holds no line of the SDK ([TuskDrift] …): its log level hides warnings, or this is another log"
    silent = []
    for name, data in logs.items():
        text = _squeeze(data)
        silent += [] if _SDK_LINE in text else [(name, f"{name} {hidden}")]
        found = _WARNING.finditer(text)
        unpatched += [SocketWarning(UNPATCHED, match["method"] or "?", match["trace_id"], name) for match in found]
        background += _background(name, data, text.count(_BACKGROUND), began if len(logs) == 1 else ())
    return [*unpatched, *background], problems or silent


def _background(name: str, data: bytes, left: int, began: Sequence[tuple[int, str]]) -> Iterator[SocketWarning]:
    """The background warnings of one log, which contains `left` of them."""
    ends = [*(offset for offset, _ in began[1:]), len(data)]
    for (offset, trace_id), end in zip(began, ends):
        count = _squeeze(data[offset:end]).count(_BACKGROUND)
        left -= count
        yield from [SocketWarning(BACKGROUND, "", trace_id, name)] * count
    yield from [SocketWarning(BACKGROUND, "", None, name)] * left  # before the first test, or of an unknown one


def _squeeze(data: bytes) -> str:
    """The text without white space. Removes ASCII white space first, in one step, since a log may be long."""
    text = data.translate(None, _WHITE).decode(errors="replace")
    return text if text.isascii() else "".join(text.split())


def _unusable(data: bytes) -> str:
    if not data.strip():
        return "is empty: the application's output in replay was not kept"
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return f"is not UTF-8 (byte {error.start}): it cannot be searched for warnings in full"
    return "holds zero bytes: it was cut while it was being written" if b"\0" in data else ""
