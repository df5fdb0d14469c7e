"""The unpatched-dependency check over the logs of replay."""

from __future__ import annotations

import textwrap

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


def found(text: str) -> list[tuple[str, str | None]]:
    warnings, problems = scan({LOG: text.encode()})
    assert problems == []
    assert all(item.kind == UNPATCHED for item in warnings)
    return [(item.method, item.trace_id) for item in warnings]


@pytest.mark.parametrize("text", [QUIET, DEBUG])
def test_a_log_without_warnings(text: str) -> None:
    assert scan({LOG: text.encode()}) == ([], [])


def test_each_warning_counts_also_one_that_says_the_same_again() -> None:
    text = START + (warning("connect", A) + warning("sendall", A)) * 3 + warning("connect", B)
    assert found(text) == [("connect", A), ("sendall", A)] * 3 + [("connect", B)]


@pytest.mark.parametrize("width", [7, 20, 40, 80])
def test_a_wrapped_warning_is_found(width: int) -> None:
    assert found(START + "\n".join(textwrap.wrap(warning("send", A), width))) == [("send", A)]
    line = warning("send", A).splitlines()[0]
    assert found(START + "\n".join(line[at : at + width] for at in range(0, len(line), width))) == [("send", A)]


def test_a_missing_trace_id_is_none_and_not_that_of_the_next_warning() -> None:
    assert found(START + warning("connect", "") + warning("sendall", B)) == [("connect", None), ("sendall", B)]
    assert found(START + warning("connect", "None")) == [("connect", None)]
    assert found(START + "[SocketInstrumentation] TCP connect()") == [("connect", None)]


def test_a_changed_wording_is_found_all_the_same() -> None:
    assert found(START + warning("connect", A).replace("called", "used").replace("unpatched", "unknown")) == [
        ("connect", A)
    ]
    assert found(START + warning("connect", A).replace("[SocketInstrumentation] TCP connect()", "TCP")) == [("?", A)]
    assert found(START + warning("connect", A).replace("connect()", "connection")) == [("?", A)]


def test_warnings_that_follow_each_other_closely_are_distinguished() -> None:
    def line(method: str, trace: str) -> str:
        return warning(method, trace).partition("\n")[0] + "\n"

    assert found(START + line("connect", "") + line("sendall", A)) == [("connect", None), ("sendall", A)]
    text = START + line("connect", "") + line("sendall", A) + line("send", B)
    for words in ("unpatched", "unknown"):
        expected = [("connect", None), ("sendall", A), ("send", B)]
        assert found(text.replace("unpatched", words)) == expected


def test_a_warning_without_its_beginning_is_one_of_its_own() -> None:
    likely = "likely unpatched dependency. traceId="
    beside = f"[SocketInstrumentation] TCP connect() was used, traceId={A}\n{likely}{B}\n"
    assert found(START + beside) == [("connect", A), ("?", B)]
    assert found(f"{START}likely unpatched dependency {'x' * 500} {likely}{B}\n") == [("?", None), ("?", B)]


def background(trace_id: str | None) -> SocketWarning:
    return SocketWarning(BACKGROUND, "", trace_id, LOG)


def test_each_background_call_counts_also_when_its_line_is_broken() -> None:
    text = (START + BACKGROUND_TEXT * 2).encode()
    assert scan({LOG: text}) == ([background(None)] * 2, [])
    assert scan({LOG: text.replace(b"request det", b"request\n   det")}) == ([background(None)] * 2, [])


def test_a_background_call_is_of_the_test_that_was_running() -> None:
    parts = [START + BACKGROUND_TEXT, QUIET, BACKGROUND_TEXT * 2]
    offsets = [sum(map(len, parts[:count])) for count in (1, 2)]
    began = list(zip(offsets, (A, B)))
    expected = [background(B), background(B), background(None)]
    assert scan({LOG: "".join(parts).encode()}, began) == (expected, [])
    broken = [(offsets[0] - 40, A)]  # whatever an account says, no call is lost
    assert len(scan({LOG: "".join(parts).encode()}, broken)[0]) == 3


def test_with_two_logs_nobody_knows_whose_a_background_call_is() -> None:
    warnings, _ = scan({LOG: (START + BACKGROUND_TEXT).encode(), "other.log": QUIET.encode()}, [(0, A)])
    assert warnings == [background(None)]


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
    warnings, problems = scan(logs)
    assert warnings == []
    assert len(problems) == 1
    assert problems[0][0] == (LOG if logs else "logs/")
    assert problems[0][1].startswith(says)


def test_a_log_that_is_not_utf8_is_searched_too() -> None:
    warnings, problems = scan({LOG: b"\xff" + warning("connect", A).encode()})
    assert [item.trace_id for item in warnings] == [A]
    assert len(problems) == 1


def test_white_space_beyond_ascii_is_taken_out_too() -> None:
    text = warning("connect", A).replace("TCP ", "TCP\u2003\x1f").replace("traceId", "trace\xa0Id")
    assert found(START + text) == [("connect", A)]
