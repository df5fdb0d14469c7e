"""`make mutate-<suite>`: changes one recorded value at a time and replays. Prints the share of changes that make their
request fail, and the values whose change goes unnoticed.

values.py finds and changes the values of a recorded request, variants.py creates a trace for each change and counts
which failed, __main__.py replays them all (with replayer.py) and calls the judge.
"""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from e2e_common import services
from e2e_common.artifacts import files as artifacts
from e2e_common.artifacts.failure import shorten
from e2e_common.artifacts.run_folder import RunFolder, write_json
from e2e_common.dev.mutating.variants import GOAL, GOALS, Variant, lines, outcome, plan, reasons, write
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.evidence_reader import read
from e2e_common.judge.verdict import PASSED, Verdict, judge
from e2e_common.record import application
from e2e_common.replay.replaying import ReplayProcess
from e2e_common.report.write import Progress
from e2e_common.services import password
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, HarnessError, usage
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.names import selects
from e2e_common.util.paths import ROOT, shown
from e2e_common.util.ports import reserve
from e2e_common.util.processes import adopt_orphans, end_orphans

LIMIT_S = 900.0
TEST_LIMIT = "8s"  # a variant may make a handler wait forever
CLI = {"TUSK_CLI": "bundled", "TUSK_CLI_PATH": ""}
REPLAYER = "e2e_common.dev.mutating.replayer"


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
    evidence = read(artifacts.load(recorded.root))
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
        password.write_private(folder.root / password.FILE, password.read(recorded.root))
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
    replay = ReplayProcess(folder, CLI, tick, bundled=REPLAYER)
    try:
        replay.finish()
    finally:
        replay.stop()
    return judge(artifacts.load(folder.root))
