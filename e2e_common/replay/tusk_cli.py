"""Find the Tusk CLI and build its command lines. Both CLIs print the same JSON."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from e2e_common.artifacts.failure import shorten
from e2e_common.record.application import RUST_CORE, SKIP_VALIDATION
from e2e_common.util.errors import environment
from e2e_common.util.paths import ROOT

VERSION_LIMIT_S = 10
STALL_S = 8.0  # cost of a stalled clock: 5 s, and a retry of the test
BUNDLED_VERSION = "0.1.0"
BUNDLED = "e2e_common.tusk"
OF_THE_SDK = (RUST_CORE, SKIP_VALIDATION)
# Versions that the SDK accepts when it connects. A bare commit hash is not accepted.
USABLE_VERSION = re.compile(r"dev|v?\d+\.\d+[\w.+-]*", re.ASCII)


@dataclass(frozen=True)
class TuskCli:
    """`name`: official or bundled. `program`: the command without its arguments; of the bundled one, its
    module (util/forked.py)."""

    name: str
    version: str
    program: tuple[str, ...]

    def command(self, traces: Path, run_folder: Path, agent: Path, trace_id: str = "") -> list[str]:
        """The command that replays all traces in `traces`, or only `trace_id` (official CLI, which finds the traces
        through TUSK_TRACES_DIR then: --trace-dir would override --trace-id). `run_folder`: for the bundled CLI's
        mocks.jsonl; `agent`: for the official CLI's reports on failed tests."""
        words = [*self.program, "run", "--print", "--output-format", "json", "--enable-service-logs"]
        words += ["--sandbox-mode", "off", "--concurrency", "1"]
        words += ["--trace-id", trace_id] if trace_id else ["--trace-dir", str(traces)]
        if self.name == "bundled":
            return [*words, "--run-folder", str(run_folder)]
        return [*words, "--save-results", "agent", "--results-dir", str(agent)]

    def stalls(self, traces: int) -> int:
        """How many tests may stall in a replay of `traces` traces: with the official CLI one of fifty, and on a busy
        machine one of eight (12 of 98 were measured). More than the returned number is an error."""
        return 1 + traces // 5 if self.name == "official" else 0

    def allowance_s(self, traces: int) -> float:
        """Extra seconds that a replay of `traces` traces may take because of stalls."""
        return STALL_S * self.stalls(traces)


def find_cli(wanted: str, path: str, bundled: str = BUNDLED) -> TuskCli:
    """The CLI for TUSK_CLI (`wanted`) and TUSK_CLI_PATH (`path`). `auto` is the official one if it is installed.
    `bundled`: the module that is the bundled CLI. Raises HarnessError (3) if the official one is required and is
    missing or does not run."""
    official = _program(path) if path else shutil.which("tusk")
    if wanted == "bundled" or (wanted == "auto" and not official):
        return TuskCli("bundled", BUNDLED_VERSION, (bundled,))
    if not official:
        raise environment("TUSK_CLI=official, but there is no `tusk` on PATH: install it, or set TUSK_CLI_PATH")
    return TuskCli("official", _version(official), (official, "drift"))


def _program(path: str) -> str:
    """TUSK_CLI_PATH as an absolute path: a path relative to the checkout, or the name of a program on PATH."""
    path = os.path.expanduser(path)  # noqa: PTH111 - it accepts `~name/tusk` of an unknown user
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
    match = re.search(r"Tusk CLI \(version: (\S+?)\)", done.stdout)
    if not match:
        raise environment(f"{program} is no Tusk CLI: it does not say its version; check TUSK_CLI_PATH")
    if not USABLE_VERSION.fullmatch(match[1]):
        raise environment(
            f"{program} calls itself version {shorten(match[1], 40)}, which the SDK refuses to talk to: stamp it v1.2.3"
        )
    return match[1]


def environ(base: Mapping[str, str], home: Path) -> dict[str, str]:
    """The variables for a CLI, from `base`: strict about inbound spans, no analytics (and so no notice on the first
    run), no API key or URL of Tusk, settings in `home`. The harness's variables for the SDK are kept."""
    kept = {key: value for key, value in base.items() if not key.startswith(("TUSK_", "E2E_")) or key in OF_THE_SDK}
    settings = {"TUSK_ANALYTICS_DISABLED": "1", "TUSK_REQUIRE_INBOUND_REPLAY_SPAN": "1", "NO_COLOR": "1"}
    return {**kept, **settings, "XDG_CONFIG_HOME": str(home)}
