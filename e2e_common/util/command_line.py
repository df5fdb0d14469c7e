"""The command lines of run.sh and of scripts/e2e.sh."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from e2e_common.util.errors import did_you_mean, usage

BANNERS = {
    "setup": "Phase 1: Setup",
    "record": "Phase 2: Recording Traces",
    "replay": "Phase 3: Running Tusk Tests",
    "check": "Phase 4: Checking Instrumentation Warnings",
    "cleanup": "Phase 5: Cleanup",
}
VERBS = {
    "baseline": "only send the requests, with the SDK off",
    "coverage": "count the SDK's lines on the way (for make coverage-<suite>)",
    "debug": "run the application in this terminal (for make debug-<suite>)",
    "services": "only start the services, and stay until Ctrl-C",
}
LOCAL_ONLY = ("coverage", "debug", "services")
"""Those of VERBS that the Docker runtime does not have."""
DEFAULT_PORT = 8000


def parse_words(argv: Sequence[str]) -> argparse.Namespace:
    """The command line of run.sh: `port`, `phases`, `build` and `verb` (e2e, or a key of VERBS)."""
    parser = argparse.ArgumentParser(prog="run.sh", allow_abbrev=False)
    parser.add_argument("port", nargs="?", type=port_number, default=DEFAULT_PORT, help="the application's port")
    parser.add_argument("--phases", type=_phases, default=list(BANNERS), help=f"some of {','.join(BANNERS)}")
    parser.add_argument("--recording", help="replay this saved recording: its name, or its folder")
    parser.add_argument("--build", action="store_true", help="with Docker: build the base image where it is missing")
    verbs = parser.add_mutually_exclusive_group()
    verbs.set_defaults(verb="e2e")
    for verb, what in VERBS.items():
        verbs.add_argument(f"--{verb}", dest="verb", action="store_const", const=verb, help=what)
    options = parser.parse_args(argv)
    if options.verb == "baseline":
        options.phases = ["setup", "record", "cleanup"]
    return options


def parse_run(verb: str, argv: Sequence[str]) -> argparse.Namespace:
    """The command line of `e2e.sh VERB`: `suite` and `port`. Raises HarnessError (2) if `argv` is empty."""
    if not argv:
        raise usage(f"which suite? e2e.sh {verb} SUITE [port]")
    parser = argparse.ArgumentParser(prog=f"e2e.sh {verb}", allow_abbrev=False)
    parser.add_argument("suite", help="its name, or its folder")
    parser.add_argument("port", nargs="?", type=port_number, default=DEFAULT_PORT, help="names the run")
    return parser.parse_args(argv)


def port_number(text: str) -> int:
    """`text` as a port from 1024 to 65535. Raises ArgumentTypeError."""
    if not text.isdigit() or not 1024 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port (1024 to 65535)")
    return int(text)


def _phases(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in BANNERS:
            raise usage(f"--phases: there is no phase {name}{did_you_mean(name, BANNERS)}")
    if {"record", "replay"} & set(names) and "setup" not in names:
        raise usage(f"--phases: record and replay need setup: --phases setup,{text}")
    return [name for name in BANNERS if name in names]
