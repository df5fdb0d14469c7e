"""From a recording to its variants: each is a trace of its own, of the request that it changes one fact of."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.dev.mutating import facts
from e2e_common.dev.mutating.facts import Fact
from e2e_common.judge.evidence import Evidence, TraceFile
from e2e_common.util.names import REQUEST_HEADER

MOST_OF_A_SUITE = 1200  # variants; with more of them a suite takes longer than two minutes on two cores


@dataclass(frozen=True)
class Variant:
    """`fact`: the changed one; None for a control, the trace as it was recorded. `number`: the request's, in the
    session."""

    number: int
    request: Request
    file: TraceFile
    fact: Fact | None

    @property
    def trace_id(self) -> str:
        return f"{self.number:032x}"

    @property
    def name(self) -> str:
        """Its name as a request of the session."""
        return f"{self.request.name} #{self.number}"


@dataclass(frozen=True)
class Plan:
    """`found`: how many facts there are; `most`: how many of one request are tried at most."""

    variants: tuple[Variant, ...]
    found: int
    most: int


def plan(suite: str, evidence: Evidence, requests: Sequence[Request]) -> Plan:
    """The variants of `requests` (each recorded in one trace), those of one between two controls: the second one shows
    what a variant leaves behind in the application."""
    found = [(request, facts.find(evidence.recorded(request)[0])) for request in requests]
    most = _affordable([len(each) for _, each in found])
    variants: list[Variant] = []
    for request, each in found:
        chosen = facts.choose(each, f"{suite}\n{request.name}", most)
        file = evidence.recorded(request)[0]
        for fact in (None, *chosen, None) if chosen else ():
            variants.append(Variant(len(variants) + 1, request, file, fact))
    return Plan(tuple(variants), sum(len(each) for _, each in found), most)


def _affordable(counts: Sequence[int]) -> int:
    """How many facts of a request may be tried, so that all of them together are not too many."""
    most = facts.MOST
    while most > 1 and sum(min(count, most) for count in counts) > MOST_OF_A_SUITE:
        most -= 1
    return most


def write(variants: Sequence[Variant], evidence: Evidence, folder: RunFolder) -> None:
    """Make `folder` a recording of the variants: traces/ and requests.jsonl. What the application asked for before it
    was ready goes along as it is."""
    start = [span.raw for file in evidence.files for span in file.spans if span.is_pre_app_start]
    if start:
        _write_lines(folder, "00000_start.jsonl", start)
    for variant in variants:
        _write_lines(folder, f"{variant.number:05}_trace_{variant.trace_id}.jsonl", spans_of(variant))
    sent = {row["n"]: row for row in map(json.loads, (evidence.raw.requests or b"").splitlines()) if "n" in row}
    rows = [{**sent[each.request.number], "n": each.number, "name": each.name} for each in variants]
    unanswered = evidence.end.unanswered if evidence.end else ()
    end = {"end": True, "sent": len(rows), "names": [row["name"] for row in rows], "unanswered": unanswered}
    folder.requests.write_text("".join(json.dumps(row) + "\n" for row in [*rows, end]))


def spans_of(variant: Variant) -> list[dict[str, Any]]:
    """The spans of a variant, as trace files hold them: of its trace id, and of its number."""
    changes = variant.fact.change() if variant.fact else {}
    spans = []
    for span in variant.file.spans:
        raw = changes.get(span.span_id, span.raw)
        if raw is None or span.is_pre_app_start:
            continue
        if span is variant.file.root:
            given = raw["inputValue"]
            headers = {
                name: str(variant.number) if name.lower() == REQUEST_HEADER else value
                for name, value in given["headers"].items()
            }
            raw = {**raw, "inputValue": {**given, "headers": headers}}
        spans.append({**raw, "traceId": variant.trace_id})
    return spans


def _write_lines(folder: RunFolder, name: str, spans: Sequence[Mapping[str, Any]]) -> None:
    (folder.traces / name).write_text("".join(json.dumps(span) + "\n" for span in spans))
