"""e2e_common/report/values.py and text.py: what differs, and values and texts made fit to be read."""

from __future__ import annotations

import base64
from typing import Any

from e2e_common.artifacts.facts import ABSENT, Part
from e2e_common.judge.results import Result
from e2e_common.report import values
from e2e_common.report.text import clip, coloured, cut, plain, printable
from tests.unit.judge.good_run import ORDER
from tests.unit.report.made import deviation, encoded


def parts(expected: Any, actual: Any) -> list[Part]:
    """What differs of a body; a status that differs stands in front."""
    deviations = deviation(200, 500, "response.status"), deviation(expected, actual)
    status, *found = values.differences(Result(ORDER, False, False, 1, deviations=deviations))
    assert status == ("response.status", 200, 500)
    return found


def test_only_the_differing_parts_of_a_body() -> None:
    expected, actual = {"a": [True, {"id": 2}], "same": [1, 2.0]}, {"a": [1, {"id": 3}], "same": [1.0, 2]}
    assert parts(expected, actual) == [("response.body.a[0]", True, 1), ("response.body.a[1].id", 2, 3)]
    assert parts({"a": 1}, "<h1>500</h1>") == [("response.body", {"a": 1}, "<h1>500</h1>")]
    assert parts([1, 2], [1.0, 2]) == [("response.body[0]", 1, 1.0)], "where nothing else differs"
    assert parts([1], [1]) == [("response.body", [1], [1])], "never empty"
    deep: Any = 1
    for _ in range(3000):
        deep = [deep]
    assert parts(deep, [deep]) == [("response.body", deep, [deep])]


def test_values_are_decoded_by_their_schema() -> None:
    schema = {"properties": {"body": {"encoding": 1}, "rows": {"items": {"encoding": 1}}, "plain": {"type": 2}}}
    value = {"body": encoded([1]), "rows": [encoded("a"), "no base64!"], "plain": encoded(1), "more": 1}
    assert values.decoded(value, schema) == {"body": [1], "rows": ["a", "no base64!"], "plain": encoded(1), "more": 1}
    assert values.decoded([encoded(1)], 7) == [encoded(1)]
    assert values.body_of(base64.b64encode(b"tea").decode()) == "tea"
    binary = values.body_of(base64.b64encode(bytes(range(200, 240))).decode())
    assert binary.startswith("(40 bytes that are no text: c8 c9 ")


def test_values_take_the_lines_they_need_and_no_more() -> None:
    assert values.laid_out({"a": 1}, 99) == '{"a": 1}'
    assert values.laid_out({"a": "x" * 120}, 999) == f'{{\n  "a": "{"x" * 120}"\n}}'
    assert values.laid_out(["x" * 10] * 1000, 2000).endswith(" more characters")
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    assert values.laid_out(value, 50) == "<class 'list'>"


def test_headers_are_bounded() -> None:
    _, *headers, body = values.message({"headers": {str(number): "v" for number in range(99)}}, 10).splitlines()
    assert (len(headers), headers[-1], body) == (values.HEADERS + 1, "… 69 more", "body: none")


def test_excerpts_show_the_first_difference_and_what_is_not_there() -> None:
    assert values.excerpts(1, ABSENT) == ("1", "(absent)")
    one, other = values.excerpts("a" * 900, "a" * 900 + "b")
    assert one.startswith("…") and other.startswith("…") and other.endswith('ab"')
    assert max(map(len, values.excerpts(list(range(900)), []))) < 2 * values.EXCERPT
    found = values.diff_lines([("a", 1, 2)] * 50, 3)
    assert (len(found), found[-1]) == (8, "… and 47 more parts differ (results.json)")


def test_a_line_has_the_colour_of_its_mark() -> None:
    text = "✗ flask - a\nAsked for in replay\n  Not a title\n  - a\n  + b\n  | c\n✓ d\n -e"
    assert coloured(text).replace("\x1b", "") == (
        "[31m✗[0m flask - a\n[1mAsked for in replay[0m\n  Not a title\n  [31m- a[0m\n  [32m+ b[0m\n"
        "  [2m| c[0m\n[32m✓[0m d\n -e"
    )


def test_text_is_cut_and_printable() -> None:
    assert clip("x" * 1000) == "x" * 399 + "…"
    assert clip("a\x1b[2J\tb\n") == "a\\x1b[2J b\\n"
    assert printable("a\tb\nc é 日本 \U0001f600") == "a\tb\nc é 日本 \U0001f600"
    assert printable("\x00\r\x7f\u200b\u202e\ufeff\ud800") == "\\x00\\r\\x7f\\u200b\\u202e\\ufeff\\ud800"
    assert plain("\x1b[35m\x1b[1mPOST\x1b[0m\r\nnext") == "POST\nnext"
    assert (cut("abc", 3), cut("a" * 5_003, 3)) == ("abc", "aaa\n… cut: 5,000 more characters")
