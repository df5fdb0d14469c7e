"""Reports of the last runs: `make report`, and E2E_REPORT at the end of a run.

`report [SUITE ...] [--port PORT]` writes all kinds into out/report/ and says where.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from e2e_common.command_line import DEFAULT_PORT, port_number
from e2e_common.errors import Code, HarnessError, usage
from e2e_common.knobs import REPORTS, load_knobs
from e2e_common.paths import ROOT, suite_names
from e2e_common.reports import model
from e2e_common.reports.model import RunReport
from e2e_common.run_folder import RunFolder
from e2e_common.suite_run import shown
from e2e_common.suites import folder_of, name_of

UNDER_WAY = "the run is under way, and has no verdict yet: make report when it has ended"
NAMES = {"junit": "junit.xml", "md": "summary.md", "html": "report.html"}
MODULES = {"junit": "junit", "md": "markdown", "html": "html"}


def write(runs: Sequence[RunReport], kinds: Sequence[str], folder: Path) -> list[Path]:
    """Render `runs` as each of `kinds` (keys of NAMES) into `folder`; what it held of the others stays. Returns the
    files. Raises HarnessError (3) where the folder cannot be written."""
    files = []
    for kind in kinds:
        data, path = _rendered(kind, runs), folder / NAMES[kind]
        draft = path.with_name(f".{path.name}.{os.getpid()}")  # a reader sees all of it, or what was there before
        try:
            folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(data)
            draft.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise HarnessError(Code.ENVIRONMENT, f"{path} cannot be written: {error.strerror}") from error
        files.append(path)
    return files


def after_runs(runs: Callable[[], Sequence[RunReport]], folder: Path, asked: str) -> None:
    """What E2E_REPORT (`asked`) asks for, of `runs` that have just ended, into `folder`. Raises nothing: a report
    changes no verdict; what goes wrong is said on standard error."""
    try:
        write(runs(), asked.split(","), folder)
    except HarnessError as error:
        sys.stderr.write(f"e2e: E2E_REPORT={asked}: {error}\n")
    except Exception as error:  # a fault of ours
        sys.stderr.write(f"e2e: E2E_REPORT={asked}: no report could be made: {type(error).__name__}: {error}\n")


def main(argv: Sequence[str]) -> int:
    """Render the last runs of the suites that `argv` names, or of all that have one. Returns the exit code."""
    words = _parse(argv)
    out = ROOT / load_knobs()["E2E_OUT"]
    files = write(_last_runs(words.suites, words.port, out), REPORTS, out / "report")
    for path in files:
        print(shown(path))
    return Code.PASSED


def read(suite_dir: Path, artifacts: Path, problem: str = "") -> RunReport:
    """The run of the suite in `suite_dir` that left `artifacts`. Raises nothing. `problem`: why they are not to be
    read, where that is so."""
    folder = RunFolder(artifacts)
    try:
        return model.without(folder, suite_dir, problem) if problem else model.load(folder, suite_dir)
    except HarnessError as error:
        return model.without(folder, suite_dir, str(error))
    except Exception as error:  # a fault of ours: the suite gets its row all the same
        return model.without(folder, suite_dir, f"its artifacts cannot be told: {type(error).__name__}: {error}")


def _last_runs(words: Sequence[str], port: int, out: Path) -> list[RunReport]:
    """The runs at `port`. Raises HarnessError: 2 where a suite that is named has none, 4 where there is none at all.
    (All names are as none: so make says it.)"""
    words = [] if set(suite_names()) <= set(words) else words
    places = [(folder, out / f"{name_of(folder)}-{port}") for folder in map(folder_of, words or suite_names())]
    if words:
        for _, artifacts in places:
            if not _has_run(artifacts):
                raise usage(_missing(artifacts, port))
    places = [place for place in dict(places).items() if _has_run(place[1])]
    if not places:
        told = f"there is no run at port {port} in {shown(out)}: make e2e-all"
        raise HarnessError(Code.NOTHING_VERIFIED, told + (f" PORT={port}" if port != DEFAULT_PORT else ""))
    return [read(*place, UNDER_WAY if RunFolder(place[1]).is_under_way() else "") for place in places]


def _missing(artifacts: Path, port: int) -> str:
    suite, told = artifacts.name.rpartition("-")[0], f"PORT={port} " if port != DEFAULT_PORT else ""
    others = sorted(path.name.rpartition("-")[2] for path in artifacts.parent.glob(f"{suite}-*") if _has_run(path))
    ports = [number for number in others if number.isdecimal()]
    there = f" (there are runs at port {', '.join(ports[:5])}: PORT={ports[0]} make report)" if ports else ""
    return f"there is no run of {suite} in {shown(artifacts)}: {told}make e2e-{suite} first{there}"


def _has_run(artifacts: Path) -> bool:
    """Whether a run has left anything there, or is about to."""
    left = any((artifacts / name).exists() for name in ("result.json", "setup.json", "requests.jsonl"))
    return left or RunFolder(artifacts).is_under_way()


def _rendered(kind: str, runs: Sequence[RunReport]) -> bytes:
    """The report of `runs`. A run that it cannot be made of, which is a fault of ours, has its row and its reason."""
    render = importlib.import_module(f"e2e_common.reports.{MODULES[kind]}").render  # each library for its kind only

    def presentable(run: RunReport) -> RunReport:
        try:
            render([run])
        except Exception as error:
            problem = f"its artifacts cannot be shown: {type(error).__name__}: {error}"
            return model.without(run.folder, run.suite_dir, problem)
        return run

    try:
        found = render(runs)
    except Exception:
        found = render([presentable(run) for run in runs])
    return found if isinstance(found, bytes) else str(found).encode()


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="report.sh", allow_abbrev=False)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help="whose last runs; all that have one, where none is named"
    )
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="names the runs")
    return parser.parse_args(argv)
