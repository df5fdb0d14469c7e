"""Recordings of a suite by the locked SDK, to compare those of a changed SDK with. They are made once, in
.cache/recordings, for each state of the suite, its lock and the harness's Python."""

from __future__ import annotations

import hashlib
import os
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.judge.recording_diff import Difference, differences, read, requests_of
from e2e_common.record import application
from e2e_common.run.suite_run import SuiteRun
from e2e_common.setup.bootstrap import fresh_lock, locked
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import DEFAULT_PORT, parse_run
from e2e_common.util.errors import Code, HarnessError
from e2e_common.util.interrupts import Interrupts
from e2e_common.util.paths import CACHE, ROOT, shown
from e2e_common.util.streams import inert, say

PHASES = "setup,record,replay,check"
UNCHANGED = ("E2E_SDK", "E2E_WITH", "E2E_ONLY", "E2E_PYTHON", "E2E_RUST_CORE", "E2E_REPORT", "E2E_RECORDING")
"""Options of the run that its references do not have."""


def recorded(suite_dir: Path, options: Mapping[str, str]) -> list[RunFolder]:
    """Two recordings by the locked SDK and their replays; recorded now if there are none. Raises HarnessError (1) if
    the suite fails with the locked SDK."""
    name = name_of(suite_dir)
    folder = CACHE / "recordings" / f"{name}-{_digest(suite_dir, options)}"
    folders = [RunFolder(folder / f"{name}-{port}") for port in (DEFAULT_PORT, DEFAULT_PORT + 1)]
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(".lock")):
        for run in folders:
            if (run.root / "complete").exists():
                continue
            env = {**dict.fromkeys(UNCHANGED, ""), "E2E_OUT": str(folder)}
            words = [run.root.name.rpartition("-")[2], "--phases", PHASES]
            ended = SuiteRun(suite_dir, words, run.result, env).follow(name, "recording with the locked SDK, once")
            if ended.code != Code.PASSED:
                reason = f"{name} fails with the locked SDK, so there is nothing to compare with: {shown(run.root)}"
                raise HarnessError(Code.FAILED, f"{reason}\n{ended.output}")
            (run.root / "complete").touch()
    return folders


def compare(suite_dir: Path, options: Mapping[str, str], run: RunFolder) -> list[Difference]:
    """What differs in the recording and replay of `run` from those of the locked SDK. Raises HarnessError as `recorded`
    does."""
    first, second = recorded(suite_dir, options)
    return differences(read(first), read(second), read(run))


def main(argv: Sequence[str]) -> int:
    """`diff-recording SUITE [port]`: what the last run's SDK or libraries have changed, request by request."""
    words = parse_run("diff-recording", argv)
    suite_dir, options = folder_of(words.suite), load_options()
    run = RunFolder(ROOT / options["E2E_OUT"] / f"{name_of(suite_dir)}-{words.port}")
    with Interrupts():
        places = {row["name"]: row["at"] for row in requests_of(run)}
        found = compare(suite_dir, options, run)
    by_request = defaultdict(list)
    for difference in found:
        by_request[difference.request].append(str(difference))
    for request, lines in by_request.items():
        say(inert("\n".join([f"{request}   {places.get(request, '')}".rstrip(), *(f"    {line}" for line in lines)])))
    say(f"{len(found)} differences in {len(by_request)} requests, recorded by {run.read_setup().sdk_source}")
    return Code.PASSED


def _digest(suite_dir: Path, options: Mapping[str, str]) -> str:
    added = application.passed_on(options["E2E_APP_ENV"], os.environ)
    content = hashlib.sha256(fresh_lock(suite_dir).read_bytes() + f"{sys.version} {added}".encode())
    files = [*sorted(suite_dir.glob("src/**/*")), *sorted(suite_dir.glob("*.*")), suite_dir / ".tusk" / "config.yaml"]
    for path in files:
        if path.is_file() and path.suffix != ".pyc":
            content.update(f"{path.relative_to(suite_dir)}\0".encode() + path.read_bytes())
    return content.hexdigest()[:16]
