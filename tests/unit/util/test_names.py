"""What E2E_ONLY selects."""

from __future__ import annotations

import pytest

from e2e_common.util.names import selects

NAMES = ("log in", "one call", "row or 404", "row or 404, and it is 404", "items[0]", "One more")


@pytest.mark.parametrize(
    ("only", "selected"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("one*", [1, 5]),
        ("ONE CALL", [1]),
        ("row or 404", [2]),
        ("row or 404*", [2, 3]),
        ("items[0]", [4]),
        ("log in or items[0] or one m?re", [0, 4, 5]),
        ("not row*", [0, 1, 4, 5]),
        ("not log in or one call", [2, 3, 4, 5]),
        ("nothing", []),
    ],
)
def test_a_name_a_pattern_several_or_all_others(only: str, selected: list[int]) -> None:
    assert [name for name in NAMES if selects(only, name)] == [NAMES[number] for number in selected]
