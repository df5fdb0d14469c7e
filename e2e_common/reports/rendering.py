"""Reports of the last runs: `make report`, and E2E_REPORT at the end of a run.

`report [SUITE ...] [--port PORT]` writes all kinds into out/report/ and says where.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from e2e_common.command_line import DEFAULT_PORT, port_number
from e2e_common.errors import Code, HarnessError, usage
from e2e_common.knobs import REPORTS, load_knobs
from e2e_common.paths import ROOT, suite_names
from e2e_common.reports import runs
from e2e_common.reports.runs import Run
from e2e_common.run_folder import RunFolder
from e2e_common.suite_run import shown
from e2e_common.suites import folder_of, name_of

UNDER_WAY = "the run is under way, and has no verdict yet: make report when it has ended"
NAMES = {"junit": "junit.xml", "md": "summary.md", "html": "report.html"}


def write(told: Sequence[Run], kinds: Sequence[str], folder: Path) -> list[Path]:
    """Render `told` as each of `kinds` (keys of NAMES) into `folder`; what it held of the others stays. Returns the
    files. Raises HarnessError (3) where the folder cannot be written."""
    files = []
    for kind in kinds:
        data = _rendered(_renderer(kind), told)
        path = folder / NAMES[kind]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _put(path, data)
        except OSError as error:
            raise HarnessError(Code.ENVIRONMENT, f"{path} cannot be written: {error.strerror}") from error
        files.append(path)
    return files


def after_runs(ended: Sequence[tuple[Path, Path, str]], folder: Path, asked: str) -> None:
    """What E2E_REPORT (`asked`) asks for, of runs that have just ended, into `folder`. `ended`: of each run the folders
    of its suite and of its artifacts, and why those are not its own (else nothing). Raises nothing: a report changes no
    verdict; what goes wrong is said on standard error."""
    try:
        told = [runs.load(*place) for place in ended]
        write(told, asked.split(","), folder)
    except HarnessError as error:
        sys.stderr.write(f"e2e: E2E_REPORT={asked}: {error}\n")
    except Exception as error:  # a fault of ours
        sys.stderr.write(f"e2e: E2E_REPORT={asked}: no report could be made: {type(error).__name__}: {error}\n")


def main(argv: Sequence[str]) -> int:
    """Render the last runs of the suites that `argv` names, or of all that have one. Returns the exit code."""
    words = _parse(argv)
    out = ROOT / load_knobs()["E2E_OUT"]
    told = _last_runs(words.suites, words.port, out)
    files = write(told, REPORTS, out / "report")
    for path in files:
        print(shown(path))
    _open(next(path for path in files if path.suffix == ".html"))
    return Code.PASSED


def _last_runs(words: Sequence[str], port: int, out: Path) -> list[Run]:
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
    return [runs.load(*place, UNDER_WAY if RunFolder(place[1]).is_under_way() else "") for place in places]


def _missing(artifacts: Path, port: int) -> str:
    suite, told = artifacts.name.rpartition("-")[0], f"PORT={port} " if port != DEFAULT_PORT else ""
    others = sorted(path.name.rpartition("-")[2] for path in artifacts.parent.glob(f"{suite}-*") if _has_run(path))
    ports = [number for number in others if number.isdecimal()]
    there = f" (there are runs at port {', '.join(ports[:5])}: PORT={ports[0]} make report)" if ports else ""
    return f"there is no run of {suite} in {shown(artifacts)}: {told}make e2e-{suite} first{there}"


def _has_run(artifacts: Path) -> bool:
    """Whether a run has left anything there, or is about to."""
    left = any((artifacts / name).exists() for name in ("result.json", "run.json", "requests.jsonl"))
    return left or RunFolder(artifacts).is_under_way()


def _renderer(kind: str) -> Callable[[Sequence[Run]], bytes]:
    """Each library is imported for its own kind only."""
    if kind == "junit":
        from e2e_common.reports import junit

        return junit.render
    if kind == "md":
        from e2e_common.reports import markdown

        return lambda told: markdown.render(told).encode()
    from e2e_common.reports import html

    return lambda told: html.render(told).encode()


def _rendered(render: Callable[[Sequence[Run]], bytes], told: Sequence[Run]) -> bytes:
    """The report of `told`. A run that it cannot be made of, which is a fault of ours, has its row and its reason."""
    try:
        return render(told)
    except Exception:
        return render([_presentable(render, run) for run in told])


def _presentable(render: Callable[[Sequence[Run]], bytes], run: Run) -> Run:
    try:
        render([run])
    except Exception as error:
        return replace(run, told=None, problem=f"its artifacts cannot be shown: {type(error).__name__}: {error}")
    return run


def _put(path: Path, data: bytes) -> None:
    """Write so that a reader sees all of it or what was there before."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(draft).chmod(0o666 & ~_umask())
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current


def _open(page: Path) -> None:
    """Show the page, where there is a terminal and a display to show it on."""
    if sys.stdout.isatty() and (sys.platform == "darwin" or _display(os.environ)):
        import webbrowser

        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(page.as_uri())


def _display(environ: Mapping[str, str]) -> bool:
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="report.sh", allow_abbrev=False)
    parser.add_argument(
        "suites", nargs="*", metavar="SUITE", help="whose last runs; all that have one, where none is named"
    )
    parser.add_argument("--port", type=port_number, default=DEFAULT_PORT, help="names the runs")
    return parser.parse_args(argv)
