"""What this machine has for running suites, one line a fact, and what to do for what it has not (`make doctor`).

✓ is here · - is not here, and a suite runs without it · ✗ something to do. It asks no package index, sets nothing up,
and gives each program it asks LIMIT_S seconds. Runs under any python3 from 3.9 with nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from e2e_common.bootstrap import LOCKS, UV_VERSION, stamp_is
from e2e_common.docker import images
from e2e_common.environments import in_pyenv
from e2e_common.errors import Code, HarnessError
from e2e_common.knobs import load_knobs
from e2e_common.paths import CACHE, ROOT
from e2e_common.ports import is_free
from e2e_common.services import postgres, redis, scratch, unprivileged
from e2e_common.services.binaries import SERVERS

LIMIT_S = 2.0
HERE, WITHOUT, TO_DO = "✓", "-", "✗"
CLI_LABEL = "e2e.tusk-cli"
INSTALL_DOCKER = "install Docker with its Compose plugin for E2E_RUNTIME=docker"
INSTALL_PYTHON = "install Python 3.10 or newer, with venv (Debian: apt install python3-venv)"
PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
PORT = 8000
ROOM_FOR_RUNS = 1 << 30  # bytes
NAMESPACE = (
    "from e2e_common.isolation import isolate, probe\nsaid = isolate(); print(said if not probe(None)[0] else 'own')"
)


@dataclass(frozen=True)
class Fact:
    """One line. `mark`: HERE, WITHOUT or TO_DO."""

    mark: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What a program said. `code`: its exit status, or None where it could not be started or did not end in time."""

    code: int | None
    output: str
    errors: str

    @property
    def told(self) -> str:
        """The last line of what it had to say."""
        return ((self.errors or self.output).strip().splitlines() or [f"exit {self.code}"])[-1]


def ask(words: Sequence[str], env: Mapping[str, str] | None = None) -> Answer:
    """Run a program for LIMIT_S seconds at most; then its whole group is killed, and nobody waits for its output."""
    try:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            errors="replace", start_new_session=True, cwd=ROOT, env={**os.environ, **(env or {})},
        )  # fmt: skip
    except OSError as error:
        return Answer(None, "", str(error))
    try:
        output, errors = process.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Answer(None, "", f"no answer within {LIMIT_S:g} s")
    return Answer(process.returncode, output.strip(), errors)


def docker(knobs: Mapping[str, str]) -> tuple[list[Fact], str]:
    """Engine, Compose plugin, base image and its CLI; and why E2E_RUNTIME=auto cannot be docker (empty: it is)."""
    lacking = TO_DO if knobs["E2E_RUNTIME"] == "docker" else WITHOUT
    if shutil.which("docker") is None:
        return [Fact(lacking, f"Docker: there is no docker on PATH; {INSTALL_DOCKER}")], "there is no docker on PATH"
    engine = ask(["docker", "version", "--format", "{{.Server.Version}}"])
    if engine.code != 0:
        denied = "permission denied" in engine.errors.lower()
        advice = "let your user reach it (the docker group)" if denied else "start it"
        return [Fact(lacking, f"Docker engine: {engine.told}; {advice}")], "no Docker engine answers"
    facts = [Fact(HERE, f"Docker engine {engine.output}")]
    compose = ask(["docker", "compose", "version", "--short"])
    if compose.code == 0:
        facts.append(Fact(HERE, f"Docker Compose {compose.output}"))
    else:
        facts.append(Fact(lacking, f"Docker Compose: no plugin ({compose.told}); {INSTALL_DOCKER}"))
    image, has_image = _base_image(knobs)
    lack = "" if has_image else "this checkout's base image is not there"
    return [*facts, *image], lack if compose.code == 0 else "docker has no Compose plugin"


def _base_image(knobs: Mapping[str, str]) -> tuple[list[Fact], bool]:
    python = knobs["E2E_PYTHON"] if re.fullmatch(r"3\.\d+(\.\d+)?", knobs["E2E_PYTHON"]) else ""
    name = images.base_name({**knobs, "E2E_PYTHON": python})
    found = ask(["docker", "image", "inspect", "--format", f'{{{{index .Config.Labels "{CLI_LABEL}"}}}}', name])
    if found.code != 0:
        return [Fact(WITHOUT, f"base image {name}, this checkout's: none yet; make base-image builds it")], False
    if found.output in ("", "<no value>"):  # built by hand: `make base-image` alone looks what came of it
        return [Fact(HERE, f"base image {name}"), Fact(WITHOUT, "Tusk CLI in the base image: no label says")], True
    cli = found.output if found.output != "none" else ""
    official = Fact(HERE, f"Tusk CLI {cli} in the base image")
    bundled = Fact(WITHOUT, "Tusk CLI in the base image: none, the bundled one is used; TUSK_CLI_PATH mounts another")
    return [Fact(HERE, f"base image {name}"), official if cli else bundled], True


def tusk_cli(knobs: Mapping[str, str]) -> Fact:
    """The official CLI of this machine."""
    path = knobs["TUSK_CLI_PATH"]
    program = (str(ROOT / path) if "/" in path else shutil.which(path)) if path else shutil.which("tusk")
    if not program and not path:
        lacking = TO_DO if knobs["TUSK_CLI"] == "official" else WITHOUT
        return Fact(lacking, "official Tusk CLI: none on PATH, the bundled one is used; or set TUSK_CLI_PATH")
    said = ask([program or path, "--version"], {"TUSK_ANALYTICS_DISABLED": "1"})
    if found := re.search(r"Tusk CLI \(version: (\S+?)\)", said.output):
        return Fact(HERE, f"official Tusk CLI {found[1]} ({program})")
    return Fact(
        TO_DO, f"official Tusk CLI: {program or path} does not say its version ({said.told}); see TUSK_CLI_PATH"
    )


def harness() -> tuple[list[Fact], str]:
    """What a run needs on this side in both runtimes; and why it cannot be had (empty: it can)."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 10):
        return [Fact(TO_DO, f"Python {version} ({sys.executable}): {INSTALL_PYTHON}")], "python3 is older than 3.10"
    facts = [Fact(HERE, f"Python {version} for the harness ({sys.executable})")]
    has_uv = (CACHE / f"uv-{UV_VERSION}" / "stamp").exists()
    is_ready = stamp_is(CACHE / "harness", (ROOT / LOCKS["harness"]).read_text())
    lack = ""
    if not (has_uv and is_ready):
        missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
        if missing and not has_uv:
            lack = f"Python has no {' and no '.join(missing)}"
            facts.append(Fact(TO_DO, f"{lack}: {INSTALL_PYTHON}"))
        if not os.access(CACHE if CACHE.exists() else CACHE.parent, os.W_OK):
            lack = f"{CACHE} cannot be written"
            facts.append(Fact(TO_DO, f"{lack}: use a checkout of your own"))
    first_use = "not set up; first use takes it from the package index"
    facts.append(Fact(HERE, f"uv {UV_VERSION}") if has_uv else Fact(WITHOUT, f"uv {UV_VERSION}: {first_use}"))
    ready = Fact(HERE, "harness's environment: set up, as its lock says")
    return [*facts, ready if is_ready else Fact(WITHOUT, f"harness's environment: {first_use}")], lack


def programs() -> Fact:
    """What the scripts call."""
    missing = [name for name in ("bash", "make", "git", "jq") if shutil.which(name) is None]
    return (
        Fact(TO_DO, f"{', '.join(missing)}: install what is missing") if missing else Fact(HERE, "bash, make, git, jq")
    )


def pythons(wanted: str) -> Iterator[Fact]:
    """The interpreters that E2E_PYTHON can name."""
    uv = CACHE / f"uv-{UV_VERSION}" / "bin" / "uv"
    found = [version for version in PYTHONS if in_pyenv(version) or _uv_finds(uv, version)]
    others = [version for version in PYTHONS if version not in found]
    if found:
        yield Fact(HERE, f"Python for the application (E2E_PYTHON): {', '.join(found)}")
    if others:
        yield Fact(WITHOUT, f"Python {', '.join(others)}: not found; install them with pyenv or uv to test on them")
    is_path = "/" in wanted
    if wanted and not (os.access(ROOT / wanted, os.X_OK) if is_path else in_pyenv(wanted) or _uv_finds(uv, wanted)):
        yield Fact(TO_DO, f"E2E_PYTHON={wanted}: there is no such Python here")


def _uv_finds(uv: Path, version: str) -> bool:
    return uv.exists() and ask([str(uv), "python", "find", "--no-python-downloads", version]).code == 0


def servers(knobs: Mapping[str, str]) -> Iterator[Fact]:
    """The PostgreSQL and the Redis that the local runtime would start."""
    try:
        folder = postgres.installed_programs(knobs["E2E_PG_BINDIR"])
        yield _server("PostgreSQL", folder / "postgres" if folder else None, postgres.WHEELS)
        unprivileged.identity()
    except HarnessError as error:
        yield Fact(TO_DO, f"PostgreSQL server: {error}")
    try:
        yield _server("Redis", redis.installed_program(knobs["E2E_REDIS_SERVER"]), redis.WHEELS)
    except HarnessError as error:
        yield Fact(TO_DO, f"Redis server: {error}")


def _server(name: str, program: Path | None, pins: Iterable[str]) -> Fact:
    if program is not None:
        said = ask([str(program), "--version"])
        version = re.search(r"\d+\.\d+(\.\d+)?", said.output)
        if said.code == 0 and version:
            return Fact(HERE, f"{name} server {version[0]} ({program})")
        return Fact(TO_DO, f"{name} server: {program} does not say its version ({said.told}); install it anew")
    unpacked = next((pin for pin in pins if (SERVERS / pin.replace("==", "-")).exists()), None)
    if unpacked:
        return Fact(HERE, f"{name} server: none installed; {unpacked} from the package index is set up")
    return Fact(WITHOUT, f"{name} server: none here; a pinned one from the package index is used, from first use on")


def namespaces() -> Fact:
    """Whether a local replay gets a network of its own."""
    said = ask([sys.executable, "-c", NAMESPACE])
    if said.output == "own":
        return Fact(HERE, "network namespaces: a local replay runs in a network of its own")
    shared = "a local replay shares this machine's network; E2E_RUNTIME=docker does not"
    if said.code == 0:
        return Fact(WITHOUT, f"network namespaces: {said.output}; {shared}")
    allow = "sysctl kernel.apparmor_restrict_unprivileged_userns=0 allows it where AppArmor does not"
    return Fact(TO_DO, f"network namespaces: half allowed ({said.told}), a local replay ends with 3; {allow}")


def port(number: int = PORT) -> Fact:
    """Whether the default port is free, else whose it is."""
    if is_free(number):
        return Fact(HERE, f"port {number} is free")
    return Fact(WITHOUT, f"port {number} is held by {_holder(number)}: a run takes another one")


def _holder(number: int) -> str:
    """`process 123 (name)`, of the one that listens on this port, as far as we may know."""
    listening = f":{number:04X} "
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
            inodes |= {f"socket:[{row[9]}]" for row in rows if f"{row[1]} ".endswith(listening) and row[3] == "0A"}
    for handle in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(handle.readlink()) in inodes:
                home = handle.parents[1]
                return f"process {home.name} ({(home / 'comm').read_text().strip()})"
    return "a process of somebody else"


def room(out: Path) -> Iterator[Fact]:
    """Disk space for runs, and memory for their servers' data."""
    there = next(folder for folder in (out, *out.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    few = Fact(TO_DO, f"{_size(free)} free for {out}: make room, or set E2E_OUT")
    yield few if free < ROOM_FOR_RUNS else Fact(HERE, f"{_size(free)} free for {out}")
    try:
        memory = shutil.disk_usage(scratch.MEMORY).free
    except OSError:
        memory = 0
    has_room = memory > scratch.ROOM and os.access(scratch.MEMORY, os.W_OK)
    slower = f"{_size(memory)} free in {scratch.MEMORY}: local servers keep their data in the temporary folder, slower"
    yield Fact(HERE, f"{_size(memory)} free in {scratch.MEMORY}") if has_room else Fact(WITHOUT, slower)


def _size(count: int) -> str:
    return f"{count / (1 << 30):.1f} GB"


def conclusion(wanted: str, no_docker: str, no_harness: str) -> list[str]:
    """Which runtime runs, and why."""
    if no_harness:
        return [f"No runtime can run a suite here: {no_harness}."]
    auto = f"local: {no_docker}" if no_docker else "docker: engine, Compose plugin and base image are here"
    if wanted == "auto":
        return [f"E2E_RUNTIME=auto takes {auto}."]
    return [f"E2E_RUNTIME={wanted} is set; auto would take {auto}."]


def main(words: Sequence[str] = ()) -> int:
    """Print the facts. Returns 0 where a runtime can run a suite, 3 where none can, 2 for a wrong knob."""
    knobs = load_knobs()
    docker_facts, no_docker = docker(knobs)
    if "/" in knobs["E2E_PYTHON"]:  # as run_suite.py does
        no_docker = "E2E_PYTHON is a path, and an image has its own Python"
    harness_facts, no_harness = harness()
    facts = [*harness_facts, programs(), *docker_facts, tusk_cli(knobs), *pythons(knobs["E2E_PYTHON"])]
    facts += [*servers(knobs), namespaces(), port(), *room(ROOT / knobs["E2E_OUT"])]
    for fact in facts:
        print(f"{fact.mark} {fact.text}")
    print("\n".join(conclusion(knobs["E2E_RUNTIME"], no_docker, no_harness)))
    return Code.ENVIRONMENT if no_harness else Code.PASSED
