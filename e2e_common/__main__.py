"""`python -m e2e_common VERB [WORD…]`: all commands in Python, and the only place where an error becomes an exit code
(README, "Exit codes"). scripts/e2e.sh calls it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from e2e_common.util.errors import HarnessError, did_you_mean, usage
from e2e_common.util.interrupts import Interrupted

VERBS = {
    "run": "e2e_common.docker.run",
    "plan-all": "e2e_common.run.all_suites:plan",
    "table": "e2e_common.run.all_suites:table",
    "suites": "e2e_common.setup.suites",
    "unknown-target": "e2e_common.setup.suites:unknown_target",
    "option": "e2e_common.setup.options",
    "set-up": "e2e_common.setup.bootstrap",
    "send": "e2e_common.run.debugging:send",
    "list": "e2e_common.report.listing",
    "explain": "e2e_common.report.explain",
    "traces": "e2e_common.report.explain:traces",
    "logs": "e2e_common.report.explain:tail",
    "report": "e2e_common.report.rendering",
    "known-failures": "e2e_common.report.known_failures_report",
    "update-known-failures": "e2e_common.judge.update_known_failures",
    "diff-recording": "e2e_common.run.reference",
    "save-recording": "e2e_common.run.saved",
    "coverage": "e2e_common.dev.coverage_run",
    "mutate": "e2e_common.dev.mutating.mutate",
    "stress": "e2e_common.dev.stress",
    "bench": "e2e_common.dev.bench",
    "overhead": "e2e_common.dev.bench:overhead",
    "new-suite": "e2e_common.setup.new_suite",
    "doctor": "e2e_common.dev.doctor",
    "shell": "e2e_common.docker.run:shell",
    "docker-end": "e2e_common.docker.run:end",
    "base-image-name": "e2e_common.docker.images",
    "clean-volumes": "e2e_common.docker.engine:clean_volumes",
    "clean": "e2e_common.docker.engine:clean",
    "test-faults": "tests.faults.__main__",
    "upgrade": "e2e_common.setup.bootstrap:upgrade",
}
"""Verb → the module whose `main(words)`, or function after a colon, returns the exit code or raises HarnessError."""


def main(argv: Sequence[str]) -> int:
    """Run the verb. Returns the exit code; argparse itself exits with 2."""
    verb, *words = argv or [""]
    try:
        if verb not in VERBS:
            raise usage(f"e2e.sh {verb}: there is no such verb{did_you_mean(verb, VERBS)}")
        module, _, function = VERBS[verb].partition(":")
        return int(getattr(importlib.import_module(module), function or "main")(words))
    except HarnessError as error:
        sys.stderr.write(f"e2e: {error}\n" + (f"     see {error.log}\n" if error.log else ""))
        return error.code
    except Interrupted as error:
        return error.code
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
