"""The unpatched-dependency check over the logs of replay."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pytest

from e2e_common.judge.socket_warnings import BACKGROUND, UNPATCHED, SocketWarning, scan

A, B = "a1" * 16, "b2" * 16
LOG = "logs/tusk-replay-20260921-141320.log"
START = "2026-09-21T14:13:20 [TuskDrift] SDK initialized\n"
QUIET = START + 'Serving Flask app\n127.0.0.1 - - "GET /health HTTP/1.1" 200 -\n'
BACKGROUND_TEXT = (
    "2026-09-21 14:13:22,000 [TuskDrift] WARNING [ModeUtils] Background request detected during replay (no active "
    "trace context).\n"
)
DEBUG = START + (
    "2026-09-21 14:13:20,000 [TuskDrift] DEBUG [SocketInstrumentation] Initialized in REPLAY mode\n"
    "2026-09-21 14:13:20,000 [TuskDrift] DEBUG [SocketInstrumentation] Patched socket.socket methods\n"
)


def warning(method: str, trace: str) -> str:
    return (
        f"2026-09-21 14:13:22,000 [TuskDrift] WARNING [SocketInstrumentation] TCP {method}() called from inbound "
        f"request context, likely unpatched dependency. spanId=00000000000000ab, traceId={trace}\n"
        "2026-09-21 14:13:22,000 [TuskDrift] WARNING [SocketInstrumentation] Stack trace:\n"
        '  File "app.py", line 7, in leak\n    socket.create_connection(address)\n'
    )


LINE = warning("send", A).splitlines()[0]
BACKGROUND_CALL = SocketWarning(BACKGROUND, "", None, LOG)
FIRST_LINES = [
    warning(method, trace).partition("\n")[0] + "\n" for method, trace in (("connect", ""), ("sendall", A), ("send", B))
]
THREE = [("connect", None), ("sendall", A), ("send", B)]
LIKELY = "likely unpatched dependency. traceId="
# fmt: off
FOUND: dict[str, tuple[str, Sequence[tuple[str, str | None]]]] = {
    "none": (QUIET, []),
    "none, at the level DEBUG": (DEBUG, []),
    "each counts, also one that says the same again": ((warning("connect", A) + warning("sendall", A)) * 3 + warning("connect", B), [("connect", A), ("sendall", A)] * 3 + [("connect", B)]),
    "no id, and that of the next is not taken": (warning("connect", "") + warning("sendall", B), [("connect", None), ("sendall", B)]),
    "the id None": (warning("connect", "None"), [("connect", None)]),
    "the first words alone": ("[SocketInstrumentation] TCP connect()", [("connect", None)]),
    "other words": (warning("connect", A).replace("called", "used").replace("unpatched", "unknown"), [("connect", A)]),
    "without its first words": (warning("connect", A).replace("[SocketInstrumentation] TCP connect()", "TCP"), [("?", A)]),
    "no method": (warning("connect", A).replace("connect()", "connection"), [("?", A)]),
    "two close to each other": ("".join(FIRST_LINES[:2]), THREE[:2]),
    "three close to each other": ("".join(FIRST_LINES), THREE),
    "three close to each other, in other words": ("".join(FIRST_LINES).replace("unpatched", "unknown"), THREE),
    "one without its beginning": (f"[SocketInstrumentation] TCP connect() was used, traceId={A}\n{LIKELY}{B}\n", [("connect", A), ("?", B)]),
    "two without their beginning": (f"likely unpatched dependency {'x' * 500} {LIKELY}{B}\n", [("?", None), ("?", B)]),
    "white space beyond ASCII": (warning("connect", A).replace("TCP ", "TCP\u2003\x1f").replace("traceId", "trace\xa0Id"), [("connect", A)]),
    **{f"wrapped at {width}": ("\n".join(textwrap.wrap(warning("send", A), width)), [("send", A)]) for width in (7, 20, 40, 80)},
    **{f"cut at {width}": ("\n".join(LINE[at : at + width] for at in range(0, len(LINE), width)), [("send", A)]) for width in (7, 20, 40, 80)},
}
# fmt: on


@pytest.mark.parametrize(("text", "expected"), FOUND.values(), ids=FOUND)
def test_warnings_of_unpatched_dependencies(text: str, expected: Sequence[tuple[str, str | None]]) -> None:
    warnings = [SocketWarning(UNPATCHED, method, trace, LOG) for method, trace in expected]
    assert scan({LOG: (START + text).encode()}) == (warnings, [])


def test_each_background_call_counts_also_when_its_line_is_broken() -> None:
    text = (START + BACKGROUND_TEXT * 2).encode()
    for log in (text, text.replace(b"request det", b"request\n   det")):
        assert scan({LOG: log}) == ([BACKGROUND_CALL] * 2, [])


def test_a_background_call_is_of_the_test_that_was_running() -> None:
    parts = [START + BACKGROUND_TEXT, QUIET, BACKGROUND_TEXT * 2]
    offsets = [sum(map(len, parts[:count])) for count in (1, 2)]
    of_b = SocketWarning(BACKGROUND, "", B, LOG)
    assert scan({LOG: "".join(parts).encode()}, list(zip(offsets, (A, B)))) == ([of_b, of_b, BACKGROUND_CALL], [])
    broken = [(offsets[0] - 40, A)]  # whatever an account says, no call is lost
    assert len(scan({LOG: "".join(parts).encode()}, broken)[0]) == 3


def test_with_two_logs_nobody_knows_whose_a_background_call_is() -> None:
    warnings, _ = scan({LOG: (START + BACKGROUND_TEXT).encode(), "other.log": QUIET.encode()}, [(0, A)])
    assert warnings == [BACKGROUND_CALL]


def test_every_log_is_read() -> None:
    warnings, problems = scan({"a.log": QUIET.encode(), "b.log": warning("connect", A).encode()})
    assert (warnings, problems) == ([SocketWarning(UNPATCHED, "connect", A, "b.log")], [])


UNUSABLE = {
    "missing": ({}, "no logs/tusk-replay-*.log"),
    "empty": ({LOG: b""}, f"{LOG} is empty"),
    "blank": ({LOG: b" \n\n"}, f"{LOG} is empty"),
    "one of two empty": ({"other.log": QUIET.encode(), LOG: b""}, f"{LOG} is empty"),
    "not UTF-8": ({LOG: QUIET.encode() + b"\xe9"}, f"{LOG} is not UTF-8 (byte {len(QUIET)})"),
    "zero bytes": ({LOG: b"\0\0" + QUIET.encode()}, f"{LOG} holds zero bytes: it was cut while it was being written"),
    "without the SDK": ({LOG: b"Serving Flask app\n"}, f"{LOG} holds no line of the SDK"),
}


@pytest.mark.parametrize(("logs", "says"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_log_that_cannot_be_searched_is_never_no_warnings(logs: dict[str, bytes], says: str) -> None:
    warnings, [(name, problem)] = scan(logs)
    assert (warnings, name, problem.startswith(says)) == ([], LOG if logs else "logs/", True)


def test_a_log_that_is_not_utf8_is_searched_too() -> None:
    warnings, problems = scan({LOG: b"\xff" + warning("connect", A).encode()})
    assert ([item.trace_id for item in warnings], len(problems)) == ([A], 1)
