"""The images: python-e2e-base, and one for each suite. Each tag is a digest of the image's source files, so checkouts
with different files neither use nor replace each other's images. Run as a program, it prints the base image's name."""

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
from e2e_common.setup.options import load_options
from e2e_common.util.errors import HarnessError, environment, usage
from e2e_common.util.paths import CACHE, LOCK, ROOT, SUITES, suite_names
from e2e_common.util.processes import die_with_parent, has_exited, spawn, stop
from e2e_common.util.readiness import wait_until

BASE = "python-e2e-base"
SUITE = "python-e2e-{}"
BY_HAND = "latest"
"""The tag for `docker compose` by hand."""
DIGITS = 12
BUILD_LIMIT_S = 900.0
DOCKERFILE = "drift/instrumentation/e2e_common/Dockerfile.base"
END_LIMIT_S = 10.0
IMAGE = "e2e.image"
"""The label of all our images: `base` or `suite`."""
MADE_FROM = "e2e.made-from"
"""The label of a suite's image with the id of its base image."""
LAST_LINES = 15
BOOTSTRAP = ("setup/bootstrap.py", "util/paths.py", "util/processes.py")
SCRIPTS = ("install-tusk-cli.sh", "make-application-environment.sh", "with-extra-ca.sh")
OF_SERVICES = {"postgres": "E2E_POSTGRES_IMAGE", "redis": "E2E_REDIS_IMAGE", "redis-cluster": "E2E_REDIS_IMAGE"}
"""Service → the option with its image."""


def base_name(options: Mapping[str, str]) -> str:
    """Returns the name of this checkout's base image. Raises HarnessError (2) if E2E_PYTHON is a path: an image has its
    own Python."""
    return f"{BASE}:{_version(options)}{_base_digest()}"


def suite_name(suite_dir: Path, options: Mapping[str, str]) -> str:
    """Returns the name of the suite's image for its current files. Raises HarnessError (2) as base_name, or if there is
    no Dockerfile."""
    return f"{SUITE.format(suite_dir.parent.name)}:{_version(options)}{_suite_digest(suite_dir)}"


def require_base(options: Mapping[str, str], *, build: bool) -> str:
    """Returns the id of the base image, after building it if it is missing and `build` is set. Raises HarnessError (3)
    if there is none."""
    name = base_name(options)
    if id_ := identity(name):
        return id_
    if not build:
        wanted = options["E2E_PYTHON"]
        advice = f"E2E_PYTHON={wanted} make base-image" if wanted else f"docker build -t {name} -f {DOCKERFILE} ."
        raise environment(f"there is no image {name}: {advice}")
    script = [str(ROOT / "scripts" / "build-base-image.sh"), "--if-missing"]
    building = spawn(
        script, cwd=ROOT, env=os.environ, stdout=sys.stderr, in_child=lambda: die_with_parent(signal.SIGTERM)
    )
    try:
        wait_until(lambda: has_exited(building), timeout_s=3 * BUILD_LIMIT_S, what=name)  # it has its own limits
    finally:
        status = stop(building, END_LIMIT_S)
    if status != 0 or not (id_ := identity(name)):
        raise environment(f"{name} could not be built (see above)")
    return id_


def require_of_services(services: Sequence[str], options: Mapping[str, str]) -> None:
    """Pull the missing images of these services. Raises HarnessError (3) if one cannot be pulled."""
    for option in dict.fromkeys(OF_SERVICES[service] for service in services if service in OF_SERVICES):
        name = options[option]
        if identity(name):
            continue
        print(f"e2e: pulling {name} ...", file=sys.stderr, flush=True)
        done = attempt(["pull", "--quiet", name], BUILD_LIMIT_S)
        if done.returncode != 0:
            error_line = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
            raise environment(
                f"the image {name} is not here and cannot be pulled ({error_line}); {option} names another"
            )


def require_suite(suite_dir: Path, name: str, base: str, override: Path) -> None:
    """Build the suite's image `name`, unless it exists and was made from the base image with the id `base`. `override`:
    the second Compose file. Raises HarnessError (3) if the build fails."""
    if _made_from(name) == base:
        return
    with locked(CACHE / f"{name.partition(':')[0]}.lock"):
        if _made_from(name) == base:
            return
        print(f"e2e: building {name} ...", file=sys.stderr, flush=True)
        files = ["-f", str(suite_dir / "docker-compose.yml"), "-f", str(override)]
        done = attempt(["compose", "--progress", "plain", *files, "build", "app"], BUILD_LIMIT_S)
        if done.returncode != 0:
            last_output = "\n".join((done.stdout + done.stderr).strip().splitlines()[-LAST_LINES:])
            raise environment(f"{name} could not be built:\n{last_output}")
        remove_replaced()


def remove_replaced() -> None:
    """Remove suite images whose name a newer image has taken. An image that a container still uses is kept until the
    next build."""
    named = ["--filter", "dangling=true", "--filter", f"label={IMAGE}=suite"]
    for id_ in attempt(["image", "ls", "--quiet", *named]).stdout.split():
        attempt(["image", "rm", id_])


def identity(name: str) -> str:
    """Returns the id of the image, or an empty string."""
    return _inspected(name, "{{.Id}}")


def remove_outdated() -> None:
    """Remove this checkout's outdated suite images. Images in use are kept, and so are base images: another checkout
    may need them."""
    remove_replaced()
    for name in outdated():
        attempt(["image", "rm", name])


def outdated() -> list[str]:
    """Returns the names of this checkout's suite images that no longer match its files."""
    current = {}
    for suite in suite_names():
        with contextlib.suppress(HarnessError, OSError):
            current[SUITE.format(suite)] = _suite_digest(SUITES / suite / "e2e-tests")
    listed = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "--filter", f"label={IMAGE}=suite").split()
    ours = [name for name in listed if name.rpartition(":")[0] in current]
    return [name for name in ours if not name.endswith((f":{BY_HAND}", current[name.rpartition(":")[0]]))]


def _version(options: Mapping[str, str]) -> str:
    """The prefix of a tag: the Python version in E2E_PYTHON."""
    wanted = options["E2E_PYTHON"]
    if wanted and not re.fullmatch(r"3\.\d+(\.\d+)?", wanted):
        raise usage(f"E2E_PYTHON={wanted}: with E2E_RUNTIME=docker a version, like 3.13")
    return f"{wanted}-" if wanted else ""


def _base_digest() -> str:
    """A digest of all files in the checkout that the base image contains or is made with."""
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
    print(base_name(load_options()))
    return 0
