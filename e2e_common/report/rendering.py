"""Reports of the last runs: `make report`, and E2E_REPORT at the end of a run.

`report [SUITE ...] [--port PORT]` writes all kinds into out/report/ and says where.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.report import model
from e2e_common.report.model import RunReport
from e2e_common.setup.knobs import REPORTS, load_knobs
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import DEFAULT_PORT, port_number
from e2e_common.util.errors import Code, HarnessError, environment, usage
from e2e_common.util.paths import ROOT, shown, suite_names

NAMES = {"junit": "junit.xml", "md": "summary.md", "html": "report.html"}
MODULES = {"junit": "junit", "md": "markdown", "html": "html"}


def write(runs: Sequence[RunReport], kinds: Sequence[str], folder: Path) -> list[Path]:
    """Render `runs` as each of `kinds` (keys of NAMES) into `folder`; what it held of the others stays. Returns the
    files. Raises HarnessError (3) where the folder cannot be written."""
    for kind in kinds:
        renderer = importlib.import_module(f"e2e_common.report.{MODULES[kind]}")  # each library for its kind only
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / NAMES[kind]).write_text(renderer.render(runs), encoding="utf-8")
        except OSError as error:
            raise environment(f"{folder / NAMES[kind]} cannot be written: {error.strerror}") from error
    return [folder / NAMES[kind] for kind in kinds]


def after_runs(runs: Callable[[], Sequence[RunReport]], folder: Path, asked: str) -> None:
    """What E2E_REPORT (`asked`) asks for, of `runs` that have just ended, into `folder`. Raises nothing: a report
    changes no verdict; what goes wrong is said on standard error."""
    try:
        write(runs(), asked.split(","), folder)
    except Exception as error:
        fault = "" if isinstance(error, HarnessError) else f"no report could be made: {type(error).__name__}: "
        sys.stderr.write(f"e2e: E2E_REPORT={asked}: {fault}{error}\n")


def main(argv: Sequence[str]) -> int:
    """Render the last runs of the suites that `argv` names, or of all that have one. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="report.sh", allow_abbrev=False)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="whose last runs; by default all that have one")
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="names the runs")
    words = parser.parse_args(argv)
    out = ROOT / load_knobs()["E2E_OUT"]
    for path in write(_last_runs(words.suites, words.port, out), REPORTS, out / "report"):
        print(shown(path))
    return Code.PASSED


def read(suite_dir: Path, artifacts: Path, problem: str = "") -> RunReport:
    """The run of the suite in `suite_dir` that left `artifacts`. `problem`: why they are not to be read, where that is
    so."""
    folder = RunFolder(artifacts)
    try:
        return model.without(folder, suite_dir, problem) if problem else model.load(folder, suite_dir)
    except HarnessError as error:
        return model.without(folder, suite_dir, str(error))


def _last_runs(words: Sequence[str], port: int, out: Path) -> list[RunReport]:
    """The runs at `port`. Raises HarnessError: 2 where a suite that is named has none, 4 where there is none at all.
    (All names are as none: so make says it.)"""
    words = [] if set(suite_names()) <= set(words) else words
    places = {folder: out / f"{name_of(folder)}-{port}" for folder in map(folder_of, words or suite_names())}
    there = {folder: artifacts for folder, artifacts in places.items() if _has_run(artifacts)}
    if missing := [name_of(folder) for folder in places if folder not in there] if words else []:
        raise usage(f"there is no run of {', '.join(missing)} at port {port} in {shown(out)}{_others(missing[0], out)}")
    if not there:
        raise HarnessError(Code.NOTHING_VERIFIED, f"there is no run at port {port} in {shown(out)}: make e2e-all")
    return [read(*place) for place in there.items()]


def _others(suite: str, out: Path) -> str:
    """At which ports there are runs of a suite."""
    ports = sorted(path.name.rpartition("-")[2] for path in out.glob(f"{suite}-*") if _has_run(path))
    found = ", ".join(f"PORT={port}" for port in ports if port.isdecimal())
    return f" (there are some with {found})" if found else f": make e2e-{suite} first"


def _has_run(artifacts: Path) -> bool:
    """Whether a run has left anything there, or is about to."""
    left = any((artifacts / name).exists() for name in ("result.json", "setup.json", "requests.jsonl"))
    return left or RunFolder(artifacts).is_under_way()
