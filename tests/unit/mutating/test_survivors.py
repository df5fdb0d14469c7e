"""survivors.yaml: read strictly, held against what stayed green."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from e2e_common.errors import HarnessError
from e2e_common.mutating import survivors as module
from e2e_common.mutating.facts import Fact
from e2e_common.mutating.survivors import FILE, Survivor, load, row_of, stale

GOOD = "- {request: one, what: status, reason: nobody asks}"
SENT = ["one", "two"]
VERSIONS = {"sdk": "0.1.29", "redis": "7.0.1"}


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[str], list[Any]]:
    """The rows of a suite whose file holds a text, without those of every suite."""

    def of(text: str) -> list[Any]:
        (tmp_path / FILE).write_text(text)
        return [row for row in load(tmp_path, SENT, VERSIONS) if not row.place.startswith("of every suite")]

    return of


def survivor(request: str, what: str, where: str = "outbound 1 redis GET a", library: str = "redis") -> Survivor:
    return request, Fact("key", "result", library, where, what, "group", dict)


def test_a_suite_without_the_file_has_the_rows_of_all(tmp_path: Path) -> None:
    found = load(tmp_path, SENT, VERSIONS)
    assert {row.place.rpartition(",")[0] for row in found} == {"of every suite, survivors.yaml"}
    assert all(not row.requests for row in found)


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]"])
def test_an_empty_file_has_none(rows: Callable[[str], list[Any]], text: str) -> None:
    assert rows(text) == []


def test_a_row_holds_what_it_names_and_no_more(rows: Callable[[str], list[Any]]) -> None:
    [row] = rows("- {request: [one, two], where: outbound 1 *, what: ['rows[0]*', status], reason: ' in\n two '}")
    assert row.reason == "in two"
    assert row.place == "survivors.yaml, row 1"
    assert row.holds(survivor("one", "rows[0][7]"))
    assert row.holds(survivor("two", "status", where="outbound 1 requests GET /\n"))
    assert not row.holds(survivor("three", "status"))
    assert not row.holds(survivor("one", "rows0"))
    assert not row.holds(survivor("one", "status code"))
    assert not row.holds(survivor("one", "status", where="outbound 10 redis GET a"))
    assert row.holds(survivor("one", "status"), "status")
    assert not row.holds(survivor("one", "status"), "rows[0]*")


def test_a_row_may_be_for_some_versions(rows: Callable[[str], list[Any]]) -> None:
    assert len(rows("- {request: one, what: status, reason: x, when: {redis: '<8', sdk: '>=0.1.28'}}")) == 1
    assert not rows("- {request: one, what: status, reason: x, when: {redis: '>=8'}}")


def test_the_first_row_counts(rows: Callable[[str], list[Any]]) -> None:
    both = rows(f"{GOOD}\n- {{request: one, what: '*', reason: later}}")
    assert row_of(both, survivor("one", "status")) is both[0]
    assert row_of(both, survivor("one", "other")) is both[1]
    assert row_of(both, survivor("two", "other")) is None


@pytest.mark.parametrize(
    ("library", "what", "where", "known"),
    [
        ("httpx", "reason phrase", "x", True),
        ("requests", "reason phrase", "x", False),
        ("requests", "response header Transfer-Encoding", "x", True),
        ("httpx", "response header content-encoding", "x", True),
        ("httpx", "response header content-type", "x", False),
        ("psycopg2", "errorName", "x", True),
        ("redis", "errorName", "x", False),
        ("psycopg", "errorMessage", "x", False),
        ("psycopg", "data[0]", "outbound 1 psycopg COPY item FROM STDIN", True),
        ("psycopg", "data[0]", "outbound 1 psycopg COPY item TO STDOUT", False),
    ],
)
def test_the_rows_of_every_suite_hold_what_their_reasons_are_about(
    tmp_path: Path, library: str, what: str, where: str, known: bool
) -> None:
    assert (row_of(load(tmp_path, SENT, VERSIONS), survivor("any", what, where, library)) is not None) == known


@pytest.mark.parametrize(
    ("survivors", "red", "told"),
    [
        ([survivor("one", "status")], [], []),
        ([], [], []),
        ([], [survivor("two", "status")], []),
        ([], [survivor("one", "status")], ["one", "status"]),
        ([], [survivor("one", "other")], ["one", "status"]),
        ([survivor("two", "status"), survivor("one", "other")], [], ["one", "status"]),
    ],
)
def test_a_row_for_what_stayed_green_nowhere_is_told(
    rows: Callable[[str], list[Any]], survivors: list[Survivor], red: list[Survivor], told: list[str]
) -> None:
    assert stale(rows(GOOD), survivors, survivors + red) == [
        f"survivors.yaml, row 1: nothing of {text!r} stays green there (any more); remove it" for text in told
    ]


def test_each_text_and_each_request_of_a_row_must_have_its_use(rows: Callable[[str], list[Any]]) -> None:
    both = rows("- {request: [one, two], what: [status, body], reason: nobody asks}")
    tried = [survivor(name, what) for name in SENT for what in ("status", "body")]
    assert stale(both, [survivor("one", "status")], tried) == [
        f"survivors.yaml, row 1: nothing of {text!r} stays green there (any more); remove it"
        for text in ("two", "body")
    ]
    assert stale(both, [survivor("one", "status"), survivor("two", "body")], tried) == []


def test_a_request_that_the_suite_does_not_send_is_told(rows: Callable[[str], list[Any]]) -> None:
    with pytest.raises(HarnessError) as raised:
        rows(GOOD.replace("one", "onee"))
    assert raised.value.code == 2
    assert str(raised.value) == "survivors.yaml, row 1: the suite sends no request 'onee'; did you mean one?"


def test_a_row_of_every_suite_must_hold_where_anything_is_like_it(tmp_path: Path) -> None:
    every = load(tmp_path, SENT, VERSIONS)
    phrase, error = survivor("one", "reason phrase", library="httpx"), survivor("two", "errorName", library="psycopg")
    assert stale(every, [], []) == []
    assert stale(every, [phrase], [phrase, survivor("two", "status", library="httpx")]) == []
    assert stale(every, [phrase], [phrase, error]) == [
        "of every suite, survivors.yaml, row 3: nothing of 'errorName' stays green there (any more); remove it"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: b", "must be a list of rows ('- request: …'), not {'a': 'b'}"),
        ("0", "must be a list of rows ('- request: …'), not 0"),
        ("- a", "survivors.yaml, row 1 must be a mapping with the keys request, where, what, reason, when, not 'a'"),
        (f"{GOOD}\n- {{what: status, reason: x}}", "survivors.yaml, row 2: the key 'request' is missing"),
        ("- {request: one, reason: x}", "the key 'what' is missing"),
        ("- {request: one, what: status}", "the key 'reason' is missing"),
        ("- {request: one, whta: status, reason: x}", "unknown key 'whta'; did you mean what?"),
        ("- {library: redis, request: one, what: status, reason: x}", "unknown key 'library'"),
        ("- {request: one, what: [], reason: x}", "'what' must be a text, or a list of texts, not"),
        ("- {request: one, what: [7], reason: x}", "'what' must be a text, or a list of texts, not"),
        ("- {request: one, what: status, reason: ' '}", "'reason' must be a text, not"),
        ("- {request: one, what: status, where: [a], reason: x}", "'where' must be a text, not"),
        ("- {request: , what: status, reason: x}", "'request' must be a text, or a list of texts, not"),
        ("- {request: one, what: status, reason: x, when: 7}", "'when' must map names to ranges of versions, not 7"),
        ("- {request: one, what: status, reason: x, when: {rediss: '<8'}}", "is unknown; did you mean redis?"),
        ("- [", "not YAML"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(rows: Callable[[str], list[Any]], text: str, told: str) -> None:
    with pytest.raises(HarnessError) as raised:
        rows(text)
    assert raised.value.code == 2
    assert told in str(raised.value)
    assert FILE in str(raised.value)


def test_those_of_every_suite_name_no_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path / "shared" / FILE
    shared.parent.mkdir()
    shared.write_text(GOOD)
    monkeypatch.setattr(module, "SHARED", shared)
    with pytest.raises(HarnessError, match=r"of every suite, survivors\.yaml, row 1: unknown key 'request'"):
        load(tmp_path, SENT, VERSIONS)
