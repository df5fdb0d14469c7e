"""`make update-known-failures-<suite>`: updates known_failures.yaml from the last run. Pinned facts get their current
values, fixed ones are removed, and new ones are added with the cause `unknown`: a run fails with usage error 2 until
someone names it. Unchanged entries, comments and the order are kept."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from e2e_common.artifacts.facts import ANY, Fact
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.judge import judging
from e2e_common.judge.known_failures import ALL, CALLS, FILE, SCALARS, STAGES, UNKNOWN, Entry
from e2e_common.judge.known_matching import facts_of
from e2e_common.judge.verdict import Verdict, judge
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, usage
from e2e_common.util.paths import ROOT
from e2e_common.util.streams import say

HEAD = "# Known failures of the {} suite, by cause (../../known_causes.yaml): which requests, and what differs.\n"

TABLE = "docs/known-failures.md is made of it: scripts/e2e.sh known-failures --write"

Staged = tuple[str, Fact]  # a stage and a fact that is pinned there


def main(argv: Sequence[str]) -> int:
    """Update the file of the suite `argv[0]` from its run on port `argv[1]`. Returns 0. Raises HarnessError (2) where
    there is no complete run to take facts from."""
    options = parse_run("update-known-failures", argv)
    suite_dir = folder_of(options.suite)
    if os.environ.get("CI"):
        raise usage("CI is set: what is known to fail is for a person to say; run this on your machine")
    folder = RunFolder(ROOT / load_options()["E2E_OUT"] / f"{name_of(suite_dir)}-{options.port}")
    if partial := folder.read_recording().partial:
        raise usage(f"the last run in {folder.root} sent only {partial!r}: run all of the suite first")
    verdict = judge(judging.load_artifacts(folder, suite_dir), allow_unknown=True)
    if verdict.evidence.sent is None or not verdict.evidence.results:
        raise usage(f"the last run in {folder.root} did not come to its end: {verdict.reason}")
    if verdict.code == Code.USAGE:
        raise usage(verdict.reason)
    path = suite_dir / FILE
    old = path.read_text() if path.exists() else ""
    new = updated(old or HEAD.format(name_of(suite_dir)), verdict)
    if new != old:
        path.write_text(new)
    name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
    diff = difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, name)
    not_pinned = [failure for failure in verdict.failures if not failure.facts and failure.file != FILE]
    steps = [f"not to be pinned: {failure.line()}" for failure in not_pinned]
    if f"cause: {UNKNOWN}\n" in new:
        steps.append(
            f"name the cause of each entry with the cause {UNKNOWN!r} (drift/instrumentation/known_causes.yaml)"
        )
    steps.append(f"{FILE} is what the last run shows" if new == old else TABLE)
    say("".join(diff) + "\n".join(steps))
    return Code.PASSED


def updated(text: str, verdict: Verdict) -> str:
    """Returns `text`, the text of a known_failures.yaml, updated from `verdict`."""
    new_facts = facts_of(verdict.failures)
    changed = {pin.entry.place: pin.entry for _, pin in verdict.unseen}
    successors: dict[tuple[str, int], Fact | None] = {}  # a fact of the same kind and key, with another value
    for name, pin in verdict.unseen:
        facts = new_facts.get((name, pin.stage), []) if pin.fact.kind not in CALLS else []
        same = [fact for fact in facts if (fact.kind, fact.key) == (pin.fact.kind, pin.fact.key)]
        successors[name, id(pin)] = facts.pop(facts.index(same[0])) if same else None
    parts, line = re.split(r"^(?=- )", text, flags=re.MULTILINE), 1
    for index, part in enumerate(parts):
        entry = changed.get(f"{FILE}:{line}")
        line += part.count("\n")
        if entry:
            pinned: dict[str, list[Staged]] = {}
            for name in entry.names(verdict.evidence.sent_calls):
                now = [(pin.stage, successors.get((name, id(pin)), pin.fact)) for pin in entry.pins]
                pinned[name] = [(stage, fact) for stage, fact in now if fact]
            parts[index] = _revised(part, list(_texts(pinned, entry)))
    unpinned: dict[str, list[Staged]] = defaultdict(list)
    for (name, stage), found in new_facts.items():
        unpinned[name] += [(stage, fact) for fact in found]
    return "\n".join(["".join(parts).rstrip("\n") + "\n", *_texts(unpinned)])


def stages_of(facts: Iterable[Staged]) -> dict[str, Any]:
    """Returns stage → its facts, in the form of an entry."""
    stages: dict[str, Any] = {}
    for stage, fact in sorted(facts, key=lambda staged: STAGES.index(staged[0])):
        kinds = stages.setdefault(stage, {})
        if fact.kind in SCALARS:
            kinds[fact.kind] = fact.value
        elif fact.kind in CALLS:
            kinds[fact.kind] = ALL if fact.key == ANY else [*kinds.get(fact.kind, []), fact.key]
        else:
            kinds.setdefault(fact.kind, {})[fact.key] = fact.value
    return stages


def _texts(facts: Mapping[str, Iterable[Staged]], old: Entry | None = None) -> Iterator[str]:
    """An entry as YAML for each group of requests with the same facts (`facts`: request → its facts). `old`: the one
    that they replace."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, of_request in facts.items():
        groups[json.dumps(stages_of(of_request))].append(name)
    for stages, names in groups.items():
        if stages == "{}":
            continue
        head = {
            "cause": old.cause.id if old else UNKNOWN,
            "requests": old.requests if old and len(groups) == 1 else names,
        }
        head |= {"when": old.when} if old and old.when else {}
        yield yaml.safe_dump(
            [{**head, **json.loads(stages)}], sort_keys=False, allow_unicode=True, width=118, default_flow_style=None
        )


def _revised(part: str, entries: Sequence[str]) -> str:
    """Returns the text of an entry and of the comments after it, with `entries` in its place. Comments inside come
    before them."""
    after = re.search(r"(?:^(?![- ]).*\n?)*\Z", part, re.MULTILINE)
    rest = part[after.start() :] if after else ""
    comments = "".join(re.findall(r"^ *#.*\n", part.removesuffix(rest), re.MULTILINE))
    return comments + "\n".join(entries) + (rest if entries or comments else rest.lstrip("\n"))
