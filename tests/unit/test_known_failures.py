"""known_failures.yaml: its schema, its ranges and what a row excuses."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from typing import Any

import pytest

from e2e_common.conditions import applicable
from e2e_common.failure import Failure
from e2e_common.known_failures import KnownFailuresError, Row, excuse, load_rows, stale

ROW = {"request": "create order", "reason": "loses the body", "source": "issue 12", "at": "replay"}
TEXT = """
- request: create order
  reason: loses the body
  source: issue 12
  at: replay
  when:
    sdk: ">=0.1.28,<0.2"
    cli: official
"""
VERSIONS = {"sdk": "0.1.29", "python": "3.12.1", "flask": "3.2.0rc1", "rust_core": None, "odd": "dev"}


def row(**changes: Any) -> dict[str, Any]:
    return {key: value for key, value in {**ROW, **changes}.items() if value is not ...}


def rows(*raw: Any) -> list[Row]:
    return load_rows(list(raw))


def test_reads_text_bytes_and_rows() -> None:
    when = {"sdk": ">=0.1.28,<0.2", "cli": "official"}
    expected = [Row(1, "create order", "loses the body", "issue 12", "replay", when)]
    assert load_rows(TEXT) == load_rows(TEXT.encode()) == rows(row(when=when)) == expected
    assert load_rows("text", parse=lambda text: [row(reason=text)])[0].reason == "text"
    assert load_rows("") == load_rows("# nothing known\n") == load_rows([]) == []


FAULTS: dict[str, tuple[Any, str]] = {
    "no list": (dict(ROW), "known_failures.yaml must be a list of rows"),
    "no mapping": ([ROW, "text"], "row 2 must be a mapping with the keys request, reason, source, at, when"),
    "unknown key": ([row(reasn="x")], "row 1: unknown key 'reasn'; did you mean reason?"),
    "key that is no text": ([{**ROW, 7: "x"}], "row 1: unknown key '7'"),
    "no request": ([row(request=...)], "row 1: the key 'request' is missing"),
    "no reason": ([row(), row(reason=...)], "row 2: the key 'reason' is missing"),
    "empty source": ([row(source=" ")], "row 1: 'source' must be a text, not ' '"),
    "reason a list": ([row(reason=["x"])], "row 1: 'reason' must be a text, not ['x']"),
    "unknown stage": ([row(at="recoding")], "row 1: 'at' cannot be 'recoding'; did you mean recording?"),
    "no excuse for a run": ([row(at="run")], "row 1: 'at' cannot be 'run'"),
    "when a text": ([row(when=">=1")], "row 1: 'when' must map names to ranges"),
    "range a number": ([row(when={"python": 3.12})], "row 1: 'when: python' must be a text in quotes, not 3.12"),
    "range a version": ([row(when={"python": "3.12"})], "'when: python' is no range of versions: '3.12'"),
    "unknown CLI": ([row(when={"cli": "bundeld"})], "'when: cli' cannot be 'bundeld'; did you mean bundled?"),
}


@pytest.mark.parametrize(("raw", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_names_row_key_and_the_right_name(raw: Any, says: str) -> None:
    with pytest.raises(KnownFailuresError) as caught:
        load_rows("", parse=lambda _: raw)
    assert len(caught.value.problems) == 1
    assert says in caught.value.problems[0]
    assert caught.value.problems[0].startswith("known_failures.yaml")


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(KnownFailuresError) as caught:
        rows(row(at="x", reason=...), row(request=7))
    assert len(caught.value.problems) == 3


LONG = "z" * 80
CUT = f"'{'z' * 38}\u2026"  # of 40 characters, with the quote before them


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (LONG, f"known_failures.yaml must be a list of rows ('- request: \u2026'), not {CUT}"),
        ([LONG], f"row 1 must be a mapping with the keys request, reason, source, at, when, not {CUT}"),
        ([row(reason=[LONG])], f"row 1: 'reason' must be a text, not ['{'z' * 37}\u2026"),
        ([row(when=LONG)], f"row 1: 'when' must map names to ranges of versions, not {CUT}"),
        ([row(when={"sdk": [LONG]})], f"row 1: 'when: sdk' must be a text in quotes, not ['{'z' * 37}\u2026"),
    ],
)
def test_what_stands_there_is_shown_in_40_characters(raw: Any, says: str) -> None:
    with pytest.raises(KnownFailuresError) as caught:
        load_rows("", parse=lambda _: raw)
    assert caught.value.problems[0].endswith(says)


def test_the_error_is_all_its_problems() -> None:
    with pytest.raises(KnownFailuresError) as caught:
        rows(row(when={"python": 3.12, "cli": "bundeld", "sdk": "newest"}))
    assert len(caught.value.problems) == 3
    assert str(caught.value) == "; ".join(caught.value.problems)


def test_what_the_parser_says_is_told() -> None:
    def fails(text: str) -> Any:
        raise ValueError(text * 100)

    with pytest.raises(KnownFailuresError) as caught:
        load_rows(b"abc", parse=fails)
    assert caught.value.problems == (f"known_failures.yaml cannot be read: {('abc' * 100)[:199]}\u2026",)


@pytest.mark.parametrize("source", ["- [1", b"\xff", "&a [*a", "- !!python/object:os.system {}"])
def test_a_text_that_cannot_be_parsed(source: Any) -> None:
    with pytest.raises(KnownFailuresError):
        load_rows(source)


def applies(**when: str) -> bool | str:
    chosen, problems = applicable(rows(row(when=when)), VERSIONS, "bundled")
    return problems[0] if problems else bool(chosen)


def test_a_row_applies_where_all_its_ranges_hold() -> None:
    assert applies() is True
    assert applies(sdk="==0.1.29") is True
    assert applies(sdk="<0.1.29") is False
    assert applies(sdk=">=0.1", python=">=3.12", flask=">=3.1", cli="bundled") is True
    assert applies(sdk=">=0.1", python="<3.10") is False
    assert applies(cli="official") is False
    assert applies(rust_core=">=0") is False, "it is not installed"


def test_a_version_that_is_not_known_is_an_error() -> None:
    place = "known_failures.yaml, row 1 ('create order', at replay): 'when' names "
    assert applies(flaks=">=1") == place + "'flaks', whose version is unknown; did you mean flask?"
    assert applies(odd=">=1") == place + "'odd', whose version 'dev' cannot be compared"
    assert applies(clj=">=1") == place + "'clj', whose version is unknown; did you mean cli?"
    assert applicable(rows(row(when={"cli": "bundled"})), VERSIONS, "") == (
        [],
        [
            "known_failures.yaml, row 1 ('create order', at replay): 'when: cli' cannot be judged: "
            "replay.json does not say which CLI ran"
        ],
    )
    both = rows(row(when={"odd": ">=1", "flaks": ">=1"}), row(request="other", when={"odd": ">=1"}), row())
    chosen, problems = applicable(both, VERSIONS, "bundled")
    assert (chosen, len(problems)) == (both[2:], 3)


def failure(request: str | None, stage: str) -> Failure:
    return Failure(3, stage, "wrong", "results.json", request)


def test_a_row_excuses_all_failures_of_its_request_at_its_stage_and_no_others() -> None:
    at_replay, again = failure("create order", "replay"), failure("create order", "replay")
    others = [
        failure("create order", "recording"),
        failure("other", "replay"),
        failure(None, "replay"),
        failure("create order", "run"),
    ]
    known = rows(row())
    assert excuse(known, [at_replay, *others, again]) == (others, [(at_replay, known[0]), (again, known[0])])
    assert excuse([], others) == (others, [])


SAME = r"row 2 says the same as row 1 \('create order', at replay\): keep one of them"


def test_two_rows_may_name_one_stage_only_for_different_versions() -> None:
    with pytest.raises(KnownFailuresError, match=SAME):
        rows(row(reason="first"), row(reason="second"))
    assert len(rows(row(), row(when={"sdk": "<1"}), row(at="recording"))) == 3


def test_what_got_past_the_instrumentation_is_never_excused() -> None:
    leak = replace(failure("create order", "replay"), rule=6)
    assert excuse(rows(row()), [leak]) == ([leak], [])


def test_rows_that_excuse_nothing() -> None:
    known = rows(row(), row(request="create ordre"), row(at="recording"))
    problems = stale(
        known, [], sent=["create order", "health"], reached=lambda *place: place == ("create order", "replay")
    )
    assert problems == [
        "known_failures.yaml, row 1 ('create order', at replay): the request shows no failure there any more; "
        "remove this row",
        "known_failures.yaml, row 2 ('create ordre', at replay): the suite sends no such request; "
        "did you mean create order?",
    ]


@pytest.mark.parametrize("name", ["health", "create order", "it's late", "a*b"])
def test_the_command_that_shows_a_row_is_quoted_for_a_shell(name: str) -> None:
    command = rows(row(request=name))[0].command("flask")
    assert sorted(shlex.split(command)) == sorted([f"E2E_ONLY={name}", "make", "explain-flask"])
    assert ("'" in command) is (name != "health")
    assert ('"it\'s late"' in command) is (name == "it's late"), "as a person would write it"


def test_parsed_rows_need_no_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert len(rows(row())) == 1
    with pytest.raises(KnownFailuresError):
        load_rows(TEXT)
