"""The command line: of the official CLI's flags those that a run passes, and two of our own."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """The folder of the traces; where the account of mock requests goes, and the run's folder, if they were given."""

    trace_dir: Path
    mocks_file: Path | None
    run_folder: Path | None


def parse(arguments: Sequence[str]) -> Options:
    """`run …` as Options. Anything that is not understood ends the process with the usage on stderr (status 2)."""
    parser = argparse.ArgumentParser("python -m e2e_common.replay", allow_abbrev=False)
    parser.add_argument("command", choices=["run"])
    parser.add_argument("--trace-dir", metavar="DIR", type=Path, required=True, help="where the traces are")
    parser.add_argument(
        "--mocks-file", metavar="FILE", type=Path,
        help="write a line for each mock request, inbound span and alert (not in the official CLI)",
    )  # fmt: skip
    parser.add_argument(
        "--run-folder", metavar="DIR", type=Path,
        help="after each test wait for what requests.jsonl in DIR states that it does outside its answer (not in the "
        "official CLI)",
    )  # fmt: skip
    fixed = parser.add_argument_group("for the official CLI; here it is so in any case")
    fixed.add_argument("--print", action="store_true")
    fixed.add_argument("--enable-service-logs", action="store_true")
    for flag, value in (("--output-format", "json"), ("--sandbox-mode", "off"), ("--concurrency", "1")):
        fixed.add_argument(flag, choices=[value])
    found = parser.parse_args(arguments)
    return Options(found.trace_dir, found.mocks_file, found.run_folder)
