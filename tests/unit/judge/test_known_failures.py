"""known_causes.yaml and known_failures.yaml: their shape, what an entry is about, and what it knows of a failure."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from e2e_common.artifacts.facts import Fact
from e2e_common.artifacts.failure import Failure
from e2e_common.judge.known_failures import Cause, Entry, load_causes, load_entries
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


SENT: dict[str, dict[str, int]] = {"create order": {"requests": 2}, "list 1": {}, "list 2": {"redis": 1}, "health": {}}


def entries(text: str = TEXT) -> list[Entry]:
    return load_entries(parse_document(text, "known_failures.yaml"), CAUSES)


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
    head = (first.cause.id, first.requests, first.when)
    assert head == ("body-lost", ["create order", "list *"], {"sdk": ">=0.1.28"})
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
    "unknown cause": ([entry(cause="body-lots")], "known_causes.yaml has no cause 'body-lots'; did you mean body-lost"),
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
    "its line": (parse_document("x:\n  title: y\n  harms: z\n", "known_causes.yaml"), "known_causes.yaml:3: x: "),
}


@pytest.mark.parametrize(("raw", "says"), CAUSE_FAULTS.values(), ids=CAUSE_FAULTS)
def test_a_fault_of_the_catalogue_says_what_is_right(raw: Any, says: str) -> None:
    with pytest.raises(HarnessError) as caught:
        load_causes(raw if isinstance(raw, Document) else Document("known_causes.yaml", raw))
    assert says in str(caught.value)


def test_an_entry_is_about_names_globs_and_what_calls_out() -> None:
    named, calling = entries()
    assert named.names(SENT) == ["create order", "list 1", "list 2"]
    assert calling.names(SENT) == ["create order", "list 2"]
    assert loaded(entry(requests={"calls": "redis"}))[0].names(SENT) == ["list 2"]
    assert loaded(entry(requests=["(start)"]))[0].names(SENT) == ["(start)"]
    odd: dict[str, dict[str, int]] = {"GET /x?y=[1]": {}, "GET /x?y=1": {}}
    assert loaded(entry(requests=["GET /x?y=[1]"]))[0].names(odd) == ["GET /x?y=[1]", "GET /x?y=1"]


def failure(*facts: Fact, request: str | None = "create order", stage: str = "replay", rule: int = 3) -> Failure:
    return Failure(rule, stage, "wrong", "results.json", request, facts=facts)


def matched(known: list[Entry], *failures: Failure) -> Matched:
    return match(known, failures, SENT, reached=lambda *_: True)


ID, NAME = Fact("body", "$.id", 2), Fact("body", "$.name", "x")


def asked(*calls: str) -> list[Failure]:
    return [failure(Fact("unanswered", call), rule=7) for call in calls]


def test_what_is_pinned_and_does_not_show_is_fixed_unless_something_else_is_wrong_there() -> None:
    known = loaded(entry(replay={"body": {"$.id": 2, "$.name": "x"}, "status": 500}))
    found = matched(known, failure(ID))
    assert [each.pin.fact for each in found.unseen] == [NAME, Fact("status", "", 500)]
    assert found.fixed == found.unseen
    found = matched(known, failure(ID), failure(Fact("body", "$.new", 1)))
    assert (len(found.unseen), found.fixed) == (2, [])
    assert match(known, [], SENT, reached=lambda name, pin: pin.fact.kind == "status").unseen == found.unseen[1:]


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


def test_every_entry_of_every_suite_names_a_cause_and_every_cause_is_named() -> None:
    causes = load_causes(load_document(KNOWN_CAUSES))
    files = [SUITES / suite / "e2e-tests" / "known_failures.yaml" for suite in suite_names()]
    named = {each.cause.id for path in files if path.exists() for each in load_entries(load_document(path), causes)}
    assert set(causes) == named


WHOLE = Fact("body", "$", "Internal Server Error")
BEYOND = "{}: beyond the known failure body-lost (known_failures.yaml); wrong"
CALLS, ALL = {"unanswered": ["GET /a", "GET /a", "GET /..."]}, {"unanswered": "all"}


# fmt: off
@pytest.mark.parametrize(
    ("known", "failures", "standing", "unseen"),
    [
        pytest.param([{"replay": {"body": {"$.id": 2, "$.name": "..."}}}], [failure(ID, NAME)], [], [], id="all its facts are pinned"),
        pytest.param([{}, {"replay": {"body": {"$.name": "x", "$.id": 3}}}], [failure(ID, NAME)], [], [], id="by two entries"),
        pytest.param([{}], [failure(Fact("body", "$.id", 3))], [BEYOND.format("body $.id: 3")], ["$.id"], id="another value"),
        pytest.param([{}], [failure(NAME)], [BEYOND.format('body $.name: "x"')], ["$.id"], id="another part"),
        pytest.param([{}], [failure(Fact("status", "", 500))], [BEYOND.format("status: 500")], ["$.id"], id="another kind"),
        pytest.param([{}], [failure(ID, request="list 1")], ["wrong"], ["$.id"], id="another request"),
        pytest.param([{}], [failure(ID, stage="recording")], ["wrong"], ["$.id"], id="another stage"),
        pytest.param([{}], [failure(ID, request=None)], ["wrong"], ["$.id"], id="no request"),
        pytest.param([{}], [failure()], ["wrong"], ["$.id"], id="no fact"),
        pytest.param([{}], [failure(ID, rule=5), failure(ID, rule=6)], ["wrong", "wrong"], ["$.id"], id="past the instrumentation (rules 5 and 6)"),
        pytest.param([{}], [failure(ID, NAME)], [BEYOND.format('body $.name: "x"')], [], id="in part"),
        pytest.param([{}], [failure(ID, *(Fact("body", f"$.{key}", 1) for key in "abcde"))], [BEYOND.format("body $.a: 1, body $.b: 1, body $.c: 1 and 2 more")], [], id="in a small part"),
        pytest.param([{"replay": {"body": ["$.x"]}}], [failure(Fact("body", "$.x", 1))], [], [], id="any value of a path"),
        pytest.param([{"replay": {"body": ["$.x"]}}], [failure(Fact("body", "$.x.y[0]", 1), Fact("body", "$.x[1]", 1))], [], [], id="and what is below"),
        pytest.param([{"replay": {"body": ["$.x"]}}], [failure(Fact("body", "$.xy", 1))], [BEYOND.format("body $.xy: 1")], ["$.x"], id="and no other path"),
        pytest.param([{}, {"replay": {"body": {"$": WHOLE.value}, "status": 500}}], [failure(WHOLE)], [], [""], id="a part of what is wrong as a whole is not fixed"),
        pytest.param([{"replay": CALLS}], asked("GET /a", "GET /a", "GET /b"), [], [], id="calls"),
        pytest.param([{"replay": CALLS}], asked("GET /a", "GET /a", "GET /a", "GET /a"), [BEYOND.format("unanswered GET /a")], [], id="one call more than is pinned"),
        pytest.param([{"replay": CALLS}], asked("GET /b"), [], ["GET /a", "GET /a"], id="fewer calls than are pinned"),
        pytest.param([{"replay": ALL}], asked("GET /a", "GET /b"), [], [], id="all calls"),
        pytest.param([{"replay": ALL}], [], [], ["..."], id="all calls, and none is seen"),
        pytest.param([{"replay": {"unanswered": ["GET /a"]}}], asked("..."), [], [], id="a call that the CLI does not name"),
        pytest.param([{"replay": {"unanswered": ["GET /a"]}}], asked("...", "..."), [BEYOND.format("unanswered ...")], [], id="two calls that the CLI does not name"),
        pytest.param([{"requests": ["list *"]}], [failure(ID, request="list 1")], [], ["$.id"], id="a name: each request must show it"),
        pytest.param([{"requests": {"calls": "out"}}], [failure(ID, request="list 2")], [], [], id="a selector: one request must show it"),
        pytest.param([{"requests": {"calls": "out"}}], [], [], ["$.id", "$.id"], id="a selector, and none shows it"),
    ],
)
def test_what_entries_know(known: list[Any], failures: list[Failure], standing: list[str], unseen: list[str]) -> None:
    """`unseen`: the keys of the pins that do not show."""
    found = matched(loaded(*(entry(**changes) for changes in known)), *failures)
    assert ([each.message for each in found.standing], [each.pin.fact.key for each in found.unseen]) == (standing, unseen)
    rest = Counter(replace(each, message="wrong") for each in found.standing)
    assert Counter(failures) - rest == Counter(each for each, _ in found.known)


def test_the_facts_of_failures_are_by_request_and_stage_without_what_is_never_known() -> None:
    found = facts_of([failure(ID), failure(NAME), failure(ID, stage="run"), failure(ID, rule=6), failure(request=None)])
    assert found == {("create order", "replay"): [ID, NAME]}
