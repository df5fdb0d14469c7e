"""known_causes.yaml and known_failures.yaml: their shape, what an entry is about, and what it knows of a failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from e2e_common.artifacts.facts import Fact
from e2e_common.artifacts.failure import Failure
from e2e_common.judge.known_failures import (
    Cause,
    Entry,
    check_names,
    load_causes,
    load_entries,
)
from e2e_common.judge.known_matching import Matched, facts_of, match
from e2e_common.util.errors import HarnessError
from e2e_common.util.paths import KNOWN_CAUSES, SUITES, suite_names
from e2e_common.util.yaml_files import Document, load_document, parse_document
from tests.unit.judge.good_run import NAMED

CAUSES = {"body-lost": Cause(id="body-lost", **NAMED), "other": Cause(id="other", **NAMED)}
VERSIONS = {"sdk": "0.1.29", "recorded_by": "0.1.28", "python": "3.12.1", "flask": "3.2.0rc1", "rust_core": None}
TEXT = """
- cause: body-lost
  requests: [create order, 'list *']
  when: {sdk: ">=0.1.28"}
  recording:
    calls: {requests: 0}
  replay:
    status: 500
    body:
      $.id: 2
      $.at: "..."
    unanswered: [GET /a, GET /b]
- cause: other
  requests: {calls: out}
  replay:
    body: [$.x]
    not_asked: all
"""


@dataclass(frozen=True)
class Request:
    name: str
    calls: Mapping[str, int] = field(default_factory=dict)


SENT = [Request("create order", {"requests": 2}), Request("list 1"), Request("list 2", {"redis": 1}), Request("health")]


def entries(text: str = TEXT, causes: Mapping[str, Cause] = CAUSES) -> list[Entry]:
    return load_entries(parse_document(text, "known_failures.yaml"), causes)


def entry(**changes: Any) -> dict[str, Any]:
    raw = {"cause": "body-lost", "requests": ["create order"], "replay": {"body": {"$.id": 2}}, **changes}
    return {key: value for key, value in raw.items() if value is not ...}


def loaded(*raw: Any) -> list[Entry]:
    return load_entries(Document("known_failures.yaml", list(raw)), CAUSES)


def problem(raw: Any) -> str:
    with pytest.raises(HarnessError) as caught:
        load_entries(raw if isinstance(raw, Document) else Document("known_failures.yaml", raw), CAUSES)
    assert caught.value.code == 2
    return str(caught.value)


def test_entries_are_read_with_the_line_of_each_pin() -> None:
    first, second = entries()
    assert (first.cause.id, first.requests, first.when) == (
        "body-lost",
        ["create order", "list *"],
        {"sdk": ">=0.1.28"},
    )
    assert [(pin.stage, pin.fact, pin.place) for pin in first.pins] == [
        ("recording", Fact("calls", "requests", 0), "known_failures.yaml:6"),
        ("replay", Fact("status", "", 500), "known_failures.yaml:8"),
        ("replay", Fact("body", "$.id", 2), "known_failures.yaml:10"),
        ("replay", Fact("body", "$.at", "..."), "known_failures.yaml:11"),
        ("replay", Fact("unanswered", "GET /a"), "known_failures.yaml:12"),
        ("replay", Fact("unanswered", "GET /b"), "known_failures.yaml:12"),
    ]
    assert [(pin.fact, pin.place) for pin in second.pins] == [
        (Fact("body", "$.x", "..."), "known_failures.yaml:16"),
        (Fact("not_asked", "..."), "known_failures.yaml:17"),
    ]
    assert (first.place, second.place) == ("known_failures.yaml:2", "known_failures.yaml:13")
    assert entries("") == entries("# nothing is known\n") == loaded() == []


FAULTS: dict[str, tuple[Any, str]] = {
    "no list": ({"cause": "x"}, "Expected `array`, got `object`"),
    "no mapping": (["text"], "Expected `object`, got `str` - at `$[0]`"),
    "unknown key": ([entry(recoding={})], "unknown field `recoding` - at `$[0]`; did you mean recording?"),
    "unknown cause": (
        [entry(cause="body-lots")],
        "known_causes.yaml has no cause 'body-lots'; did you mean body-lost?",
    ),
    "no cause": ([entry(cause=...)], "missing required field `cause`"),
    "nobody has named it": ([entry(cause="unknown")], "the cause is still `unknown`: find it, and name one of"),
    "no requests": ([entry(requests=...)], "missing required field `requests`"),
    "no request": ([entry(requests=[])], "Expected `array` of length >= 1 - at `$[0].requests`"),
    "a number for a name": ([entry(requests=[404])], "Expected `str`, got `int` - at `$[0].requests[0]`"),
    "no such selector": ([entry(requests={"call": "out"})], "unknown field `call` - at `$[0].requests`"),
    "nothing differs": ([entry(replay=...)], "nothing says what differs, at expectation, recording, replay"),
    "an empty stage": ([entry(replay={})], "nothing says what differs"),
    "unknown kind": ([entry(replay={"bdy": {"$": 1}})], "unknown field `bdy` - at `$[0].replay`; did you mean body?"),
    "a status that is a list": ([entry(replay={"status": [500]})], "got `array` - at `$[0].replay.status`"),
    "a call that is a map": ([entry(replay={"unanswered": {"x": 1}})], "Expected `str | array`, got `object` - at"),
    "a call that is a text": ([entry(replay={"unanswered": "al"})], r"'\\Aall\\Z' - at `$[0].replay.unanswered`"),
    "no call": ([entry(replay={"unanswered": []})], "Expected `array` of length >= 1 - at `$[0].replay.unanswered`"),
    "a body that is a value": ([entry(replay={"body": 1})], "Expected `object | array`, got `int`"),
    "when a text": ([entry(when=">=1")], "Expected `object`, got `str` - at `$[0].when`"),
    "range a number": ([entry(when={"python": 3.12})], "Expected `str`, got `float` - at `$[0].when"),
}


@pytest.mark.parametrize(("raw", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_says_what_is_right(raw: Any, says: str) -> None:
    assert says in problem(raw)
    assert problem(raw).startswith("known_failures.yaml: ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- cause: body-lost\n  requests: [x]\n  replay:\n    bdy: {}\n", 4),
        ("- cause: body-lost\n  requests: [x]\n  replay:\n    status: 1\n    body: 1\n", 5),
        ("- cause: body-lost\n  requests:\n  - x\n  - 7\n  replay: {status: 1}\n", 4),
        ("\n- cause: nothing\n  requests: [x]\n", 2),
    ],
)
def test_a_fault_names_file_and_line(text: str, line: int) -> None:
    assert problem(parse_document(text, "known_failures.yaml")).startswith(f"known_failures.yaml:{line}: ")


CAUSE_FAULTS: dict[str, tuple[Any, str]] = {
    "no map": (["x"], "known_causes.yaml: Expected `object`, got `array`"),
    "no cause": ({"x": "y"}, "x: Expected `object`, got `str`"),
    "unknown key": ({"x": {**NAMED, "harms": "y"}}, "x: Object contains unknown field `harms`; did you mean harm?"),
    "unknown kind": ({"x": {**NAMED, "kind": "bugg"}}, "(bug|by-design|limit)"),
    "unknown harm": ({"x": {**NAMED, "harm": "some"}}, "(changes-the-application|not-recorded|wrong-replay|fidelity)"),
    "a number": ({"x": {**NAMED, "since": 0.1}}, "x: Expected `str`, got `float` - at `$.since`"),
    "no source": ({"x": {**NAMED, "source": ""}}, "- at `$.source`"),
}


@pytest.mark.parametrize(("raw", "says"), CAUSE_FAULTS.values(), ids=CAUSE_FAULTS)
def test_a_fault_of_the_catalogue_says_what_is_right(raw: Any, says: str) -> None:
    with pytest.raises(HarnessError) as caught:
        load_causes(Document("known_causes.yaml", raw))
    assert says in str(caught.value)


def test_a_fault_of_the_catalogue_names_its_line() -> None:
    with pytest.raises(HarnessError, match=r"^known_causes\.yaml:3: x: "):
        load_causes(parse_document("x:\n  title: y\n  harms: z\n", "known_causes.yaml"))


def test_an_entry_is_about_names_globs_and_what_calls_out() -> None:
    named, calling = entries()
    assert named.names(SENT) == ["create order", "list 1", "list 2"]
    assert calling.names(SENT) == ["create order", "list 2"]
    assert loaded(entry(requests={"calls": "redis"}))[0].names(SENT) == ["list 2"]
    assert loaded(entry(requests=["(start)"]))[0].names(SENT) == ["(start)"]
    odd = [Request("GET /x?y=[1]"), Request("GET /x?y=1")]
    assert loaded(entry(requests=["GET /x?y=[1]"]))[0].names(odd) == ["GET /x?y=[1]", "GET /x?y=1"]


@pytest.mark.parametrize(
    ("requests", "says"),
    [
        (["list *", "create ordre"], "the suite sends no request called 'create ordre'; did you mean create order?"),
        ({"calls": "httpx"}, "no request of the suite declares calls to 'httpx'"),
    ],
)
def test_an_entry_that_is_about_nothing_is_wrong(requests: Any, says: str) -> None:
    with pytest.raises(HarnessError) as caught:
        check_names(loaded(entry(requests=requests)), SENT)
    assert str(caught.value) == f"known_failures.yaml: {says}"
    check_names(entries(), SENT)


def failure(*facts: Fact, request: str | None = "create order", stage: str = "replay", rule: int = 3) -> Failure:
    return Failure(rule, stage, "wrong", "results.json", request, facts=facts)


def matched(known: list[Entry], *failures: Failure) -> Matched:
    return match(known, failures, SENT, reached=lambda *_: True)


ID, NAME = Fact("body", "$.id", 2), Fact("body", "$.name", "x")


def test_a_failure_is_known_where_all_its_facts_are_pinned() -> None:
    known = loaded(entry(replay={"body": {"$.id": 2, "$.name": "..."}}))
    found = matched(known, failure(ID, NAME))
    assert (found.standing, found.unseen) == ([], [])
    assert found.known == [(failure(ID, NAME), known[0])]


STANDING: dict[str, Failure] = {
    "another value": failure(Fact("body", "$.id", 3)),
    "another part": failure(NAME),
    "another kind": failure(Fact("status", "", 500)),
    "another request": failure(ID, request="list 1"),
    "another stage": failure(ID, stage="recording"),
    "no request": failure(ID, request=None),
    "no fact": failure(),
    "past the instrumentation (rule 6)": failure(ID, rule=6),
    "past the instrumentation (rule 5)": failure(ID, rule=5),
}


@pytest.mark.parametrize("other", STANDING.values(), ids=STANDING)
def test_nothing_else_is_known(other: Failure) -> None:
    found = matched(loaded(entry()), other)
    assert [replace(each, message="wrong") for each in found.standing] == [other]
    assert found.known == []


def test_where_something_else_is_pinned_the_message_says_so() -> None:
    (standing,) = matched(loaded(entry()), STANDING["another value"]).standing
    assert standing.message == "body $.id: 3: beyond the known failure body-lost (known_failures.yaml); wrong"
    (standing,) = matched(loaded(entry()), STANDING["another request"]).standing
    assert standing.message == "wrong"


def test_of_a_failure_that_is_partly_known_the_rest_stands_and_says_so() -> None:
    known = entries("- cause: body-lost\n  requests: [create order]\n  replay: {body: {$.id: 2}}\n")
    found = matched(known, failure(ID, NAME))
    assert [each.message for each in found.standing] == [
        'body $.name: "x": beyond the known failure body-lost (known_failures.yaml:1); wrong'
    ]
    assert found.standing[0].facts == (NAME,)
    assert found.known == [(failure(ID, NAME), known[0])]
    many = [Fact("body", f"$.{key}", 1) for key in "abcde"]
    assert (
        matched(known, failure(ID, *many))
        .standing[0]
        .message.startswith("body $.a: 1, body $.b: 1, body $.c: 1 and 2 more: beyond")
    )


def test_a_list_of_paths_is_for_any_value_and_what_is_below() -> None:
    known = loaded(entry(replay={"body": ["$.x"]}))
    assert matched(known, failure(Fact("body", "$.x", 1))).standing == []
    assert matched(known, failure(Fact("body", "$.x.y[0]", 1), Fact("body", "$.x[1]", 1))).standing == []
    assert matched(known, failure(Fact("body", "$.xy", 1))).known == []


def asked(*calls: str) -> list[Failure]:
    return [failure(Fact("unanswered", call), rule=7) for call in calls]


def test_a_pinned_call_stands_for_one_call() -> None:
    known = loaded(entry(replay={"unanswered": ["GET /a", "GET /a", "GET /..."]}))
    found = matched(known, *asked("GET /a", "GET /a", "GET /b"))
    assert (len(found.known), found.standing, found.unseen) == (3, [], [])
    found = matched(known, *asked("GET /a", "GET /a", "GET /a", "GET /a"))
    assert (len(found.known), len(found.standing)) == (3, 1)
    assert [each.pin.fact.key for each in matched(known, *asked("GET /b")).unseen] == ["GET /a", "GET /a"]


def test_all_calls_and_calls_that_a_cli_does_not_name() -> None:
    known = loaded(entry(replay={"unanswered": "all"}))
    assert matched(known, *asked("GET /a", "GET /b")).standing == []
    assert len(matched(known, *asked()).unseen) == 1
    known = loaded(entry(replay={"unanswered": ["GET /a"]}))
    assert matched(known, *asked("...")).standing == []
    assert len(matched(known, *asked("...", "...")).standing) == 1


def test_what_is_pinned_and_does_not_show_is_fixed_unless_something_else_is_wrong_there() -> None:
    known = loaded(entry(replay={"body": {"$.id": 2, "$.name": "x"}, "status": 500}))
    found = matched(known, failure(ID))
    assert [each.pin.fact for each in found.unseen] == [NAME, Fact("status", "", 500)]
    assert found.fixed == found.unseen
    found = matched(known, failure(ID), failure(Fact("body", "$.new", 1)))
    assert (len(found.unseen), found.fixed) == (2, [])
    assert match(known, [], SENT, reached=lambda name, pin: pin.fact.kind == "status").unseen == found.unseen[1:]


def test_a_pin_must_show_for_each_request_but_a_selectors_for_one() -> None:
    globs = loaded(entry(requests=["list *"]))
    assert [each.request for each in matched(globs, failure(ID, request="list 1")).unseen] == ["list 2"]
    calling = loaded(entry(requests={"calls": "out"}))
    assert matched(calling, failure(ID, request="list 2")).unseen == []
    assert len(matched(calling).unseen) == 2


def test_two_entries_may_pin_what_differs_of_one_request() -> None:
    known = loaded(entry(), entry(cause="other", replay={"body": {"$.name": "x", "$.id": 3}}))
    found = matched(known, failure(ID, NAME))
    assert (found.standing, found.unseen) == ([], [])


def test_a_part_of_what_is_wrong_as_a_whole_is_not_called_fixed() -> None:
    known = loaded(entry(), entry(cause="other", replay={"body": {"$": "Internal Server Error"}, "status": 500}))
    found = matched(known, failure(Fact("body", "$", "Internal Server Error")))
    assert [each.pin.fact for each in found.unseen] == [Fact("status", "", 500)]


def applies(cli_of_run: str = "bundled", **when: str) -> bool:
    return loaded(entry(when=when))[0].applies(VERSIONS, cli_of_run)


def test_an_entry_applies_where_all_its_ranges_hold() -> None:
    assert applies() is True
    assert applies(sdk="==0.1.29", recorded_by="<0.1.29", python=">=3.12", flask=">=3.1", cli="bundled") is True
    assert applies(sdk="<0.1.29") is False
    assert applies(recorded_by=">=0.1.29") is False
    assert applies(sdk=">=0.1", python="<3.10") is False
    assert applies(cli="official") is False
    assert applies("", cli="bundled") is False, "no CLI ran"
    assert applies(rust_core=">=0") is False, "it is not installed"


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ({"sdk": "<0.1", "flaks": ">=1"}, "'when' names 'flaks', whose version is unknown; did you mean flask?"),
        ({"sdk": "newest"}, "'when: sdk': Invalid specifier: 'newest' (a range is like '>=1.2,<2')"),
        ({"cli": "bundeld"}, "'when: cli' cannot be 'bundeld'; did you mean bundled?"),
    ],
)
def test_a_condition_that_cannot_be_compared_is_an_error(when: dict[str, str], says: str) -> None:
    with pytest.raises(HarnessError) as caught:
        applies(**when)
    assert str(caught.value) == f"known_failures.yaml: {says}"


def test_the_facts_of_failures_are_by_request_and_stage_without_what_is_never_known() -> None:
    found = facts_of([failure(ID), failure(NAME), failure(ID, stage="run"), failure(ID, rule=6), failure(request=None)])
    assert found == {("create order", "replay"): [ID, NAME]}


def test_every_entry_of_every_suite_names_a_cause_and_every_cause_is_named() -> None:
    causes = load_causes(load_document(KNOWN_CAUSES))
    files = [SUITES / suite / "e2e-tests" / "known_failures.yaml" for suite in suite_names()]
    named = {each.cause.id for path in files if path.exists() for each in load_entries(load_document(path), causes)}
    assert set(causes) == named
