"""The bundled CLI for variants: `python -m e2e_common.mutating.replayer run …`.

Each test is answered from its own trace and from what was recorded before the application was ready: in the pools of
all variants together, the recording of another would stand in for a call that a variant lacks. When a test has broken
the application (no answer in time, or its end), the rest is left for another session.
"""

from __future__ import annotations

import os
import sys

from e2e_common.replay.lifecycle import Replay
from e2e_common.replay.report import Result
from e2e_common.replay.request import TransportError
from e2e_common.replay.run import main
from e2e_common.replay.testing import Runner
from e2e_common.replay.traces import Recording, Test


class VariantsRunner(Runner):
    """Runs tests until one breaks the application."""

    _broken = False

    def settle(self, test: Test) -> None:
        if not self._broken and self._service.exit_status() is None:
            super().settle(test)

    def _explain(self, error: TransportError, result: Result) -> None:
        super()._explain(error, result)
        self._broken = error.timed_out or result.crashed_server

    def _require_inbound(self, test: Test, result: Result) -> None:
        if result.passed:  # most variants fail, many with a status after which no span ever comes
            super()._require_inbound(test, result)


class VariantsReplay(Replay):
    """A replay whose tests know nothing of each other."""

    def _runner_class(self) -> type[Runner]:
        return VariantsRunner

    def _load(self) -> Recording:
        recording = super()._load()
        recording.suite = [span for span in recording.suite if span.is_pre_app_start]
        return recording


if __name__ == "__main__":
    status = main(sys.argv[1:], VariantsReplay)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # as the bundled CLI itself
