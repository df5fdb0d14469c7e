"""The images: python-e2e-base, and one for each suite. Each tag is a digest of what the image is made from: checkouts
with different files neither use nor replace each other's images."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from e2e_common.docker.engine import attempt
from e2e_common.setup.environments import digest
from e2e_common.setup.options import load_options
from e2e_common.util.errors import environment, usage
from e2e_common.util.paths import LOCK, ROOT
from e2e_common.util.processes import die_with_parent, spawn, stop

BASE, DOCKERFILE = "python-e2e-base", "e2e_common/Dockerfile.base"
BUILD_LIMIT_S = 900.0
END_LIMIT_S = 10.0
OF_SERVICES = {"postgres": "E2E_POSTGRES_IMAGE", "redis": "E2E_REDIS_IMAGE", "redis-cluster": "E2E_REDIS_IMAGE"}
"""Service → the option with its image."""


def base_name(options: Mapping[str, str]) -> str:
    """Returns the name of the base image made from this checkout's files. Raises HarnessError (2) if E2E_PYTHON is a
    path: an image has its own Python."""
    listed = re.findall(r"^!(.*)$", (ROOT / f"{DOCKERFILE}.dockerignore").read_text(), re.MULTILINE)
    return _name(BASE, options, *((ROOT / name).read_bytes() for name in (DOCKERFILE, *listed)))


def suite_name(suite_dir: Path, options: Mapping[str, str], base: str) -> str:
    """Returns the name of the suite's image for its current files, on the base image with the id `base`. Raises
    HarnessError (2) as base_name, or if there is no Dockerfile."""
    if not (suite_dir / "Dockerfile").is_file():
        raise usage(f"{suite_dir / 'Dockerfile'} is missing: copy another suite's")
    files = ((suite_dir / name).read_bytes() for name in ("Dockerfile", LOCK))
    return _name(f"python-e2e-{suite_dir.parent.name}", options, base.encode(), *files)


def _name(repository: str, options: Mapping[str, str], *sources: bytes) -> str:
    """The tag: the Python version in E2E_PYTHON, if any, and the digest of the sources."""
    wanted = options["E2E_PYTHON"]
    if wanted and not re.fullmatch(r"3\.\d+(\.\d+)?", wanted):
        raise usage(f"E2E_PYTHON={wanted}: with E2E_RUNTIME=docker a version, like 3.13")
    return f"{repository}:{wanted and f'{wanted}-'}{digest(*sources)}"


def require_base(options: Mapping[str, str], *, build: bool) -> str:
    """Returns the id of the base image, after building it if it is missing and `build` is set. Raises HarnessError (3)
    if there is none."""
    name = base_name(options)
    if id_ := identity(name):
        return id_
    if not build:
        python = f"E2E_PYTHON={options['E2E_PYTHON']} " if options["E2E_PYTHON"] else ""
        raise environment(f"there is no image {name}: {python}make base-image")
    script = [str(ROOT / "scripts" / "build-base-image.sh"), "--if-missing"]  # it has its own time limits
    building = spawn(
        script, cwd=ROOT, env=os.environ, stdout=sys.stderr, in_child=lambda: die_with_parent(signal.SIGTERM)
    )
    try:
        building.wait()
    finally:
        status = stop(building, END_LIMIT_S)
    if status != 0 or not (id_ := identity(name)):
        raise environment(f"{name} could not be built (see above)")
    return id_


def require_suite(suite_dir: Path, name: str, override: Path) -> None:
    """Build the suite's image `name`, unless it exists. `override`: the second Compose file. Raises HarnessError (3) if
    the build fails."""
    if identity(name):
        return
    print(f"e2e: building {name} ...", file=sys.stderr, flush=True)
    files = ["-f", str(suite_dir / "docker-compose.yml"), "-f", str(override)]
    done = attempt(["compose", "--progress", "plain", *files, "build", "app"], BUILD_LIMIT_S)
    if done.returncode != 0:
        last_output = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise environment(f"{name} could not be built:\n{last_output}")


def identity(name: str) -> str:
    """Returns the id of the image, or an empty string."""
    done = attempt(["image", "inspect", "--format", "{{.Id}}", name])
    return done.stdout.strip() if done.returncode == 0 else ""


def main(words: list[str]) -> int:
    """Print the base image's name, for scripts/build-base-image.sh."""
    print(base_name(load_options()))
    return 0
