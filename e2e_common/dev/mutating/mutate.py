"""`make mutate-<suite>`: changes one recorded value at a time and replays. Prints the share of changes that make their
request fail, and the values whose change goes unnoticed.

A variant is a separate trace of a request with one changed value (values.py). All are replayed as one recording (with
replayer.py), and judged.
"""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from e2e_common import services
from e2e_common.artifacts import files as artifacts
from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.failure import REPLAY, shorten
from e2e_common.artifacts.run_folder import RunFolder, write_json
from e2e_common.dev.mutating import values
from e2e_common.judge.evidence import Evidence, TraceFile
from e2e_common.judge.verdict import PASSED, Verdict, judge
from e2e_common.record import application
from e2e_common.replay.replaying import ReplayProcess
from e2e_common.replay.tusk_cli import find_cli
from e2e_common.report.write import Progress
from e2e_common.services import scratch
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, HarnessError, usage
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.names import REQUEST_HEADER, selects
from e2e_common.util.paths import ROOT, shown
from e2e_common.util.ports import reserve
from e2e_common.util.processes import adopt_orphans, end_orphans

LIMIT_S = 900.0
TEST_LIMIT = "8s"  # a variant may make a handler wait forever
CLI = find_cli("bundled", "", "e2e_common.dev.mutating.replayer")
MOST_OF_A_SUITE = 1200  # variants; more take longer than two minutes on two cores
# Percentage of changed values that must fail: the suite's share in docs/testing-the-tests.md minus one point.
GOALS = {
    "django": 96.1, "fastapi": 90.8, "flask": 97.1, "httpx": 83.7, "psycopg": 92.2, "psycopg2": 97.1, "redis": 96.3,
    "requests": 97.6,
}  # fmt: skip
GOAL = 85.0  # for other suites, and for a part of a suite


@dataclass(frozen=True)
class Variant:
    """`number`, `name`: of the request in the session; `value`: what is changed, or None for a control (the trace as
    recorded)."""

    number: int
    request: Request
    file: TraceFile
    value: values.RecordedValue | None

    @property
    def trace_id(self) -> str:
        return f"{self.number:032x}"

    @property
    def name(self) -> str:
        return f"{self.request.name} #{self.number}"


def main(argv: Sequence[str]) -> int:
    """Change, replay, print. Returns 0 if the goal is reached, else an exit code."""
    options = parse_run("mutate", argv)
    adopt_orphans()
    with Interrupts() as interrupts:
        try:
            interrupts.limit(LIMIT_S)
            return _mutate(folder_of(options.suite), options.port)
        except Interrupted as error:
            if error.signum != signal.SIGALRM:
                raise
            raise HarnessError(Code.TIMED_OUT, f"not done within {LIMIT_S:.0f} s") from None
        finally:
            interrupts.hold()
            end_orphans()


def _mutate(suite_dir: Path, port: int) -> int:
    suite, options = name_of(suite_dir), load_options()
    recorded = RunFolder(ROOT / options["E2E_OUT"] / f"{suite}-{port}")
    recorded.lock()  # no other run may replace it
    recording, where, rerun = recorded.read_recording(), shown(recorded.root), f"make e2e-{suite} PORT={port}"
    if recording.runtime != "local":
        raise usage(f"{where} was recorded in Docker, variants are local: E2E_RUNTIME=local {rerun}")
    if not recorded.result.exists():
        raise usage(f"{where} was recorded and not judged: {rerun}")
    tests = json.loads(recorded.result.read_bytes())["tests"]
    tried = {row["name"] for row in tests if row["verdict"] == PASSED and selects(options["E2E_ONLY"], row["name"])}
    evidence = Evidence(artifacts.load(recorded.root))
    variants = plan(suite, evidence, [request for request in evidence.requests if request.name in tried])
    if not variants:
        message = f"nothing to change: no request of {where} passed (result.json); {rerun}"
        raise HarnessError(Code.NOTHING_VERIFIED, message)
    progress = Progress(f"mutate-{suite}", options["E2E_VERBOSE"] == "1")
    progress.phase(f"{len(variants)} replays")
    try:
        red = _play(variants, suite_dir, evidence, recorded, progress.tick)
    finally:
        progress.clear()
    partial = options["E2E_ONLY"] or recording.partial
    document = outcome(variants, red, GOAL if partial else GOALS.get(suite, GOAL))
    path = recorded.root / "mutations.json"
    write_json(path, document)
    head, *rest = lines(document)
    print(f"{suite}: {head}{f' PARTIAL ({shorten(partial)})' if partial else ''}", *rest, shown(path), sep="\n")
    if not document["tried"]:
        return Code.NOTHING_VERIFIED
    return Code.FAILED if document["share"] < document["goal"] or document["not_counted"] else Code.PASSED


def _play(
    variants: Sequence[Variant], suite_dir: Path, evidence: Evidence, recorded: RunFolder, tick: Callable[[], None]
) -> dict[int, str]:
    """Replay variants of the run `recorded` of the suite, each as a separate test, in one session or more: each variant
    that breaks the application needs another one. Each session has a folder below `<run>-mutate`. Returns number → why
    it failed, empty if it passed. Raises HarnessError if a session replays none."""
    root = recorded.root.with_name(f"{recorded.root.name}-mutate")
    RunFolder(root).lock()
    shutil.rmtree(root, ignore_errors=True)
    port = reserve(evidence.setup.app_port)
    red: dict[int, str] = {}
    number = 0
    while left := [variant for variant in variants if variant.number not in red]:
        number += 1
        folder = RunFolder(root / str(number))
        folder.clear_recording()
        write(left, evidence, folder)
        scratch.write_password(folder.root, scratch.read_password(recorded.root))
        folder.use(recorded.env_bin.parent)
        verdict = _replay(folder, suite_dir, evidence, port.number, tick)
        replayed = reasons(verdict, left)
        if not replayed:
            raise HarnessError(Code.FAILED, f"no variant was replayed: {verdict.reason}", str(folder.cli_log))
        red |= replayed
    return red


def _replay(folder: RunFolder, suite_dir: Path, evidence: Evidence, port: int, tick: Callable[[], None]) -> Verdict:
    """Replay the recording in `folder`, and judge it without known failures. `evidence`: of the original run."""
    write_json(folder.setup, replace(evidence.setup, app_port=port, seconds={}))
    write_json(folder.recording, evidence.recording)
    variables = {**services.variables(evidence.recording.services, folder.root), **evidence.setup.variables}
    application.lay_out(folder.replay_work, suite_dir, port, folder.env_bin, variables)
    path = folder.replay_work / ".tusk" / "config.yaml"
    config = json.loads(path.read_text())
    config.setdefault("test_execution", {})["timeout"] = TEST_LIMIT
    write_json(path, config)
    replay = ReplayProcess(folder, CLI, tick)
    try:
        replay.finish()
    finally:
        replay.stop()
    return judge(artifacts.load(folder.root))


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
