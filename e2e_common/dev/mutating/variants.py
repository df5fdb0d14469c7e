"""Makes variants from a recording: each is a separate trace of a request with one changed fact."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.dev.mutating import facts
from e2e_common.dev.mutating.facts import RecordedFact
from e2e_common.judge.evidence import Evidence, TraceFile
from e2e_common.util.names import REQUEST_HEADER

MOST_OF_A_SUITE = 1200  # variants; more take longer than two minutes on two cores


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
