"""A failure as one line for a person."""

from __future__ import annotations

import pytest

from e2e_common.artifacts.failure import Failure, one_line, shorten


@pytest.mark.parametrize(
    ("failure", "line"),
    [
        (Failure(3, "replay", "EOF", "results.json", "create order"), "'create order': EOF (results.json)"),
        (Failure(3, "run", "EOF in results.json", "results.json"), "EOF in results.json"),
        (Failure(3, "run", "two\n lines", "x.log", ""), "'': two lines (x.log)"),
    ],
)
def test_a_line_names_the_request_and_the_file_once(failure: Failure, line: str) -> None:
    assert failure.line() == line
    assert failure.code == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (" a\t b\r\n c ", "a b c"),
        ("\ud800 caf\u00e9 \u2713", "? caf\u00e9 \u2713"),
        ("\x1b[31mred", "?[31mred"),
        ("", ""),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_shorten() -> None:
    assert [shorten("x" * length, 5) for length in (4, 5, 6)] == ["xxxx", "xxxxx", "xxxx\u2026"]
    assert [shorten("x" * length) for length in (120, 121)] == ["x" * 120, "x" * 119 + "\u2026"]
    assert shorten(7) == "7"
