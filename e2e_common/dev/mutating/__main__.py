"""`make mutate-<suite>`: the share of changed facts that make a replay fail, and the facts whose change goes
unnoticed."""

from __future__ import annotations

import fnmatch
import json
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from e2e_common.artifacts import files as artifacts
from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.run_folder import RunFolder, write_json
from e2e_common.dev.mutating.outcome import Outcome
from e2e_common.dev.mutating.session import Sessions
from e2e_common.dev.mutating.variants import plan
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.evidence_reader import read
from e2e_common.judge.verdict import PASSED
from e2e_common.report.write import Progress
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, HarnessError, usage
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.paths import ROOT, shown
from e2e_common.util.processes import adopt_orphans, end_orphans

LIMIT_S = 900.0


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
                return error.code
            sys.stderr.write(f"e2e: not done within {LIMIT_S:.0f} s\n")
            return Code.TIMED_OUT
        finally:
            interrupts.hold()
            end_orphans()


def _mutate(suite_dir: Path, port: int) -> int:
    started = time.monotonic()
    suite, options = name_of(suite_dir), load_options()
    recorded = RunFolder(ROOT / options["E2E_OUT"] / f"{suite}-{port}")
    recorded.lock()  # no other run may replace it
    _refuse_what_cannot_be_replayed_here(recorded)
    evidence = read(artifacts.load(recorded.root))
    planned = plan(suite, evidence, _passed(recorded, evidence, options["E2E_ONLY"]))
    if not planned.variants:
        message = f"nothing to change: no request of {shown(recorded.root)} passed (result.json); {_rerun(recorded)}"
        raise HarnessError(Code.NOTHING_VERIFIED, message)
    root = recorded.root.with_name(f"{recorded.root.name}-mutate")
    RunFolder(root).lock()
    shutil.rmtree(root, ignore_errors=True)
    progress = Progress(f"mutate-{suite}", options["E2E_VERBOSE"] == "1")
    progress.phase(f"{len(planned.variants)} replays")
    try:
        red = Sessions(suite_dir, evidence, recorded, root, progress.tick).play(planned.variants)
    finally:
        progress.clear()
    seconds = round(time.monotonic() - started, 1)
    partial = options["E2E_ONLY"] or evidence.recording.partial or ""
    outcome = Outcome(suite, planned, red, partial, seconds)
    document = recorded.root / "mutations.json"
    write_json(document, outcome.document())
    print("\n".join([*outcome.lines(), f"    {shown(document)}"]))
    return outcome.code


def _refuse_what_cannot_be_replayed_here(recorded: RunFolder) -> None:
    """Raises HarnessError (2), including for a missing recording."""
    recording = recorded.read_recording()
    if recording.runtime != "local":
        raise usage(
            f"{shown(recorded.root)} was recorded with E2E_RUNTIME={recording.runtime}; the variants are replayed "
            f"without Docker: E2E_RUNTIME=local {_rerun(recorded)}"
        )
    if not (recorded.env_bin / "python").exists():
        raise usage(f"the application's environment of the recording is gone ({recorded.env_bin}): {_rerun(recorded)}")


def _passed(recorded: RunFolder, evidence: Evidence, only: str) -> list[Request]:
    """Returns the requests that passed in the last run, in order. Raises HarnessError (2) if it was not replayed."""
    try:
        rows = json.loads(recorded.result.read_bytes())["tests"]
    except FileNotFoundError:
        raise usage(f"{shown(recorded.root)} was recorded and not judged: {_rerun(recorded)}") from None
    passed = {row["name"] for row in rows if row["verdict"] == PASSED}
    return [
        request
        for request in evidence.requests
        if request.name in passed
        and len(evidence.recorded(request)) == 1
        and fnmatch.fnmatchcase(request.name, only or "*")
    ]


def _rerun(recorded: RunFolder) -> str:
    suite, _, port = recorded.root.name.rpartition("-")
    return f"make e2e-{suite} PORT={port}"
