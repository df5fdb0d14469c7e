"""Find the Tusk CLI and say how it is called. Both CLIs take the same arguments and print the same JSON."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from e2e_common.errors import environment
from e2e_common.paths import ROOT

VERSION_LIMIT_S = 10
BUNDLED_VERSION = "0.1.0"


@dataclass(frozen=True)
class Cli:
    """`name`: official or bundled. `program`: the words in front of the arguments."""

    name: str
    version: str
    program: tuple[str, ...]

    def command(self, traces: Path, mocks: Path, *, early_traces: Path | None) -> list[str]:
        """The replay of every trace in `traces`. `mocks` and `early_traces` are for the bundled one alone: where its
        account goes; and where the traces are as long as the recording goes on. With those it starts the application
        at once, and loads `traces` only when stdin ends."""
        words = [*self.program, "run", "--print", "--output-format", "json", "--enable-service-logs"]
        words += ["--sandbox-mode", "off", "--concurrency", "1", "--trace-dir", str(traces)]
        if self.name == "bundled":
            words += ["--mocks-file", str(mocks)]
            words += ["--early-traces", str(early_traces)] if early_traces else []
        return words


def find_cli(wanted: str, path: str) -> Cli:
    """The CLI that TUSK_CLI and TUSK_CLI_PATH ask for; `auto` takes the official one where there is one.

    Raises HarnessError (3) when the official one is asked for and is not there or does not run.
    """
    official = (str(ROOT / path) if "/" in path else path) or shutil.which("tusk")
    if wanted == "bundled" or (wanted == "auto" and not official):
        return Cli("bundled", BUNDLED_VERSION, (sys.executable, "-m", "e2e_common.replay"))
    if not official:
        raise environment("TUSK_CLI=official, but there is no `tusk` on PATH: install it, or set TUSK_CLI_PATH")
    return Cli("official", _version(official), (official, "drift"))


def _version(program: str) -> str:
    try:
        done = subprocess.run(
            [program, "--version"],
            capture_output=True,
            text=True,
            timeout=VERSION_LIMIT_S,
            check=False,
            env=environ({}),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise environment(f"the Tusk CLI {program} does not run: {error}; check TUSK_CLI_PATH") from error
    found = re.search(r"Tusk CLI \(version: (\S+?)\)", done.stdout)
    if not found:
        raise environment(f"{program} is no Tusk CLI: it does not say its version; check TUSK_CLI_PATH")
    return found.group(1)


def environ(more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment as the CLI should see it: no redirection, no analytics, strict on inbound spans."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("TUSK_", "E2E_"))}
    settings = {"TUSK_ANALYTICS_DISABLED": "1", "TUSK_REQUIRE_INBOUND_REPLAY_SPAN": "1", "NO_COLOR": "1", "CI": "1"}
    return {**kept, **settings, **more}
