"""The bundled CLI for variants: `python -m e2e_common.dev.mutating.replayer run …`.

Each test is answered only from its own trace and from calls before the application was ready. With all recordings, that
of another variant would replace the call that a variant lacks. After a test that breaks the application (timeout or
exit), the remaining tests are left for another session.
"""

from __future__ import annotations

from pathlib import Path

from e2e_common.tusk import Journal
from e2e_common.tusk.__main__ import main
from e2e_common.tusk.lifecycle import Session, TestResult
from e2e_common.tusk.service import Afterwards
from e2e_common.tusk.traces import Test, TransportError
from e2e_common.util.processes import exit_status


class VariantsReplay(Session):
    _broken = False

    def __init__(self, recorded: Path, folder: Path, journal: Journal) -> None:
        super().__init__(recorded, folder, journal)
        self.recording.suite = [span for span in self.recording.suite if span.is_pre_app_start]

    def _settle(self, test: Test, afterwards: Afterwards) -> None:
        if not self._broken and exit_status(self.service.process) is None:
            super()._settle(test, afterwards)

    def _explain(self, error: TransportError, result: TestResult) -> None:
        super()._explain(error, result)
        self._broken = error.timed_out or result.crashed_server

    def _require_inbound(self, test: Test, result: TestResult) -> None:
        if result.passed:  # most variants fail, many with a status for which the SDK sends no span
            super()._require_inbound(test, result)


if __name__ == "__main__":
    main(VariantsReplay)
