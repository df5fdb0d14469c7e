"""Makes variants from a recording: each is a separate trace of a request with one changed fact. Counts which failed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.failure import REPLAY, shorten
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.dev.mutating import facts
from e2e_common.dev.mutating.facts import RecordedFact
from e2e_common.judge.evidence import Evidence, TraceFile
from e2e_common.judge.verdict import Verdict
from e2e_common.util.names import REQUEST_HEADER

MOST_OF_A_SUITE = 1200  # variants; more take longer than two minutes on two cores
# Percentage of changed facts that must fail: the suite's value in docs/testing-the-tests.md minus one point.
GOALS = {
    "django": 96.0,
    "fastapi": 90.7,
    "flask": 96.9,
    "httpx": 83.8,
    "psycopg": 93.0,
    "psycopg2": 97.2,
    "redis": 96.3,
    "requests": 97.7,
}
GOAL = 85.0  # for other suites, and for a part of a suite


@dataclass(frozen=True)
class Variant:
    """`fact`: the changed fact, or None for a control (the trace as recorded). `number`: of the request in the
    session."""

    number: int
    request: Request
    file: TraceFile
    fact: RecordedFact | None

    @property
    def trace_id(self) -> str:
        return f"{self.number:032x}"

    @property
    def name(self) -> str:
        """The name of its request in the session."""
        return f"{self.request.name} #{self.number}"


def plan(suite: str, evidence: Evidence, requests: Sequence[Request]) -> list[Variant]:
    """Returns the variants of `requests` (each recorded in one trace), those of each request between two controls. The
    second control shows whether variants have changed the application's state."""
    recorded = [(request, evidence.recorded(request)[0]) for request in requests]
    found = [(request, file, list(facts.find(file))) for request, file in recorded]
    most = facts.MOST  # of a request
    while most > 1 and sum(min(len(of_request), most) for _, _, of_request in found) > MOST_OF_A_SUITE:
        most -= 1
    variants: list[Variant] = []
    for request, file, of_request in found:
        chosen = facts.choose(of_request, f"{suite}\n{request.name}", most)
        for fact in (None, *chosen, None) if chosen else ():
            variants.append(Variant(len(variants) + 1, request, file, fact))
    return variants


def write(variants: Sequence[Variant], evidence: Evidence, folder: RunFolder) -> None:
    """Write a recording of the variants into `folder`: traces/ and requests.jsonl. Calls before the application was
    ready are copied unchanged."""
    start = [span.raw for file in evidence.files for span in file.spans if span.is_pre_app_start]
    if start:
        _write_lines(folder, "00000_start.jsonl", start)
    for variant in variants:
        _write_lines(folder, f"{variant.number:05}_trace_{variant.trace_id}.jsonl", spans_of(variant))
    sent_row = {row["n"]: row for row in map(json.loads, (evidence.raw.requests or b"").splitlines()) if "n" in row}
    rows = [{**sent_row[variant.request.number], "n": variant.number, "name": variant.name} for variant in variants]
    unanswered = evidence.end.unanswered if evidence.end else ()
    end = {"end": True, "sent": len(rows), "names": [row["name"] for row in rows], "unanswered": unanswered}
    folder.requests.write_text("".join(json.dumps(row) + "\n" for row in [*rows, end]))


def spans_of(variant: Variant) -> list[dict[str, Any]]:
    """Returns the spans of a variant in the format of trace files, with the variant's trace id and request number."""
    changes = variant.fact.change() if variant.fact else {}
    spans = []
    for span in variant.file.spans:
        raw = changes.get(span.span_id, span.raw)
        if raw is None or span.is_pre_app_start:
            continue
        if span is variant.file.root:
            inbound = raw["inputValue"]
            headers = {
                name: str(variant.number) if name.lower() == REQUEST_HEADER else value
                for name, value in inbound["headers"].items()
            }
            raw = {**raw, "inputValue": {**inbound, "headers": headers}}
        spans.append({**raw, "traceId": variant.trace_id})
    return spans


def _write_lines(folder: RunFolder, name: str, spans: Sequence[Mapping[str, Any]]) -> None:
    (folder.traces / name).write_text("".join(json.dumps(span) + "\n" for span in spans))


def reasons(verdict: Verdict, variants: Sequence[Variant]) -> dict[int, str]:
    """Returns number → why it failed (empty: it passed), for variants with a result. Only failures at replay count: a
    changed recording always fails at recording. Floats for whole numbers do not count: they occur without a change,
    too."""
    failures = {
        failure.request: failure.message
        for failure in reversed(verdict.failures)  # the first one of each counts
        if failure.stage == REPLAY and not failure.is_of_floats
    }
    results = verdict.evidence.results_by_id
    return {variant.number: failures.get(variant.name, "") for variant in variants if variant.trace_id in results}


def outcome(variants: Sequence[Variant], red: Mapping[int, str], goal: float) -> dict[str, Any]:
    """Returns mutations.json. `red`: number of a variant → why it failed, empty if it passed. `goal`, `share`: in
    percent. `not_counted`: requests whose unchanged recording failed in the session; their variants prove nothing.
    `reason` of a fact: why its replay failed, or null if it passed."""
    controls = {v.request.name: red[v.number] for v in reversed(variants) if v.fact is None and red[v.number]}
    facts = [
        {
            "request": variant.request.name,
            "place": variant.fact.place,
            "what": variant.fact.what,
            "reason": shorten(red[variant.number], 400) or None,
        }
        for variant in variants
        if variant.fact and variant.request.name not in controls
    ]
    turned_red = sum(fact["reason"] is not None for fact in facts)
    return {
        "goal": goal,
        "share": int(1000 * turned_red / len(facts)) / 10 if facts else 0.0,  # rounded down: 84.99 is not 85
        "red": turned_red,
        "tried": len(facts),
        "not_counted": [{"request": name, "reason": reason} for name, reason in controls.items()],
        "facts": facts,
    }


def lines(document: Mapping[str, Any]) -> list[str]:
    """Returns the lines to print: the share, then the facts whose change went unnoticed, by request and place."""
    printed = ["{red} of {tried} changed facts turned red, {share:.1f} % (goal {goal:g} %)".format_map(document)]
    for row in document["not_counted"]:
        reason = f"its recording, unchanged, was red among its variants: {shorten(row['reason'])}"
        printed.append(f"    {row['request']!r} does not count: {reason}")
    unnoticed = [fact for fact in document["facts"] if fact["reason"] is None]
    if unnoticed:
        printed.append(f"    {len(unnoticed)} that nothing depends on, by request:")
    for (request, place), of_place in groupby(unnoticed, key=lambda fact: (fact["request"], fact["place"])):
        printed.append(f"      {request!r}: {place}: {', '.join(fact['what'] for fact in of_place)}")
    return printed
