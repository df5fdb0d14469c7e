"""`run SUITE|FOLDER [port] […]`: run one suite, in the runtime that E2E_RUNTIME names, or `auto` takes. The only place
that knows the runtimes."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from e2e_common.docker import engine, images
from e2e_common.setup.knobs import load_knobs
from e2e_common.setup.suites import folder_of
from e2e_common.util.command_line import LOCAL_ONLY
from e2e_common.util.errors import Code, HarnessError, usage


def main(words: Sequence[str]) -> int:
    """Run the suite that comes first in `words`. Returns the exit code of the contract, or leaves with it."""
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
    """The runtime for a run with these words, and why E2E_RUNTIME=auto did not take docker (empty where it did, or was
    not asked). Raises HarnessError (2) for a bad knob."""
    knobs = load_knobs()
    if list(words[-2:]) == ["--phases", "check"]:  # that reads files, and needs no container
        return "local", ""
    if knobs["E2E_RUNTIME"] != "auto":
        return knobs["E2E_RUNTIME"], ""
    if {f"--{verb}" for verb in LOCAL_ONLY} & set(words) or "/" in knobs["E2E_PYTHON"]:
        return "local", ""
    reason = engine.absence(images.base_name(knobs))
    return ("local", reason) if reason else ("docker", "")


def _run_here(entrypoint: Path, words: Sequence[str]) -> int:
    """Run entrypoint.py as if it were the program: it leaves with the exit code of the run. One that ends by itself has
    run nothing (it has lost its last line, say), which must not look like a green run."""
    sys.path.insert(0, str(entrypoint.parent))
    sys.argv = [str(entrypoint), *words]
    runpy.run_path(str(entrypoint), run_name="__main__")
    reason = f"{entrypoint} has run nothing: it must end with the call of its runner's main(__file__)"
    raise HarnessError(Code.NOTHING_VERIFIED, reason)
