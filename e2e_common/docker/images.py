"""The images: python-e2e-base, and one for each suite. The tag of each is a digest of the files that it is built from:
checkouts with different files neither use nor replace each other's. As a program it prints the base image's name."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from e2e_common.docker.engine import attempt, docker
from e2e_common.setup.bootstrap import locked
from e2e_common.setup.knobs import load_knobs
from e2e_common.util.errors import HarnessError, environment, usage
from e2e_common.util.paths import CACHE, LOCK, ROOT, SUITES, suite_names
from e2e_common.util.processes import die_with_parent, has_exited, spawn, stop
from e2e_common.util.readiness import wait_until

BASE = "python-e2e-base"
SUITE = "python-e2e-{}"
BY_HAND = "latest"
"""The tag that `docker compose` uses by hand."""
DIGITS = 12
BUILD_LIMIT_S = 900.0
DOCKERFILE = "drift/instrumentation/e2e_common/Dockerfile.base"
END_LIMIT_S = 10.0
IMAGE = "e2e.image"
"""The label of all images: `base` or `suite`."""
MADE_FROM = "e2e.made-from"
"""On a suite's image: the id of the base image."""
LAST_LINES = 15
BOOTSTRAP = ("setup/bootstrap.py", "util/paths.py", "util/processes.py")
SCRIPTS = ("install-tusk-cli.sh", "make-application-environment.sh", "with-extra-ca.sh")
OF_SERVICES = {"postgres": "E2E_POSTGRES_IMAGE", "redis": "E2E_REDIS_IMAGE", "redis-cluster": "E2E_REDIS_IMAGE"}
"""Service → the knob that names its image."""


def base_name(knobs: Mapping[str, str]) -> str:
    """The name of this checkout's base image. Raises HarnessError (2) where E2E_PYTHON is a path: an image has its
    own."""
    return f"{BASE}:{_version(knobs)}{_base_digest()}"


def suite_name(suite_dir: Path, knobs: Mapping[str, str]) -> str:
    """The name of the image for the suite as its files are now. Raises HarnessError (2) as above, or where there is no
    Dockerfile."""
    return f"{SUITE.format(suite_dir.parent.name)}:{_version(knobs)}{_suite_digest(suite_dir)}"


def require_base(knobs: Mapping[str, str], *, build: bool) -> str:
    """The id of the base image. Raises HarnessError (3) where there is none, and `build` is not set or it cannot be
    built."""
    name = base_name(knobs)
    if found := identity(name):
        return found
    if not build:
        wanted = knobs["E2E_PYTHON"]
        advice = f"E2E_PYTHON={wanted} make base-image" if wanted else f"docker build -t {name} -f {DOCKERFILE} ."
        raise environment(f"there is no image {name}: {advice}")
    script = [str(ROOT / "scripts" / "build-base-image.sh"), "--if-missing"]
    building = spawn(
        script, cwd=ROOT, env=os.environ, stdout=sys.stderr, in_child=lambda: die_with_parent(signal.SIGTERM)
    )
    try:
        wait_until(lambda: has_exited(building), timeout_s=3 * BUILD_LIMIT_S, what=name)  # it has limits of its own
    finally:
        status = stop(building, END_LIMIT_S)
    if status != 0 or not (found := identity(name)):
        raise environment(f"{name} could not be built (see above)")
    return found


def require_of_services(services: Sequence[str], knobs: Mapping[str, str]) -> None:
    """Pull the images of these services, as far as they are not here. Raises HarnessError (3) where one cannot be."""
    for knob in dict.fromkeys(OF_SERVICES[service] for service in services if service in OF_SERVICES):
        name = knobs[knob]
        if identity(name):
            continue
        print(f"e2e: pulling {name} ...", file=sys.stderr, flush=True)
        done = attempt(["pull", "--quiet", name], BUILD_LIMIT_S)
        if done.returncode != 0:
            told = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
            raise environment(f"the image {name} is not here and cannot be pulled ({told}); {knob} names another")


def require_suite(suite_dir: Path, name: str, base: str, override: Path) -> None:
    """Build the suite's image `name`, unless it is there and was made from the base image with the id `base`.
    `override`: what Compose is told beside the suite's file. Raises HarnessError (3) when it fails."""
    if _made_from(name) == base:
        return
    with locked(CACHE / f"{name.partition(':')[0]}.lock"):
        if _made_from(name) == base:
            return
        print(f"e2e: building {name} ...", file=sys.stderr, flush=True)
        files = ["-f", str(suite_dir / "docker-compose.yml"), "-f", str(override)]
        done = attempt(["compose", "--progress", "plain", *files, "build", "app"], BUILD_LIMIT_S)
        if done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-LAST_LINES:])
            raise environment(f"{name} could not be built:\n{said}")
        remove_replaced()


def remove_replaced() -> None:
    """The suites' images that have lost their name to a newer one. One that a container still uses stays until the next
    build."""
    named = ["--filter", "dangling=true", "--filter", f"label={IMAGE}=suite"]
    for id_ in attempt(["image", "ls", "--quiet", *named]).stdout.split():
        attempt(["image", "rm", id_])


def identity(name: str) -> str:
    """The id of the image, or nothing where there is none."""
    return _inspected(name, "{{.Id}}")


def remove_outdated() -> None:
    """Remove the images of this checkout's suites that it does not use any more. One that a container uses stays; base
    images do, too: another checkout whose own is gone would run without Docker."""
    remove_replaced()
    for name in outdated():
        attempt(["image", "rm", name])


def outdated() -> list[str]:
    """The names of those images of this checkout's suites that it does not use any more."""
    current = {}
    for suite in suite_names():
        with contextlib.suppress(HarnessError, OSError):
            current[SUITE.format(suite)] = _suite_digest(SUITES / suite / "e2e-tests")
    listed = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "--filter", f"label={IMAGE}=suite").split()
    ours = [name for name in listed if name.rpartition(":")[0] in current]
    return [name for name in ours if not name.endswith((f":{BY_HAND}", current[name.rpartition(":")[0]]))]


def _version(knobs: Mapping[str, str]) -> str:
    """What a tag starts with: the Python that E2E_PYTHON names."""
    wanted = knobs["E2E_PYTHON"]
    if wanted and not re.fullmatch(r"3\.\d+(\.\d+)?", wanted):
        raise usage(f"E2E_PYTHON={wanted}: with E2E_RUNTIME=docker a version, like 3.13")
    return f"{wanted}-" if wanted else ""


def _base_digest() -> str:
    """Of all that the base image holds or is made with, as far as that is in the checkout."""
    sources = [ROOT / "e2e_common" / name for name in ("Dockerfile.base", LOCK, *BOOTSTRAP)]
    sources += [ROOT / "scripts" / name for name in SCRIPTS]
    return _digest(path.read_bytes() for path in sources)


def _suite_digest(suite_dir: Path) -> str:
    if not (suite_dir / "Dockerfile").is_file():
        raise usage(f"{suite_dir / 'Dockerfile'} is missing: copy another suite's")
    return _digest([_base_digest().encode(), *((suite_dir / file).read_bytes() for file in ("Dockerfile", LOCK))])


def _digest(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:DIGITS]


def _made_from(name: str) -> str:
    return _inspected(name, f'{{{{index .Config.Labels "{MADE_FROM}"}}}}')


def _inspected(name: str, form: str) -> str:
    done = attempt(["image", "inspect", "--format", form, name])
    return done.stdout.strip() if done.returncode == 0 else ""


def main(words: list[str]) -> int:
    """Print the base image's name, for scripts/build-base-image.sh."""
    print(base_name(load_knobs()))
    return 0
