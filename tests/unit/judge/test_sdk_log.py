"""The SDK's lines in the application's log, as a suite's src/app.py formats them."""

from __future__ import annotations

import pytest

from e2e_common.judge.rules.logs import LogLine, lines

AT = 1_790_000_000  # 2026-09-21 14:13:20 UTC
FIRST = b"2026-09-21 14:13:20,007 [TuskDrift] INFO it starts\n"
SECOND = b"2026-09-21 14:13:21,500 [TuskDrift] ERROR "


def test_time_level_text_and_place_of_each_line() -> None:
    log = b"Serving\n" + FIRST + b"\nother\n" + SECOND + b"no: [TuskDrift] INFO\r\n\n" + FIRST
    assert list(lines(log)) == [
        LogLine(AT + 0.007, "INFO", "it starts", 8, 2),
        LogLine(AT + 1.5, "ERROR", "no: [TuskDrift] INFO", 8 + len(FIRST) + 7, 5),
        LogLine(AT + 0.007, "INFO", "it starts", log.rindex(FIRST), 7),
    ]


@pytest.mark.parametrize(
    "log",
    [
        b"",
        b"2026-09-21T14:13:20 [TuskDrift] before src/app.py has formatted them\n",
        b"2026-09-21T14:13:20,007 [TuskDrift] INFO x\n",
        b"2026-09-21 14:13:20 [TuskDrift] INFO x\n",
        b"2026-09-21 14:13:20,007 [TuskDrift] x\n",
        b"2026-09-21 14:13:20,007 [Tusk] INFO x\n",
        b" 2026-09-21 14:13:20,007 [TuskDrift] INFO x\n",
        b"it says 2026-09-21 14:13:20,007 [TuskDrift] INFO x\n",
        b"2026-13-21 14:13:20,007 [TuskDrift] INFO no such month\n",
        b"2026-09-31 14:13:20,007 [TuskDrift] INFO no such day\n",
        b"2026-09-21 24:13:20,007 [TuskDrift] INFO no such hour\n",
    ],
)
def test_what_only_looks_like_one_is_none(log: bytes) -> None:
    assert [(line.text, line.number) for line in lines(log + FIRST)] == [("it starts", log.count(b"\n") + 1)]


@pytest.mark.parametrize(
    ("end", "text"), [(b"\xff\0", ["\N{REPLACEMENT CHARACTER}\0"]), (b"", [""])], ids=["bytes", "cut"]
)
def test_a_line_at_the_end_may_be_cut_and_hold_anything(end: bytes, text: list[str]) -> None:
    assert [line.text for line in lines(SECOND + end)] == text
    assert list(lines(SECOND[:-3])) == []
