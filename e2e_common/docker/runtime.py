"""`run SUITE|FOLDER [port] […]`: runs one suite in the runtime of E2E_RUNTIME, or the one that `auto` selects. Only
this module knows the runtimes."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from e2e_common.docker import engine, images
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of
from e2e_common.util.command_line import LOCAL_ONLY
from e2e_common.util.errors import Code, HarnessError, usage


def main(words: Sequence[str]) -> int:
    """Run the suite in `words[0]`. Returns the exit code, or exits with it."""
    if not words:
        raise usage("which suite? e2e.sh run SUITE [port]")
    folder = folder_of(words[0])
    runtime, reason = chosen(words[1:])
    if runtime == "docker":
        from e2e_common.docker.run import DockerRun

        return DockerRun(folder, words[1:]).start()
    os.environ["DRIFT_E2E_LOCAL_BECAUSE"] = reason
    return _run_here(folder / "entrypoint.py", words[1:])


def chosen(words: Sequence[str]) -> tuple[str, str]:
    """Returns the runtime for a run with these words, and why E2E_RUNTIME=auto did not select docker (else empty).
    Raises HarnessError (2) for an invalid option."""
    options = load_options()
    if list(words[-2:]) == ["--phases", "check"]:  # reads only files, needs no container
        return "local", ""
    if options["E2E_RUNTIME"] != "auto":
        return options["E2E_RUNTIME"], ""
    if {f"--{verb}" for verb in LOCAL_ONLY} & set(words) or "/" in options["E2E_PYTHON"]:
        return "local", ""
    reason = engine.absence(images.base_name(options))
    return ("local", reason) if reason else ("docker", "")


def _run_here(entrypoint: Path, words: Sequence[str]) -> int:
    """Run entrypoint.py as the main program; it exits with the run's exit code. One that returns has run nothing, for
    instance because its last line is missing, which must not look like a passed run."""
    sys.path.insert(0, str(entrypoint.parent))
    sys.argv = [str(entrypoint), *words]
    runpy.run_path(str(entrypoint), run_name="__main__")
    reason = f"{entrypoint} has run nothing: it must end with the call of its runner's main(__file__)"
    raise HarnessError(Code.NOTHING_VERIFIED, reason)
