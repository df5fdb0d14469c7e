"""`report [SUITE ...] [--port PORT]`: the last runs in all formats, into out/report/. And E2E_REPORT at a run's end."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from e2e_common.artifacts.files import Artifacts
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.judge.verdict import judge
from e2e_common.report import model
from e2e_common.report.model import RunReport
from e2e_common.setup.options import REPORTS, load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util.command_line import DEFAULT_PORT, port_number
from e2e_common.util.errors import Code, HarnessError, environment, usage
from e2e_common.util.paths import ROOT, shown, suite_names

KINDS = {"junit": ("junit", "junit.xml"), "md": ("markdown", "summary.md"), "html": ("html", "report.html")}


def write(runs: Sequence[RunReport], kinds: Sequence[str], folder: Path) -> list[Path]:
    """Render `runs` as each of `kinds` (keys of KINDS) into `folder`; files of other kinds are kept. Returns the paths.
    Raises HarnessError (3) if the folder cannot be written."""
    for module, name in (KINDS[kind] for kind in kinds):
        renderer = importlib.import_module(f"e2e_common.report.{module}")  # only then its libraries
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(renderer.render(runs), encoding="utf-8")
        except OSError as error:
            raise environment(f"{folder / name} cannot be written: {error.strerror}") from error
    return [folder / KINDS[kind][1] for kind in kinds]


def after_runs(runs: Callable[[], Sequence[RunReport]], folder: Path, asked: str) -> None:
    """Write the reports that E2E_REPORT (`asked`) names, of `runs` that have just ended, into `folder`. Raises nothing:
    a report changes no verdict. Errors go to standard error."""
    try:
        write(runs(), asked.split(","), folder)
    except Exception as error:
        fault = "" if isinstance(error, HarnessError) else f"no report could be made: {type(error).__name__}: "
        sys.stderr.write(f"e2e: E2E_REPORT={asked}: {fault}{error}\n")


def main(argv: Sequence[str]) -> int:
    """Render the last runs of the suites in `argv`, or of all that have one. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="report.sh", allow_abbrev=False)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="whose last runs; by default all that have one")
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="names the runs")
    options = parser.parse_args(argv)
    out = ROOT / load_options()["E2E_OUT"]
    for path in write(_last_runs(options.suites, options.port, out), REPORTS, out / "report"):
        print(shown(path))
    return Code.PASSED


def read(suite_dir: Path, artifacts: Path, problem: str = "") -> RunReport:
    """Returns the report of a suite's run. `problem`: why its `artifacts` must not be read, else empty."""
    folder = RunFolder(artifacts)
    if not problem:
        try:
            return model.load(folder, suite_dir)
        except HarnessError as error:
            problem = str(error)
    known = {"suite": name_of(suite_dir), "verdict": "none", "code": int(Code.NOTHING_VERIFIED), "reason": problem}
    return model.of(folder, suite_dir, None, {**judge(Artifacts()).result(), **known})


def _last_runs(suites: Sequence[str], port: int, out: Path) -> list[RunReport]:
    """Returns the runs at `port`. Raises HarnessError: 2 if a named suite has none, 4 if there is none at all. `make`
    passes all names where the user named none."""
    suites = [] if set(suite_names()) <= set(suites) else suites
    places = {folder: out / f"{name_of(folder)}-{port}" for folder in map(folder_of, suites or suite_names())}
    existing = {suite: path for suite, path in places.items() if path.is_dir() or RunFolder(path).is_under_way()}
    where, missing = f"at port {port} in {shown(out)}", [name_of(folder) for folder in places if folder not in existing]
    if suites and missing:
        raise usage(f"there is no run of {', '.join(missing)} {where}: make e2e-{missing[0]} first")
    if not existing:
        raise HarnessError(Code.NOTHING_VERIFIED, f"there is no run {where}: make e2e-all")
    return [read(*place) for place in existing.items()]
