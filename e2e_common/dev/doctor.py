"""`make doctor`: what this machine has for running suites, one line for each fact, and how to get what is missing.

✓ present · - missing, but a suite runs without it · ✗ must be fixed. Checks what a run checks, except the package
index, and sets nothing up. Runs with any python3 from 3.9 on and needs only the standard library.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from e2e_common.docker import engine, images
from e2e_common.replay.tusk_cli import find_cli
from e2e_common.services import known
from e2e_common.services.binaries import Program
from e2e_common.setup.bootstrap import LOCKS, UV_VERSION, stamp_is
from e2e_common.setup.environments import find_python
from e2e_common.setup.options import load_options
from e2e_common.util.errors import Code, HarnessError
from e2e_common.util.paths import CACHE, ROOT

LIMIT_S = 5.0
HERE, WITHOUT, TO_DO = "✓", "-", "✗"
INSTALL_PYTHON = "install Python 3.10 or newer, with venv (Debian: apt install python3-venv)"
ROOM_FOR_RUNS = 1 << 30  # bytes
NAMESPACE = (
    "from e2e_common.util.isolation import isolate, probe\n"
    "problem = isolate(); print(problem if not probe(None)[0] else 'own')"
)


@dataclass(frozen=True)
class Fact:
    """One line. `mark`: HERE, WITHOUT or TO_DO."""

    mark: str
    text: str


def fact(is_here: bool, here: str, otherwise: str, mark: str = WITHOUT) -> Fact:
    """Returns the line for a check. `mark`: the mark if it is missing."""
    return Fact(HERE, here) if is_here else Fact(mark, otherwise)


def ask(*words: str) -> tuple[bool, str]:
    """Runs a program. Returns whether it succeeded within LIMIT_S seconds, and the last line of its output."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=LIMIT_S,
            check=False, cwd=ROOT,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    printed = (done.stderr if done.returncode else done.stdout).strip().splitlines()
    return done.returncode == 0, (printed or [f"exit {done.returncode}"])[-1]


def docker(options: Mapping[str, str]) -> tuple[Fact, str]:
    """Engine, Compose plugin and base image; and why E2E_RUNTIME=auto cannot use docker (empty: it can)."""
    try:
        image = images.base_name(options)
    except HarnessError as error:
        return Fact(WITHOUT, f"Docker: {error}"), str(error)
    problem = engine.absence(image)
    if not problem:
        return Fact(HERE, f"Docker: engine, Compose plugin and base image {image}"), ""
    if image in problem:
        return Fact(WITHOUT, f"Docker: {problem}, this checkout's; make base-image builds it"), problem
    return Fact(
        TO_DO if options["E2E_RUNTIME"] == "docker" else WITHOUT, f"Docker: {problem}; {engine.INSTALL}"
    ), problem


def tusk_cli(options: Mapping[str, str]) -> Fact:
    """The CLI that a run without Docker would use."""
    try:
        cli = find_cli(options["TUSK_CLI"], options["TUSK_CLI_PATH"])
    except HarnessError as error:
        return Fact(TO_DO, f"Tusk CLI: {error}")
    if cli.name == "official":
        return Fact(HERE, f"official Tusk CLI {cli.version} ({cli.program[0]})")
    return Fact(WITHOUT, "official Tusk CLI: none on PATH or not asked for, the bundled one is used; see TUSK_CLI_PATH")


def harness() -> tuple[list[Fact], str]:
    """What a run needs on this machine in both runtimes; and why it is not available (empty: it is)."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 10):
        return [Fact(TO_DO, f"Python {version} ({sys.executable}): {INSTALL_PYTHON}")], "python3 is older than 3.10"
    facts = [Fact(HERE, f"Python {version} for the harness ({sys.executable})")]
    has_uv = (CACHE / f"uv-{UV_VERSION}" / "stamp").exists()
    is_ready = stamp_is(CACHE / "harness", (ROOT / LOCKS["harness"]).read_text())
    problem = ""
    if not (has_uv and is_ready):
        missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
        if missing and not has_uv:
            problem = f"Python has no {' and no '.join(missing)}"
            facts.append(Fact(TO_DO, f"{problem}: {INSTALL_PYTHON}"))
        if not os.access(CACHE if CACHE.exists() else CACHE.parent, os.W_OK):
            problem = f"{CACHE} cannot be written"
            facts.append(Fact(TO_DO, f"{problem}: use a checkout of your own"))
    for what, is_here in ((f"uv {UV_VERSION}", has_uv), ("harness's environment", is_ready)):
        facts.append(fact(is_here, f"{what}: set up", f"{what}: not yet; first use takes it from the package index"))
    return facts, problem


def programs() -> Fact:
    missing = ", ".join(name for name in ("bash", "make", "git", "jq") if shutil.which(name) is None)
    return fact(not missing, "bash, make, git, jq", f"{missing}: install what is missing", TO_DO)


def pythons(wanted: str) -> Iterator[Fact]:
    """The interpreter in E2E_PYTHON, if set."""
    if wanted:
        try:
            yield Fact(HERE, f"Python for the application (E2E_PYTHON={wanted}): {find_python(wanted)}")
        except HarnessError as error:
            yield Fact(TO_DO, str(error))


def servers(options: Mapping[str, str]) -> Iterator[Fact]:
    """The servers that the local runtime would start."""
    for program in dict.fromkeys(service.program for service in known().values()):
        if program is not None:
            yield _server(program, options)


def _server(program: Program, options: Mapping[str, str]) -> Fact:
    try:
        path = program.installed(options[program.option])
    except HarnessError as error:
        return Fact(TO_DO, f"{program.what}: {error}")
    if path is not None:
        ended_well, output = ask(str(path), "--version")
        if ended_well and (version := re.search(r"\d+\.\d+(\.\d+)?", output)):
            return Fact(HERE, f"{program.what} {version[0]} ({path})")
        return Fact(TO_DO, f"{program.what}: {path} does not say its version ({output}); install it anew")
    if unpacked := program.unpacked():
        return Fact(HERE, f"{program.what}: none installed; {unpacked} from the package index is set up")
    return Fact(WITHOUT, f"{program.what}: none here; a pinned one from the package index is used, from first use on")


def namespaces() -> Fact:
    """Whether a local replay gets a network of its own."""
    ended_well, output = ask(sys.executable, "-c", NAMESPACE)
    if ended_well and output == "own":
        return Fact(HERE, "network namespaces: a local replay runs in a network of its own")
    if ended_well:
        shared = "a local replay shares this machine's network; E2E_RUNTIME=docker does not"
        return Fact(WITHOUT, f"network namespaces: {output}; {shared}")
    allow = "sysctl kernel.apparmor_restrict_unprivileged_userns=0 allows it where AppArmor does not"
    return Fact(TO_DO, f"network namespaces: half allowed ({output}), a local replay ends with 3; {allow}")


def room(out: Path) -> Fact:
    """Disk space for runs."""
    existing_folder = next(folder for folder in (out, *out.parents) if folder.exists())
    free = shutil.disk_usage(existing_folder).free
    text = f"{free / (1 << 30):.1f} GB free for {out}"
    return fact(free >= ROOM_FOR_RUNS, text, f"{text}: make room, or set E2E_OUT", TO_DO)


def conclusion(wanted: str, no_docker: str, no_harness: str) -> str:
    if no_harness:
        return f"No runtime can run a suite here: {no_harness}."
    auto = f"local: {no_docker}" if no_docker else "docker: engine, Compose plugin and base image are here"
    return f"E2E_RUNTIME=auto takes {auto}." if wanted == "auto" else f"E2E_RUNTIME={wanted} is set; auto takes {auto}."


def main(words: Sequence[str] = ()) -> int:
    """Print the facts. Returns 0 if a runtime can run a suite, 3 if none can, 2 for an invalid option."""
    options = load_options()
    docker_fact, no_docker = docker(options)
    harness_facts, no_harness = harness()
    facts = [*harness_facts, programs(), docker_fact, tusk_cli(options), *pythons(options["E2E_PYTHON"])]
    facts += [*servers(options), namespaces(), room(ROOT / options["E2E_OUT"])]
    for fact in facts:
        print(f"{fact.mark} {fact.text}")
    print(conclusion(options["E2E_RUNTIME"], no_docker, no_harness))
    return Code.ENVIRONMENT if no_harness else Code.PASSED
