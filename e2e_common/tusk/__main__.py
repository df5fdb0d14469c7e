"""`python -m e2e_common.tusk run …`: the command line of the replayer."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from e2e_common.tusk import Journal, ReplayError, say
from e2e_common.tusk.lifecycle import Session
from e2e_common.util.interrupts import Interrupted, Interrupts


def parse(argv: list[str]) -> argparse.Namespace:
    """The command line: those flags of the official CLI that a run passes, and --run-folder, which has requests.jsonl
    and gets mocks.jsonl. For unknown arguments the process prints its usage to stderr and ends with status 2."""
    parser = argparse.ArgumentParser("python -m e2e_common.tusk", allow_abbrev=False)
    parser.add_argument("command", choices=["run"])
    for flag in ("--trace-dir", "--run-folder"):
        parser.add_argument(flag, type=Path, required=True)
    for flag in ("--print", "--enable-service-logs"):  # always on
        parser.add_argument(flag, action="store_true")
    for flag, value in (("--output-format", "json"), ("--sandbox-mode", "off"), ("--concurrency", "1")):
        parser.add_argument(flag, choices=[value])
    return parser.parse_args(argv)


def main(session: type[Session]) -> NoReturn:
    """Run the command line with this class, and exit: 0 if all tests passed, 1 after any failure, error or signal."""
    options = parse(sys.argv[1:])
    journal = Journal(options.run_folder / "mocks.jsonl")
    status = 1
    with Interrupts():
        try:
            status = session(options.trace_dir, options.run_folder, journal).run()
        except (ReplayError, OSError) as error:
            say(f"Error: {error}")
        except Interrupted as error:
            say(f"Received {'interrupt' if error.signum == signal.SIGINT else 'terminated'} signal, cleaning up")
    journal.write("end", exit_status=status)
    os._exit(status)  # at once: threads that still serve a connection are not needed


if __name__ == "__main__":
    main(Session)
