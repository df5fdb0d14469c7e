"""Find the Tusk CLI and say how it is called. Both CLIs print the same JSON."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from e2e_common.artifacts.failure import shorten
from e2e_common.record.application import RUST_CORE, SKIP_VALIDATION
from e2e_common.util.errors import environment
from e2e_common.util.paths import ROOT

VERSION_LIMIT_S = 10
STALL_S = 8.0  # that a time travel stall costs: 5 s, and a second run of the test
BUNDLED_VERSION = "0.1.0"
BUNDLED = "e2e_common.tusk"
OF_THE_SDK = (RUST_CORE, SKIP_VALIDATION)
# What the SDK takes for a version when it connects (official-cli.md, section 8): a bare commit hash is none.
USABLE_VERSION = re.compile(r"dev|v?\d+\.\d+[\w.+-]*", re.ASCII)


@dataclass(frozen=True)
class Cli:
    """`name`: official or bundled. `program`: the words in front of the arguments."""

    name: str
    version: str
    program: tuple[str, ...]

    def command(self, traces: Path, run_folder: Path, agent: Path) -> list[str]:
        """The replay of every trace in `traces`. `run_folder`: for the account of the bundled one; `agent`: for that of
        the official one, of failed tests alone."""
        words = [*self._words(), "--trace-dir", str(traces)]
        if self.name == "bundled":
            return [*words, "--run-folder", str(run_folder)]
        return [*words, *_account(agent)]

    def stalls(self, traces: int) -> int:
        """How many tests of a replay of that many traces may stall: with the official CLI one of fifty does, on a busy
        machine one of eight (12 of 98 have been seen). More are no stalls any more."""
        return 1 + traces // 5 if self.name == "official" else 0

    def allowance_s(self, traces: int) -> float:
        """How much longer than its work a replay of that many traces may take."""
        return STALL_S * self.stalls(traces)

    def command_again(self, trace_id: str, agent: Path) -> list[str]:
        """The replay of one trace (official CLI), which it looks for in TUSK_TRACES_DIR: --trace-dir would be stronger
        than --trace-id."""
        return [*self._words(), "--trace-id", trace_id, *_account(agent)]

    def _words(self) -> list[str]:
        words = [*self.program, "run", "--print", "--output-format", "json", "--enable-service-logs"]
        return [*words, "--sandbox-mode", "off", "--concurrency", "1"]


def _account(folder: Path) -> list[str]:
    return ["--save-results", "agent", "--results-dir", str(folder)]


def find_cli(wanted: str, path: str, bundled: str = BUNDLED) -> Cli:
    """The CLI that TUSK_CLI and TUSK_CLI_PATH ask for; `auto` takes the official one where there is one. `bundled`: the
    module that is the bundled one.

    Raises HarnessError (3) when the official one is asked for and is not there or does not run.
    """
    official = _program(path) if path else shutil.which("tusk")
    if wanted == "bundled" or (wanted == "auto" and not official):
        return Cli("bundled", BUNDLED_VERSION, (sys.executable, "-X", "utf8", "-m", bundled))
    if not official:
        raise environment("TUSK_CLI=official, but there is no `tusk` on PATH: install it, or set TUSK_CLI_PATH")
    return Cli("official", _version(official), (official, "drift"))


def _program(path: str) -> str:
    """TUSK_CLI_PATH as an absolute path: relative to the checkout, or the name of a program on PATH."""
    with contextlib.suppress(RuntimeError):  # `~name/tusk` of nobody here: then it is not found, and told by its name
        path = str(Path(path).expanduser())
    return str(ROOT / path) if "/" in path else shutil.which(path) or path


def _version(program: str) -> str:
    with tempfile.TemporaryDirectory() as home:
        try:
            done = subprocess.run(
                [program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                timeout=VERSION_LIMIT_S, check=False, env=environ(os.environ, Path(home)), cwd=home,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise environment(f"the Tusk CLI {program} does not run: {error}; check TUSK_CLI_PATH") from error
    found = re.search(r"Tusk CLI \(version: (\S+?)\)", done.stdout)
    if not found:
        raise environment(f"{program} is no Tusk CLI: it does not say its version; check TUSK_CLI_PATH")
    if not USABLE_VERSION.fullmatch(found[1]):
        raise environment(
            f"{program} calls itself version {shorten(found[1], 40)}, which the SDK refuses to talk to: stamp it v1.2.3"
        )
    return found[1]


def environ(base: Mapping[str, str], home: Path) -> dict[str, str]:
    """`base` as a CLI should see it (official-cli.md, section 2): strict on inbound spans, no analytics (which also
    keeps the notice of a first run away), no key and no redirection of Tusk's own, its settings below `home`. What the
    harness decides for the SDK (Rust core, validation) passes."""
    kept = {key: value for key, value in base.items() if not key.startswith(("TUSK_", "E2E_")) or key in OF_THE_SDK}
    settings = {"TUSK_ANALYTICS_DISABLED": "1", "TUSK_REQUIRE_INBOUND_REPLAY_SPAN": "1", "NO_COLOR": "1"}
    return {**kept, **settings, "XDG_CONFIG_HOME": str(home)}
