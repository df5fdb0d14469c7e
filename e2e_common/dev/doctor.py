"""`make doctor`: what this machine has for running suites, line by line, and how to get what is missing.

✓ present · - missing, but a suite runs without it · ✗ must be fixed. Checks what a run checks, except the package
index, and sets nothing up. Runs with any python3 from 3.9 on and needs only the standard library.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from e2e_common.docker import engine, images
from e2e_common.replay.tusk_cli import find_cli
from e2e_common.services import known, scratch
from e2e_common.services.binaries import Program
from e2e_common.setup.bootstrap import LOCKS, UV_VERSION, run, stamp_is
from e2e_common.setup.environments import find_python
from e2e_common.setup.options import load_options
from e2e_common.util.errors import Code, HarnessError
from e2e_common.util.paths import CACHE, ROOT

INSTALL_PYTHON = "install Python 3.10 or newer, with venv (Debian: apt install python3-venv)"
ROOM_FOR_RUNS = 1 << 30  # bytes
NAMESPACE = (
    "from e2e_common.util.isolation import isolate, probe\n"
    "problem = isolate(); print(problem if not probe(None)[0] else 'own')"
)


def docker(options: Mapping[str, str]) -> tuple[str, str]:
    """Returns a line on engine, Compose plugin and base image, and why E2E_RUNTIME=auto cannot use docker (empty: it
    can)."""
    try:
        image = images.base_name(options)
    except HarnessError as error:
        return f"- Docker: {error}", str(error)
    problem = engine.absence(image)
    if not problem:
        return f"✓ Docker: engine, Compose plugin and base image {image}", ""
    if image in problem:
        return f"- Docker: {problem}, this checkout's; make base-image builds it", problem
    return f"{'✗' if options['E2E_RUNTIME'] == 'docker' else '-'} Docker: {problem}; {engine.INSTALL}", problem


def harness() -> Iterator[str]:
    """What a run needs on this machine in both runtimes: with a ✗ none can run."""
    python = f"Python {'.'.join(map(str, sys.version_info[:3]))}"
    if sys.version_info < (3, 10):
        yield f"✗ {python} ({sys.executable}): {INSTALL_PYTHON}"
        return
    yield f"✓ {python} for the harness ({sys.executable})"
    has_uv = (CACHE / f"uv-{UV_VERSION}" / "stamp").exists()
    is_ready = stamp_is(CACHE / "harness", (ROOT / LOCKS["harness"]).read_text())
    if not has_uv and (missing := [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]):
        yield f"✗ Python has no {' and no '.join(missing)}: {INSTALL_PYTHON}"
    if not (has_uv and is_ready) and not os.access(CACHE if CACHE.exists() else CACHE.parent, os.W_OK):
        yield f"✗ {CACHE} cannot be written: use a checkout of your own"
    for what, is_here in ((f"uv {UV_VERSION}", has_uv), ("harness's environment", is_ready)):
        yield f"✓ {what}: set up" if is_here else f"- {what}: not yet; first use takes it from the package index"


def local(options: Mapping[str, str]) -> Iterator[str]:
    """What a run without Docker would use: the CLI, the interpreter in E2E_PYTHON, the servers."""
    yield tried("Tusk CLI", lambda: tusk_cli(options))
    if wanted := options["E2E_PYTHON"]:
        yield tried("Python", lambda: f"✓ Python for the application (E2E_PYTHON={wanted}): {find_python(wanted)}")
    yield from servers(options)


def servers(options: Mapping[str, str]) -> Iterator[str]:
    for program in dict.fromkeys(service.program for service in known().values() if service.program):
        yield tried(program.what, partial(server, program, options[program.option]))


def tried(what: str, find: Callable[[], str]) -> str:
    """The line that `find` returns; if it raises, one on `what` with the error."""
    try:
        return find()
    except HarnessError as error:
        return f"✗ {what}: {' '.join(str(error).split())}"


def tusk_cli(options: Mapping[str, str]) -> str:
    cli = find_cli(options["TUSK_CLI"], options["TUSK_CLI_PATH"])
    if cli.name == "official":
        return f"✓ official Tusk CLI {cli.version} ({cli.program[0]})"
    return "- official Tusk CLI: none on PATH or not asked for, the bundled one is used; see TUSK_CLI_PATH"


def server(program: Program, wanted: str) -> str:
    if path := program.installed(wanted):
        return f"✓ {program.what}: {run([str(path), '--version'], f'{path} --version').strip()} ({path})"
    if unpacked := program.unpacked():
        return f"✓ {program.what}: none installed; {unpacked} from the package index is set up"
    return f"- {program.what}: none here; a pinned one from the package index is used, from first use on"


def namespaces() -> str:
    """Whether a local replay gets a network of its own."""
    try:
        found = run([sys.executable, "-c", NAMESPACE], "namespaces", ROOT).strip()
    except HarnessError as error:
        allow = "sysctl kernel.apparmor_restrict_unprivileged_userns=0 allows it where AppArmor does not"
        problem = str(error).splitlines()[-1]
        return f"✗ network namespaces: half allowed ({problem}), a local replay ends with 3; {allow}"
    if found == "own":
        return "✓ network namespaces: a local replay runs in a network of its own"
    return f"- network namespaces: {found}; a local replay shares this machine's network; E2E_RUNTIME=docker does not"


def room(out: Path) -> Iterator[str]:
    """Disk space for runs, and memory for their servers' data."""
    free = shutil.disk_usage(next(folder for folder in (out, *out.parents) if folder.exists())).free
    text = f"{free / (1 << 30):.1f} GB free for {out}"
    yield f"✓ {text}" if free >= ROOM_FOR_RUNS else f"✗ {text}: make room, or set E2E_OUT"
    text = f"local servers keep their data in {scratch.base()}"
    yield f"✓ {text}" if scratch.base() == scratch.MEMORY else f"- {text}: there is no room in memory"


def main(words: Sequence[str] = ()) -> int:
    """Print the lines. Returns 0 if a runtime can run a suite, 3 if none can, 2 for an invalid option."""
    options = load_options()
    docker_line, no_docker = docker(options)
    needed = list(harness())
    missing = ", ".join(name for name in ("bash", "make", "git", "jq") if shutil.which(name) is None)
    programs = f"✗ {missing}: install what is missing" if missing else "✓ bash, make, git, jq"
    lines = [*needed, programs, docker_line, *local(options), namespaces(), *room(ROOT / options["E2E_OUT"])]
    print(*lines, sep="\n")
    if any(line.startswith("✗") for line in needed):
        print("No runtime can run a suite here.")
        return Code.ENVIRONMENT
    wanted, auto = options["E2E_RUNTIME"], f"local: {no_docker}" if no_docker else "docker"
    print(f"E2E_RUNTIME=auto takes {auto}." if wanted == "auto" else f"E2E_RUNTIME={wanted} is set; auto takes {auto}.")
    return Code.PASSED
