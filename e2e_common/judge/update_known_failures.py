"""`make update-known-failures-<suite>`: updates known_failures.yaml from the last run.

Pinned facts get their current values, fixed ones are removed, and new ones are added with the cause `unknown`. A run
fails with usage error 2 until someone names that cause. Unchanged entries, comments and the order are kept.
"""

from __future__ import annotations

import copy
import difflib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from e2e_common.artifacts.facts import ANY, Fact
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.judge import judging
from e2e_common.judge.known_failures import ALL, CALLS, FILE, SCALARS, STAGES, UNKNOWN, Pin
from e2e_common.judge.known_matching import facts_of
from e2e_common.judge.verdict import Verdict, judge
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, usage
from e2e_common.util.paths import ROOT
from e2e_common.util.streams import say

WIDTH = 118
ONE_LINE = 100
HEAD = "# What the {} suite is known to fail, by cause (../../known_causes.yaml): which requests, and what differs.\n"

Entry = dict[str, Any]
"""A raw YAML entry of known_failures.yaml."""

Edit = tuple[Pin, "Fact | None"]
"""A pin that did not occur in this run, and the fact that replaces it."""


def main(argv: Sequence[str]) -> int:
    """Update the file of the suite `argv[0]` from its run on port `argv[1]`. Returns 0. Raises HarnessError (2) where
    there is no complete run."""
    if os.environ.get("CI"):
        raise usage("CI is set: what is known to fail is for a person to say; run this on your machine")
    options = parse_run("update-known-failures", argv)
    suite_dir = folder_of(options.suite)
    folder = RunFolder(ROOT / load_options()["E2E_OUT"] / f"{name_of(suite_dir)}-{options.port}")
    verdict = _verdict(folder, suite_dir)
    path = suite_dir / FILE
    old = path.read_text() if path.exists() else ""
    new = updated(old or HEAD.format(name_of(suite_dir)), verdict)
    if new != old:
        path.write_text(new)
    name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
    diff = difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, name)
    say("".join(diff) + "\n".join(_next_steps(old, new, verdict)))
    return Code.PASSED


def updated(text: str, verdict: Verdict) -> str:
    """Returns `text`, the text of a known_failures.yaml, updated from `verdict`."""
    new_facts = facts_of(verdict.failures)
    edits: dict[str, dict[str, list[Edit]]] = {}
    for unseen in verdict.unseen:
        successor = _take_successor(new_facts.get((unseen.request, unseen.pin.stage), []), unseen.pin)
        edits.setdefault(unseen.entry.place, {}).setdefault(unseen.request, []).append((unseen.pin, successor))
    head, blocks = _blocks(text)
    raw = yaml.safe_load(text) or []
    by_place = {entry.place: entry for entry in verdict.entries}
    for line, block in blocks.items():
        place = f"{FILE}:{line}"
        if place in edits:
            names = by_place[place].names(verdict.evidence.requests)
            revised = _revised(raw[list(blocks).index(line)], names, edits[place])
            kept = [row for row in block.splitlines(True) if row.lstrip().startswith("#") or not row.strip()]
            comments = "".join(kept)
            blocks[line] = comments + "\n".join(map(entry_text, revised)) if revised or comments.strip() else ""
    parts = [head, *blocks.values(), *(f"\n{entry_text(entry)}" for entry in _unnamed(new_facts))]
    return "".join(parts)


def entry_text(entry: Entry) -> str:
    """Returns an entry as YAML. Values that fit are written on one line."""
    shaped = {key: _flow(value) if key not in STAGES else _stage(value) for key, value in entry.items()}
    return yaml.dump([shaped], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


def stages_of(facts: Mapping[str, Iterable[Fact]]) -> Entry:
    """Returns stage → its facts, in the form of an entry."""
    stages: Entry = {}
    for stage in STAGES:
        for fact in facts.get(stage, ()):
            _pin(stages.setdefault(stage, {}), fact)
    return stages


def _verdict(folder: RunFolder, suite_dir: Any) -> Verdict:
    """Raises HarnessError (2) where there is no complete run to take facts from."""
    recording = folder.read_recording()
    if recording.partial:
        raise usage(f"the last run in {folder.root} sent only {recording.partial!r}: run all of the suite first")
    verdict = judge(judging.load_artifacts(folder, suite_dir), allow_unknown=True)
    if verdict.evidence.sent is None or not verdict.evidence.results:
        raise usage(f"the last run in {folder.root} did not come to its end: {verdict.reason}")
    if verdict.code == Code.USAGE:
        raise usage(verdict.reason)
    return verdict


def _next_steps(old: str, new: str, verdict: Verdict) -> Iterator[str]:
    if new == old:
        yield f"{FILE} is what the last run shows"
    for failure in [failed for failed in verdict.failures if not failed.facts and failed.file != FILE]:
        yield f"not to be pinned: {failure.line()}"
    if f"cause: {UNKNOWN}\n" in new:
        yield f"name the cause of each entry with the cause {UNKNOWN!r} (drift/instrumentation/known_causes.yaml)"
    if new != old:
        yield "docs/known-failures.md is made of it: scripts/e2e.sh known-failures --write"


def _take_successor(facts: list[Fact], pin: Pin) -> Fact | None:
    """Removes from `facts` the fact of the same kind and key as `pin`, with another value, and returns it."""
    if pin.fact.kind in CALLS:
        return None
    successor = next((fact for fact in facts if (fact.kind, fact.key) == (pin.fact.kind, pin.fact.key)), None)
    if successor:
        facts.remove(successor)
    return successor


def _blocks(text: str) -> tuple[str, dict[int, str]]:
    """Returns the head of a file, and line number of each entry → its text, including the comments before it."""
    lines = text.splitlines(True)
    starts = [number for number, line in enumerate(lines) if line.startswith("- ")]
    begins = []
    for start in starts:
        begin = start
        while begin and not lines[begin - 1].startswith(("-", " ")):
            begin -= 1
        begins.append(begin if begin and start != starts[0] else start)
    ends = [*begins[1:], len(lines)]
    blocks = {start + 1: "".join(lines[begin:end]) for start, begin, end in zip(starts, begins, ends)}
    return "".join(lines[: begins[0]] if begins else lines), blocks


def _revised(entry: Entry, names: Sequence[str], edits: Mapping[str, Sequence[Edit]]) -> list[Entry]:
    """Splits an entry after its edits (request name → edits): one entry for each group of requests with the same
    facts."""
    groups: dict[str, tuple[Entry, list[str]]] = {}
    for name in names:
        stages = copy.deepcopy({stage: entry[stage] for stage in STAGES if stage in entry})
        for pin, successor in edits.get(name, ()):
            _unpin(stages, pin)
            if successor:
                _pin(stages.setdefault(pin.stage, {}), successor)
        groups.setdefault(json.dumps(stages), (stages, []))[1].append(name)
    head = {key: value for key, value in entry.items() if key not in STAGES}
    if len(groups) == 1:
        stages = next(iter(groups.values()))[0]
        return [{**head, **stages}] if stages else []
    return [{**head, "requests": requests, **stages} for stages, requests in groups.values() if stages]


def _unnamed(new_facts: Mapping[tuple[str, str], Sequence[Fact]]) -> Iterator[Entry]:
    """Entries for facts that no entry pins, one for each group of requests with the same facts."""
    by_request: dict[str, dict[str, Sequence[Fact]]] = {}
    for (request, stage), facts in new_facts.items():
        if facts:
            by_request.setdefault(request, {})[stage] = facts
    groups: dict[str, tuple[Entry, list[str]]] = {}
    for request, stages in by_request.items():
        raw = stages_of(stages)
        groups.setdefault(json.dumps(raw), (raw, []))[1].append(request)
    for raw, requests in groups.values():
        yield {"cause": UNKNOWN, "requests": requests, **raw}


def _pin(stage: Entry, fact: Fact) -> None:
    if fact.kind in SCALARS:
        stage[fact.kind] = fact.value
    elif fact.kind in CALLS:
        stage[fact.kind] = ALL if fact.key == ANY else [*stage.get(fact.kind, []), fact.key]
    else:
        known = stage.get(fact.kind, {})
        stage[fact.kind] = {**(known if isinstance(known, dict) else dict.fromkeys(known, ANY)), fact.key: fact.value}


def _unpin(stages: Entry, pin: Pin) -> None:
    kinds = stages[pin.stage]
    raw, key = kinds[pin.fact.kind], pin.fact.key
    if isinstance(raw, dict):
        del raw[key]
    elif isinstance(raw, list):
        raw.remove(key)
    if not isinstance(raw, (dict, list)) or not raw:
        del kinds[pin.fact.kind]
    if not kinds:
        del stages[pin.stage]


class _FlowList(list[Any]):
    pass


class _FlowDict(dict[str, Any]):
    pass


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(
    _FlowList, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)
_Dumper.add_representer(
    _FlowDict, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)
)


def _flow(value: Any) -> Any:
    if isinstance(value, list):
        return _FlowList(map(_flow, value))
    return _FlowDict({key: _flow(item) for key, item in value.items()}) if isinstance(value, dict) else value


def _stage(kinds: Entry) -> Entry:
    """Flow style where the whole stage fits on one line, else one line for each kind."""
    if len(str(kinds)) < ONE_LINE and len(kinds) == 1:
        return _flow(kinds)  # type: ignore[no-any-return]
    return {kind: _flow(raw) if len(str(raw)) < ONE_LINE else _block(raw) for kind, raw in kinds.items()}


def _block(raw: Any) -> Any:
    return {key: _flow(value) for key, value in raw.items()} if isinstance(raw, dict) else raw
