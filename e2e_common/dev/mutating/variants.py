"""Makes variants of a recording, each a trace of one request with one changed value, and counts which failed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.failure import REPLAY, shorten
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.dev.mutating import values
from e2e_common.dev.mutating.values import RecordedValue
from e2e_common.judge.evidence import Evidence, TraceFile
from e2e_common.judge.verdict import Verdict
from e2e_common.util.names import REQUEST_HEADER

MOST_OF_A_SUITE = 1200  # variants; more take longer than two minutes on two cores
# Percentage of changed values that must fail: the suite's share in docs/testing-the-tests.md minus one point.
GOALS = {
    "django": 96.0, "fastapi": 90.7, "flask": 96.9, "httpx": 83.8, "psycopg": 93.0, "psycopg2": 97.2, "redis": 96.3,
    "requests": 97.7,
}  # fmt: skip
GOAL = 85.0  # for other suites, and for a part of a suite


@dataclass(frozen=True)
class Variant:
    """`number`: of the request in the session; `value`: what is changed, or None for a control (the trace as
    recorded)."""

    number: int
    request: Request
    file: TraceFile
    value: RecordedValue | None

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
    files = [evidence.recorded(request)[0] for request in requests]
    found = [list(values.find(file)) for file in files]
    most = values.MOST  # of a request
    while most > 1 and sum(min(len(of_request), most) for of_request in found) > MOST_OF_A_SUITE:
        most -= 1
    variants: list[Variant] = []
    for request, file, of_request in zip(requests, files, found):
        chosen = values.choose(of_request, f"{suite}\n{request.name}", most)
        for value in (None, *chosen, None) if chosen else ():
            variants.append(Variant(len(variants) + 1, request, file, value))
    return variants


def write(variants: Sequence[Variant], evidence: Evidence, folder: RunFolder) -> None:
    """Write a recording of the variants into `folder`: traces/ and requests.jsonl. Calls before the application was
    ready are copied unchanged."""
    start = [span.raw for file in evidence.files for span in file.spans if span.is_pre_app_start]
    files = {"00000_start": start} if start else {}
    files |= {f"{variant.number:05}_trace_{variant.trace_id}": spans_of(variant) for variant in variants}
    for name, spans in files.items():
        (folder.traces / f"{name}.jsonl").write_text(_jsonl(spans))
    sent_row = {row["n"]: row for row in map(json.loads, (evidence.raw.requests or b"").splitlines()) if "n" in row}
    rows = [{**sent_row[variant.request.number], "n": variant.number, "name": variant.name} for variant in variants]
    unanswered = evidence.end.unanswered if evidence.end else ()
    end = {"end": True, "sent": len(rows), "names": [row["name"] for row in rows], "unanswered": unanswered}
    folder.requests.write_text(_jsonl([*rows, end]))


def spans_of(variant: Variant) -> list[dict[str, Any]]:
    """Returns the spans of a variant in the format of trace files, with the variant's trace id and request number."""
    changes = variant.value.change() if variant.value else {}
    spans = []
    for span in variant.file.spans:
        raw = changes.get(span.span_id, span.raw)
        if raw is None or span.is_pre_app_start:
            continue
        raw = {**raw, "traceId": variant.trace_id}
        if span is variant.file.root:
            headers = raw["inputValue"]["headers"]
            number = {name: str(variant.number) for name in headers if name.lower() == REQUEST_HEADER}
            raw["inputValue"] = {**raw["inputValue"], "headers": {**headers, **number}}
        spans.append(raw)
    return spans


def _jsonl(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


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
    `reason` of a value: why its replay failed, or null if it passed."""
    controls = {v.request.name: red[v.number] for v in reversed(variants) if v.value is None and red[v.number]}
    rows = [
        {
            "request": variant.request.name,
            "place": variant.value.place,
            "what": shorten(variant.value.what, 100),
            "reason": shorten(red[variant.number], 400) or None,
        }
        for variant in variants
        if variant.value and variant.request.name not in controls
    ]
    turned_red = sum(row["reason"] is not None for row in rows)
    return {
        "goal": goal,
        "share": int(1000 * turned_red / len(rows)) / 10 if rows else 0.0,  # rounded down: 84.99 is not 85
        "red": turned_red,
        "tried": len(rows),
        "not_counted": [{"request": name, "reason": reason} for name, reason in controls.items()],
        "values": rows,
    }


def lines(document: Mapping[str, Any]) -> list[str]:
    """Returns the lines to print: the share, then the values whose change went unnoticed, by request and place."""
    printed = ["{red} of {tried} changed values turned red, {share:.1f} % (goal {goal:g} %)".format_map(document)]
    for row in document["not_counted"]:
        reason = f"its recording, unchanged, was red among its variants: {shorten(row['reason'])}"
        printed.append(f"    {row['request']!r} does not count: {reason}")
    unnoticed = [row for row in document["values"] if row["reason"] is None]
    if unnoticed:
        printed.append(f"    {len(unnoticed)} that nothing depends on, by request:")
    for (request, place), of_place in groupby(unnoticed, key=lambda row: (row["request"], row["place"])):
        printed.append(f"      {request!r}: {place}: {', '.join(row['what'] for row in of_place)}")
    return printed
