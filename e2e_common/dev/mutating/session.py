"""Replays every variant as a separate test, and calls the judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from e2e_common import services
from e2e_common.artifacts import files as artifacts
from e2e_common.artifacts.failure import REPLAY
from e2e_common.artifacts.run_folder import RunFolder, write_json
from e2e_common.dev.mutating.variants import Variant, write
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.verdict import Verdict, judge
from e2e_common.record import application
from e2e_common.replay.replaying import ReplayProcess
from e2e_common.services import password
from e2e_common.util.errors import Code, HarnessError
from e2e_common.util.ports import reserve

TEST_LIMIT = "8s"  # a variant may make a handler wait forever
CLI = {"TUSK_CLI": "bundled", "TUSK_CLI_PATH": ""}
REPLAYER = "e2e_common.dev.mutating.replayer"


def play(
    variants: Sequence[Variant],
    suite_dir: Path,
    evidence: Evidence,
    recorded: RunFolder,
    root: Path,
    tick: Callable[[], None],
) -> dict[int, str]:
    """Replay variants of the run `recorded` of the suite, in one session or more: each variant that breaks the
    application needs another one. Each session has a folder below `root`. Returns number → why it failed, empty if it
    passed. Raises HarnessError if a session replays none."""
    red: dict[int, str] = {}
    for number in count(1):
        left = [variant for variant in variants if variant.number not in red]
        if not left:
            break
        folder = RunFolder(root / str(number))
        verdict = _session(folder, left, suite_dir, evidence, recorded, tick)
        replayed = reasons(verdict, left)
        if not replayed:
            raise HarnessError(Code.FAILED, f"no variant was replayed: {verdict.reason}", str(folder.cli_log))
        red |= replayed
    return red


def _session(
    folder: RunFolder,
    variants: Sequence[Variant],
    suite_dir: Path,
    evidence: Evidence,
    recorded: RunFolder,
    tick: Callable[[], None],
) -> Verdict:
    folder.clear_recording()
    port = reserve(evidence.setup.app_port)
    try:
        write(variants, evidence, folder)
        write_json(folder.setup, replace(evidence.setup, app_port=port.number, seconds={}))
        write_json(folder.recording, evidence.recording)
        folder.use(recorded.env_bin.parent)
        password.write_private(folder.root / password.FILE, password.read(recorded.root))
        variables = {**services.variables(evidence.recording.services, folder.root), **evidence.setup.variables}
        application.lay_out(folder.replay_work, suite_dir, port.number, folder.env_bin, variables)
        path = folder.replay_work / ".tusk" / "config.yaml"
        config = json.loads(path.read_text())
        config.setdefault("test_execution", {})["timeout"] = TEST_LIMIT
        write_json(path, config)
        replay = ReplayProcess(folder, CLI, tick, bundled=REPLAYER)
        try:
            replay.finish()
        finally:
            replay.stop()
    finally:
        port.release()
    return judge(artifacts.load(folder.root))  # without known failures


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
