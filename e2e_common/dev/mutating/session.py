"""Replays every variant as a separate test, and calls the judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from e2e_common.replay.replaying import Replay
from e2e_common.services import password
from e2e_common.util.errors import Code, HarnessError
from e2e_common.util.ports import reserve

MOST_SESSIONS = 40  # each variant that breaks the application needs another one
TEST_LIMIT = "8s"  # a variant may make a handler wait forever
CLI = {"TUSK_CLI": "bundled", "TUSK_CLI_PATH": ""}
REPLAYER = "e2e_common.dev.mutating.replayer"


@dataclass(frozen=True)
class Sessions:
    """Sessions for the `evidence` of a run of the suite in `suite_dir`, recorded in the folder `recorded`. Each session
    has a folder below `root`."""

    suite_dir: Path
    evidence: Evidence
    recorded: RunFolder
    root: Path
    tick: Callable[[], None]

    def play(self, variants: Sequence[Variant]) -> dict[int, str]:
        """Replay the variants in one session, or more if a variant breaks the application. Returns number → why it
        failed, empty if it passed. Raises HarnessError if a session replays none, or if there are too many sessions."""
        red: dict[int, str] = {}
        for number in range(1, MOST_SESSIONS + 1):
            left = [variant for variant in variants if variant.number not in red]
            if not left:
                return red
            red.update(self._session(RunFolder(self.root / str(number)), left))
        raise HarnessError(
            Code.FAILED,
            f"not every variant was replayed: {MOST_SESSIONS} ended the application, or got no answer within "
            f"{TEST_LIMIT}; see the logs below {self.root}",
        )

    def _session(self, folder: RunFolder, variants: Sequence[Variant]) -> dict[int, str]:
        folder.clear_recording()
        port = reserve(self.evidence.setup.app_port)
        try:
            write(variants, self.evidence, folder)
            write_json(folder.setup, replace(self.evidence.setup, app_port=port.number, seconds={}))
            write_json(folder.recording, self.evidence.recording)
            folder.use(self.recorded.env_bin.parent)
            password.write_private(folder.root / password.FILE, password.read(self.recorded.root))
            self._lay_out(folder, port.number)
            replay = Replay(folder, CLI, self.tick, bundled=REPLAYER)
            try:
                replay.finish()
            finally:
                replay.stop()
        finally:
            port.release()
        verdict = judge(artifacts.load(folder.root))  # without known failures
        red = reasons(verdict, variants)
        if not red:
            raise HarnessError(Code.FAILED, f"no variant was replayed: {verdict.reason}", str(folder.cli_log))
        return red

    def _lay_out(self, folder: RunFolder, port: int) -> None:
        setup, recording = self.evidence.setup, self.evidence.recording
        variables = {**services.variables(recording.services, folder.root), **setup.variables}
        application.lay_out(folder.replay_work, self.suite_dir, port, folder.env_bin, variables)
        path = folder.replay_work / ".tusk" / "config.yaml"
        config = json.loads(path.read_text())
        config.setdefault("test_execution", {})["timeout"] = TEST_LIMIT
        path.write_text(json.dumps(config, indent=2) + "\n")


def reasons(verdict: Verdict, variants: Sequence[Variant]) -> dict[int, str]:
    """Returns number → why it failed (empty: it passed), for variants with a result. Only failures at replay count: a
    changed recording always fails at recording. Floats for whole numbers do not count: they occur without a change,
    too."""
    failures: dict[str, str] = {}
    for failure in verdict.failures:
        if failure.stage == REPLAY and failure.request is not None and not failure.is_of_floats:
            failures.setdefault(failure.request, failure.message)
    results = verdict.evidence.results_by_id
    return {variant.number: failures.get(variant.name, "") for variant in variants if variant.trace_id in results}
