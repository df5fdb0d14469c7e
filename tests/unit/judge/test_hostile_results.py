"""What no CLI prints: reported as what it is, however long it is."""

from __future__ import annotations

import pytest

from e2e_common.artifacts.failure import one_line
from e2e_common.judge.results import ResultsError, Totals, parse_results, parse_stalls, parse_totals
from tests.unit.judge.test_results import ID, printed

MANY = 20_000


@pytest.mark.parametrize("mark", ["\ufeff", "\0", "\x08", "\x7f", "\x1a", "\x0e"])
def test_a_character_that_stands_in_no_text(mark: str) -> None:
    with pytest.raises(ResultsError) as told:
        parse_results(f"{mark}{printed()}".encode())
    assert str(told.value) == f"results.json holds {mark!r} before the first result: no CLI prints that"
    assert parse_results(mark.encode()) == []
    with pytest.raises(ResultsError):
        parse_results(f"{printed()}{mark}".encode())


def test_utf_16() -> None:
    for text, says in ((printed().encode("utf-16"), "not UTF-8: byte 0"), (printed().encode("utf-16-le"), "cut off")):
        with pytest.raises(ResultsError, match=says):
            parse_results(text)


def test_colours_before_the_first_result_are_none_of_them() -> None:
    assert len(parse_results(f"\x1b[33m\twarning\x1b[0m\r\n{printed()}".encode())) == 1


def test_many_and_long_ones() -> None:
    """What was quadratic took minutes."""
    assert len(parse_results((printed() * MANY).encode())) == MANY
    with pytest.raises(ResultsError, match=f"line {6 * MANY + 1}: text that is no result: 'xxx"):
        parse_results((printed() * MANY).encode() + b"x" * (10 << 20))
    blank = b"\n" * (10 << 20)
    assert parse_totals(blank + b"Tests: 1 total, 1 passed, 0 failed\n") == Totals(1, 1, 0, 0)
    assert parse_stalls(blank + f'msg="Failed to set time travel" traceID={ID}\n'.encode()) == [ID]


def test_what_steers_a_terminal_is_not_shown() -> None:
    assert one_line("a\x1b[2J\x9b31m\u202eb\ud800\tc\nd é") == "a?[2J?31m?b? c d é"
