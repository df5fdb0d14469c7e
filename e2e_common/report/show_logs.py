"""`logs SUITE|FOLDER [port]`: the last lines of every log of a suite's last run."""

from __future__ import annotations

import os
from collections.abc import Sequence

from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import usage
from e2e_common.util.paths import ROOT

LINES = 200


def main(argv: Sequence[str]) -> int:
    """Replaces this process with `tail`. Raises HarnessError (2) if there are no logs."""
    options = parse_run("logs", argv)
    suite = name_of(folder_of(options.suite))
    folder = ROOT / load_options()["E2E_OUT"] / f"{suite}-{options.port}" / "logs"
    logs = sorted(map(str, folder.glob("*.log")))
    if not logs:
        raise usage(f"there are no logs in {folder}: make e2e-{suite} first")
    os.execvp("tail", ["tail", "-n", str(LINES), "-v", *logs])  # noqa: S606 - tail from PATH
