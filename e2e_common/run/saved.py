"""Saved recordings: `make save-recording-<suite> NAME=sdk-0.1.28` keeps the last one in the suite's recordings/NAME, to
be committed; `RECORDING=sdk-0.1.28 make replay-<suite>` replays it under today's SDK."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import DEFAULT_PORT, port_number
from e2e_common.util.errors import Code, did_you_mean, usage
from e2e_common.util.paths import ROOT, shown
from e2e_common.util.streams import say

FOLDER = "recordings"


def main(argv: Sequence[str]) -> int:
    """`save-recording SUITE PORT NAME`. Raises HarnessError (2) without a recording, or if NAME is no file name."""
    suite, port, name = (*argv, "", "")[:3]
    suite_dir = folder_of(suite)
    if not re.fullmatch(r"[\w.-]+", name) or name.startswith("."):
        raise usage(f"NAME={name}: which name? make save-recording-{name_of(suite_dir)} NAME=sdk-0.1.28")
    number = port_number(port or str(DEFAULT_PORT))
    run = RunFolder(ROOT / load_options()["E2E_OUT"] / f"{name_of(suite_dir)}-{number}")
    recording = run.read_recording()
    target = RunFolder(suite_dir / FOLDER / name)
    target.take(run.root)
    for folder in (target.work, target.aside):
        shutil.rmtree(folder)
    partial = f", only {recording.partial}" if recording.partial else ""
    say(f"{shown(target.root)}: {len(list(target.traces.iterdir()))} traces by SDK {recording.sdk}{partial}")
    return Code.PASSED


def find(suite_dir: Path, name: str) -> Path:
    """The folder of a saved recording: `name` in the suite's recordings/, or a path. Raises HarnessError (2)."""
    for folder in (suite_dir / FOLDER / name, ROOT / name):
        if (folder / "recording.json").is_file():
            return folder
    names = sorted(path.name for path in (suite_dir / FOLDER).glob("*"))
    problem = f"neither a recording of {name_of(suite_dir)} nor a folder with one"
    raise usage(f"RECORDING={name}: {problem}{did_you_mean(name, names)}")
