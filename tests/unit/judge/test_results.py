"""The strict decoder of what the CLI prints; what no CLI prints is reported as what it is, however long it is."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import json
from typing import Any

import pytest

from e2e_common.judge.results import Result, Totals, parse_results, parse_stalls, parse_totals

ID = "28b08b01f00b40c2db391bc44de5e8c8"
OTHER = "1d9f8a3aedd6f2edd29811f53bc42457"
MANY = 20_000
MARKS = ("\ufeff", "\0", "\x08", "\x7f", "\x1a", "\x0e")  # which stand in no text
FIRST = "  ↳ Loaded 17 suite spans (8 unique traces, 0 pre-app-start) (0.0s)\n⚠️ no sandbox\n"


def printed(**changes: Any) -> str:
    values = {"test_id": ID, "passed": True, "cancelled": False, "duration": 3, **changes}
    return json.dumps({key: value for key, value in values.items() if value is not ...}, indent=2) + "\n"


def read(text: str) -> list[Result]:
    """The results of valid output."""
    results, problem = parse_results(text.encode())
    assert not problem
    return results


def test_reads_objects_one_after_the_other_behind_the_first_lines() -> None:
    deviation = {"field": "response.status", "expected": 200, "actual": 500, "description": "HTTP status code mismatch"}
    second = printed(test_id=OTHER, passed=False, deviations=[deviation], crashed_server=True, error="EOF")
    results = [Result(ID, True, False, 3), Result(OTHER, False, False, 3, True, False, (deviation,), "EOF")]
    assert parse_results((FIRST + printed() + second).encode()) == (results, "")


def test_line_ends_of_another_system() -> None:
    assert parse_results(printed().replace("\n", "\r\n").encode()) == parse_results(printed().encode())


def test_keys_of_a_later_cli_are_no_error() -> None:
    assert len(read(printed(trace_file="x.jsonl"))) == 1


@pytest.mark.parametrize("text", ["", "[]\n", "[]", FIRST, FIRST + "[]\n", "Segmentation fault\n", "null\n", "2\n"])
def test_no_object_is_no_result(text: str) -> None:
    assert read(text) == []


NO_ID = r"here: Expected `str` matching regex '\\A[0-9a-f]{32}\\Z' - at `$.test_id`"
# fmt: off
WRONG = {
    "cut off in the first": (printed()[:-10], 0, "line 1: the result that begins here: broken or cut off"),
    "cut off in the second": (printed() + printed()[:20], 1, "line 7: the result that begins here: broken or cut off"),
    "text between": (printed() + "panic!\n" + printed(), 1, "line 7: text that is no result: 'panic!"),
    "a comma between": (printed() + "," + printed(), 1, "text that is no result: ','"[:-1]),
    "a list": ("[" + printed() + "]", 1, "text that is no result: ']'"),
    "[] behind": (printed() + "[]", 1, "text that is no result: '[]'"),
    "a blank that JSON does not know": (printed() + "\u00a0" + printed(), 1, "text that is no result"),
    "passed as text": (printed(passed="false"), 0, "here: Expected `bool`, got `str` - at `$.passed`"),
    "passed null": (printed(passed=None), 0, "here: Expected `bool`, got `null` - at `$.passed`"),
    "passed missing": (printed(passed=...), 0, "here: Object missing required field `passed`"),
    "cancelled missing": (printed(cancelled=...), 0, "here: Object missing required field `cancelled`"),
    "cancelled as text": (printed(cancelled="false"), 0, "Expected `bool`, got `str` - at `$.cancelled`"),
    "crashed as number": (printed(crashed_server=0), 0, "Expected `bool`, got `int` - at `$.crashed_server`"),
    "retried as text": (printed(retried_after_crash="no"), 0, "got `str` - at `$.retried_after_crash`"),
    "id missing": (printed(test_id=...), 0, "here: Object missing required field `test_id`"),
    "id too short": (printed(test_id=ID[:-1]), 0, NO_ID),
    "id with a newline": (printed(test_id=ID + "\n"), 0, NO_ID),
    "id in capitals": (printed(test_id=ID.upper()), 0, NO_ID),
    "duration missing": (printed(duration=...), 0, "here: Object missing required field `duration`"),
    "duration true": (printed(duration=True), 0, "here: Expected `int`, got `bool` - at `$.duration`"),
    "deviations null": (printed(deviations=None), 0, "here: Expected `array`, got `null` - at `$.deviations`"),
    "deviations of text": (printed(deviations=["x"]), 0, "Expected `object`, got `str` - at `$.deviations[0]`"),
    "error a list": (printed(error=[]), 0, "here: Expected `str`, got `array` - at `$.error`"),
    "a key twice": ('{"passed": true, "passed": false}', 0, "'passed' is there twice"),
    "NaN": (printed(duration=float("nan")), 0, "NaN is no JSON"),
    "the other key twice": ('{"passed": true, "error": "", "error": "EOF"}', 0, "line 1: the result that begins here: the key 'error' is there twice"),
    "cut off behind blank lines": ("\n\n" + printed()[:-10], 0, "line 3: the result that begins here: broken or cut off"),
    "a long text between": (printed() + "z" * 60, 1, f"line 7: text that is no result: '{'z' * 39}\u2026'"),
    "a duration below nothing": (printed(duration=-1), 0, "here: Expected `int` >= 0 - at `$.duration`"),
    "a duration beyond reason": (printed(duration=10**9), 0, "here: Expected `int` <= 999999999 - at `$.duration`"),
    "a duration beyond a float": (printed(duration=10**400), 0, "here: Expected `int` <= 999999999 - at `$.duration`"),
    "what steers a terminal": (printed() + "a\x1b[2J\x9b31m\u202eb", 1, "line 7: text that is no result: 'a?[2J?31m?b'"),
    "too deep": ('{"a":' * 100_000, 0, "recursion"),
}
# fmt: on


@pytest.mark.parametrize(("text", "before", "says"), WRONG.values(), ids=WRONG)
def test_anything_else_is_an_error_that_says_where(text: str, before: int, says: str) -> None:
    results, problem = parse_results(text.encode())
    assert problem.startswith("results.json, line ") and says in problem
    assert [result.test_id for result in results] == [ID] * before


@pytest.mark.parametrize("duration", [0, 1, 10**9 - 1])
def test_durations(duration: int) -> None:
    assert read(printed(duration=duration))[0].duration_ms == duration


# fmt: off
UNREADABLE = {
    "not UTF-8": (b"abc\xff" + printed().encode(), "x.json is not UTF-8: byte 3"),
    "UTF-16": (printed().encode("utf-16"), "x.json is not UTF-8: byte 0"),
    "UTF-16, without a mark": (printed().encode("utf-16-le"), "x.json, line 1: the result that begins here: broken or cut off"),
    "cut off": (b"\n{", "x.json, line 2: the result that begins here: broken or cut off"),
    **{f"{ord(mark)} before a result": (f"{mark}{printed()}".encode(), f"x.json holds {mark!r} before the first result: no CLI prints that") for mark in MARKS},
    **{f"{ord(mark)} behind a result": (f"{printed()}{mark}".encode(), "x.json, line 7: text that is no result: ") for mark in MARKS},
}
# fmt: on


@pytest.mark.parametrize(("data", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_the_errors_name_the_file_that_was_read(data: bytes, says: str) -> None:
    assert parse_results(data, "x.json")[1].startswith(says)


def test_what_stands_before_a_result_or_in_it() -> None:
    assert [read(mark) for mark in MARKS] == [[]] * len(MARKS), "without a result it is not looked at"
    assert len(read(printed(error="\x7f"))) == 1, "nor is what a result says"
    assert len(read(f"\x1b[33m\twarning\x1b[0m\r\n{printed()}")) == 1, "a terminal's colours"


def test_many_and_long_ones() -> None:
    """What was quadratic took minutes."""
    results, problem = parse_results((printed() * MANY).encode() + b"x" * (10 << 20))
    assert (len(results), f"line {6 * MANY + 1}: text that is no result: 'xxx" in problem) == (MANY, True)
    blank = b"\n" * (10 << 20)
    assert parse_totals(blank + b"Tests: 1 total, 1 passed, 0 failed\n") == (Totals(1, 1, 0, 0), "")
    assert parse_stalls(blank + f'msg="Failed to set time travel" traceID={ID}\n'.encode()) == [ID]


BODY = {"field": "response.body", "expected": {"id": 1}, "actual": None, "description": "mismatch"}
LONG = {"expected": "e" * 90, "actual": "a" * 90}
OF_A = {"field": "a", "description": "b", "actual": "\u00e9"}
EOFS = "EOF\n" * 200
# fmt: off
COMPLAINTS: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({}, ""),
    "no reason": ({"passed": False}, "did not pass (the CLI gives no reason)"),
    "cancelled": ({"cancelled": True}, "cancelled"),
    "crashed": ({"retried_after_crash": True, "crashed_server": True}, "crashed server; retried after crash"),
    "a long error": ({"passed": False, "error": EOFS}, f"{('EOF ' * 30)[:119]}\u2026"),
    "a deviation": ({"passed": False, "deviations": [BODY]}, 'response.body: mismatch (expected {"id": 1}, got null)'),
    "passed, with a deviation": ({"deviations": [{}]}, "passed in spite of: ?: ? (expected null, got null)"),
    "passed, with both": ({"error": "EOF", "deviations": [OF_A]}, 'passed in spite of: a: b (expected null, got "\u00e9"); EOF'),
    "a long deviation": ({"passed": False, "deviations": [LONG]}, f'?: ? (expected "{"e" * 78}\u2026, got "{"a" * 78}\u2026)'),
}
TOTALS: dict[str, tuple[bytes, Totals | None]] = {
    "one failed": ("➤ Running\n\nTests: 11 total, 10 passed, 1 failed\nTotal elapsed\n".encode(), Totals(11, 10, 1, 0)),
    "crashed": (b"Tests: 2 total, 0 passed, 1 failed, 1 crashed server\r\n", Totals(2, 0, 1, 1)),
    "not UTF-8": (b"\xff\nTests: 1 total, 1 passed, 0 failed\n", Totals(1, 1, 0, 0)),
    "twice": (b"Tests: 1 total, 1 passed, 0 failed\n" * 2, Totals(1, 1, 0, 0)),
    "indented": (b"x\n \tTests: 1 total, 1 passed, 0 failed\nx\n", Totals(1, 1, 0, 0)),
    "behind a dash": (b"x\n- Tests: 1 total, 1 passed, 0 failed\nx\n", None),
    "behind text": (b"msg Tests: 1 total, 1 passed, 0 failed", None),
    "empty": (b"", None),
    "no tests": (b"No tests found\n", None),
    "cut off": (b"Tests: 11 total, 10 pas", None),
    "negative": (b"Tests: -2 total, -2 passed, 0 failed", None),
}
# fmt: on


@pytest.mark.parametrize(("changes", "says"), COMPLAINTS.values(), ids=COMPLAINTS)
def test_only_a_clean_pass_has_no_complaint(changes: dict[str, Any], says: str) -> None:
    assert read(printed(**changes))[0].complaint() == says


@pytest.mark.parametrize(("log", "totals"), TOTALS.values(), ids=TOTALS)
def test_totals(log: bytes, totals: Totals | None) -> None:
    assert parse_totals(log) == (totals, "")


def test_several_totals_are_an_error() -> None:
    problem = "logs/tusk-cli.log holds several totals lines ('Tests: N total, \u2026') that differ"
    assert parse_totals(b"Tests: 1 total, 1 passed, 0 failed\nTests: 2 total, 2 passed, 0 failed\n") == (None, problem)
