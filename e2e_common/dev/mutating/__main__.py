"""`make mutate-<suite>`: the share of changed facts that make a replay fail, and the facts whose change goes
unnoticed."""

from __future__ import annotations

import fnmatch
import json
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from e2e_common.artifacts import files as artifacts
from e2e_common.artifacts.failure import shorten
from e2e_common.artifacts.run_folder import RunFolder, write_json
from e2e_common.dev.mutating.outcome import GOAL, GOALS, lines, outcome
from e2e_common.dev.mutating.session import play
from e2e_common.dev.mutating.variants import plan
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
    suite, options = name_of(suite_dir), load_options()
    recorded = RunFolder(ROOT / options["E2E_OUT"] / f"{suite}-{port}")
    recorded.lock()  # no other run may replace it
    recording = recorded.read_recording()
    rerun = f"make e2e-{suite} PORT={port}"
    if recording.runtime != "local":
        raise usage(f"{shown(recorded.root)} was recorded in Docker, variants are local: E2E_RUNTIME=local {rerun}")
    if not (recorded.env_bin / "python").exists():
        raise usage(f"the application's environment of the recording is gone ({recorded.env_bin}): {rerun}")
    if not recorded.result.exists():
        raise usage(f"{shown(recorded.root)} was recorded and not judged: {rerun}")
    tests = json.loads(recorded.result.read_bytes())["tests"]
    passed = {test["name"] for test in tests if test["verdict"] == PASSED}
    only = fnmatch.filter(passed, options["E2E_ONLY"] or "*")
    evidence = read(artifacts.load(recorded.root))
    variants = plan(suite, evidence, [request for request in evidence.requests if request.name in only])
    if not variants:
        message = f"nothing to change: no request of {shown(recorded.root)} passed (result.json); {rerun}"
        raise HarnessError(Code.NOTHING_VERIFIED, message)
    root = recorded.root.with_name(f"{recorded.root.name}-mutate")
    RunFolder(root).lock()
    shutil.rmtree(root, ignore_errors=True)
    progress = Progress(f"mutate-{suite}", options["E2E_VERBOSE"] == "1")
    progress.phase(f"{len(variants)} replays")
    try:
        red = play(variants, suite_dir, evidence, recorded, root, progress.tick)
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
