"""The unpatched-dependency check over the logs of replay (replay-protocol.md, section 18; rule 5 of the verdict).

The text is searched with all white space taken out, so a message that a terminal, a logger or a writer has split over
lines is found all the same. Whatever begins like the warning counts, however its words go on.

A call outside any request's context is told apart by no id: it belongs to the test that was running, which the bundled
replayer's account says by the length that the log had when each test began.
"""

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
_WARNING = re.compile(
    rf"(?:{_OPENING}(?:(?P<method>\w{{1,40}})\(\))?(?:(?:(?!{_OPENING}|traceId=).){{0,400}}?{_LIKELY})?|{_LIKELY})"
    rf"(?:(?:(?!{_OPENING}|{_LIKELY}).){{0,400}}?traceId=(?P<trace_id>[0-9a-f]{{32}}))?"
)
"""The opening, the same message's next words, and the trace id: whatever of them is there."""
_BACKGROUND = "Backgroundrequestdetectedduringreplay"


@dataclass(frozen=True)
class SocketWarning:
    """`kind`: unpatched, or background (a call outside any request's context: it has no method). `method`: the socket's
    (`connect`, `sendall`; `?` where the text does not say). `trace_id` is None where it is not known."""

    kind: Literal["unpatched", "background"]
    method: str
    trace_id: str | None
    file: str


def scan(
    logs: Mapping[str, bytes], began: Sequence[tuple[int, str]] = ()
) -> tuple[list[SocketWarning], list[tuple[str, str]]]:
    """All warnings in `logs` (file name → bytes), and
    what is wrong with the logs themselves as (file, message): missing, empty, cut, not UTF-8, or without the SDK.
    `began`: (bytes in the log when the test began, trace id), in order; empty where nobody wrote that down. Raises
    nothing."""
    if not logs:
        return [], [("logs/", "no logs/tusk-replay-*.log: without the application's output in replay nothing is known")]
    texts = {name: _squeeze(data) for name, data in logs.items()}
    problems = [(name, problem) for name, data in logs.items() if (problem := _unusable(name, data))]
    hidden = "holds no line of the SDK ([TuskDrift] …): its log level hides warnings, or this is another log"
    silent = [name for name, text in texts.items() if _SDK_LINE not in text]
    problems = problems or [(name, f"{name} {hidden}") for name in silent]
    found = [
        SocketWarning(UNPATCHED, match["method"] or "?", match["trace_id"], name)
        for name, text in texts.items()
        for match in _WARNING.finditer(text)
    ]
    known = began if len(logs) == 1 else ()
    background = [
        warning
        for name, data in logs.items()
        for warning in _background(name, data, texts[name].count(_BACKGROUND), known)
    ]
    return [*found, *background], problems


def _background(name: str, data: bytes, left: int, began: Sequence[tuple[int, str]]) -> Iterator[SocketWarning]:
    """Those of one log, of which there are `left` in all."""
    ends = [*(offset for offset, _ in began[1:]), len(data)]
    for (offset, trace_id), end in zip(began, ends):
        count = _squeeze(data[offset:end]).count(_BACKGROUND)
        left -= count
        yield from [SocketWarning(BACKGROUND, "", trace_id, name)] * count
    yield from [SocketWarning(BACKGROUND, "", None, name)] * left  # before the first test, or nobody knows


def _squeeze(data: bytes) -> str:
    """The text without white space. That of ASCII goes first, at once: a log may be long."""
    text = data.translate(None, _WHITE).decode(errors="replace")
    return text if text.isascii() else "".join(text.split())


def _unusable(name: str, data: bytes) -> str:
    if not data.strip():
        return f"{name} is empty: the application's output in replay was not kept"
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return f"{name} is not UTF-8 (byte {error.start}): it cannot be searched for warnings in full"
    return f"{name} holds zero bytes: it was cut while it was being written" if b"\0" in data else ""
