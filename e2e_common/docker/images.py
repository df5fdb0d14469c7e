"""The images: python-e2e-base, and one for each suite, made anew when what it is made from has changed. As a program it
prints what the base image would be made from now, for scripts/build-base-image.sh."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from e2e_common.bootstrap import locked
from e2e_common.docker.engine import attempt
from e2e_common.docker.objects import IMAGE
from e2e_common.errors import environment, usage
from e2e_common.paths import CACHE, LOCK, REQUIREMENTS, ROOT
from e2e_common.processes import die_with_parent, has_exited, spawn, stop
from e2e_common.readiness import wait_until

BASE = "python-e2e-base"
BUILD_LIMIT_S = 900.0
BUILD_COMMAND = f"docker build -t {BASE}:latest -f drift/instrumentation/e2e_common/Dockerfile.base ."
END_LIMIT_S = 10.0
MADE_FROM = "e2e.made-from"
BASE_MADE_FROM = "e2e.base-made-from"
LAST_LINES = 15
BOOTSTRAP = ("__init__.py", "bootstrap.py", "paths.py", "processes.py")
SCRIPTS = ("install-tusk-cli.sh", "make-application-environment.sh", "with-extra-ca.sh")
OF_SERVICES = {"postgres": "E2E_POSTGRES_IMAGE", "redis": "E2E_REDIS_IMAGE", "redis-cluster": "E2E_REDIS_IMAGE"}
"""Service → the knob that names its image."""


def tag(knobs: Mapping[str, str]) -> str:
    """`latest`, or the version that E2E_PYTHON names. Raises HarnessError (2) for a path: an image has its own."""
    wanted = knobs["E2E_PYTHON"]
    if wanted and not re.fullmatch(r"3\.\d+(\.\d+)?", wanted):
        raise usage(f"E2E_PYTHON={wanted}: with E2E_RUNTIME=docker a version, like 3.13")
    return wanted or "latest"


def require_base(knobs: Mapping[str, str], *, build: bool) -> str:
    """The id of the base image; where `build` says so it is built first if it is missing, or was made by us from what
    has changed since. Raises HarnessError (3) where it is missing else, or cannot be built."""
    name = f"{BASE}:{tag(knobs)}"
    found, _, was = _inspected(name, f'{{{{.Id}}}} {{{{index .Config.Labels "{BASE_MADE_FROM}"}}}}').partition(" ")
    if found and not (build and was and was != _base_made_from()):
        return found
    if not build:
        advice = BUILD_COMMAND if name.endswith(":latest") else f"E2E_PYTHON={knobs['E2E_PYTHON']} make base-image"
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


def require_suite(suite_dir: Path, name: str, base: str, env: Mapping[str, str]) -> None:
    """Build the suite's image `name`, unless it was made from what is here now: the base image with the id `base`, the
    Dockerfile, the lock. The one it replaces is removed. `env`: for Compose. Raises HarnessError (3) when it fails."""
    if not (suite_dir / "Dockerfile").is_file():
        raise usage(f"{suite_dir / 'Dockerfile'} is missing: copy another suite's")
    sources = [base.encode(), *((suite_dir / file).read_bytes() for file in ("Dockerfile", REQUIREMENTS, LOCK))]
    made_from = hashlib.sha256(b"\0".join(sources)).hexdigest()
    if _made_from(name) == made_from:
        return
    with locked(CACHE / f"{name.replace(':', '-')}.lock"):
        if _made_from(name) == made_from:
            return
        print(f"e2e: building {name} ...", file=sys.stderr, flush=True)
        file = str(suite_dir / "docker-compose.yml")
        words = ["compose", "--progress", "plain", "-f", file, "build", "app"]
        done = attempt(words, BUILD_LIMIT_S, {**env, "E2E_MADE_FROM": made_from})
        if done.returncode != 0:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-LAST_LINES:])
            raise environment(f"{name} could not be built:\n{said}")
        _remove_replaced()


def _remove_replaced() -> None:
    """The suites' images that have lost their name to a newer one. One that a container still uses stays until the next
    build."""
    named = ["--filter", "dangling=true", "--filter", f"label={IMAGE}=suite"]
    for id_ in attempt(["image", "ls", "--quiet", *named]).stdout.split():
        attempt(["image", "rm", id_])


def identity(name: str) -> str:
    """The id of the image, or nothing where there is none."""
    return _inspected(name, "{{.Id}}")


def _base_made_from() -> str:
    """Changes when anything does that the base image holds or is made with, as far as that is in the checkout."""
    sources = [ROOT / "e2e_common" / name for name in ("Dockerfile.base", LOCK, *BOOTSTRAP)]
    sources += [ROOT / "scripts" / name for name in SCRIPTS]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()


def _made_from(name: str) -> str:
    return _inspected(name, f'{{{{index .Config.Labels "{MADE_FROM}"}}}}')


def _inspected(name: str, form: str) -> str:
    done = attempt(["image", "inspect", "--format", form, name])
    return done.stdout.strip() if done.returncode == 0 else ""


if __name__ == "__main__":
    print(_base_made_from())
