"""Runs under Docker for the tests: a small copy of the checkout with small suites, and what they leave in the engine.

Requires an engine with Compose and this checkout's base image. Otherwise the tests are skipped.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from e2e_common.docker import engine, images
from e2e_common.docker.engine import KINDS
from e2e_common.setup.options import read_options
from e2e_common.util.errors import HarnessError
from e2e_common.util.paths import ROOT
from tests.conftest import CANARIES, LEAKS, PSYCOPG, Suite, clean_environ, copy_checkout, execute, lock_leaks

BASE = images.base_name(read_options({}))
RUN_LIMIT_S = 120
OF_THE_MACHINE = ("E2E_PYTHON_IMAGE", "E2E_POSTGRES_IMAGE", "E2E_REDIS_IMAGE", "E2E_EXTRA_CA")


def docker(*words: str, check: bool = True) -> str:
    """Returns the output of `docker WORDS`."""
    return execute("docker", *words, check=check).stdout


def require_docker() -> str:
    """Returns the id of the base image. Skips the test if runs under Docker are not possible."""
    try:
        engine.require_engine()
    except HarnessError as error:
        pytest.skip(str(error))
    base = images.identity(BASE)
    if not base:
        pytest.skip(f"there is no image {BASE}: make base-image")
    return base


class Checkout:
    """A copy of this checkout in a separate folder. It uses this checkout's environment, so nothing is downloaded."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.suites: list[str] = []
        root.chmod(0o755)  # another user in a container may read it
        copy_checkout(root)
        # An environment that uses this checkout's packages and the copy's code.
        ours, home = ROOT / ".cache" / "harness", self.root / ".cache" / "harness"
        packages = next((ours / "lib").glob("python*/site-packages"))
        site_packages = home / packages.relative_to(ours)
        site_packages.mkdir(parents=True)
        (site_packages / "drift_e2e.pth").write_text(f"{self.root}\n{packages}\n")
        (home / "bin").mkdir()
        (home / "bin" / "python").symlink_to(os.path.realpath(ours / "bin" / "python"))
        for name in ("pyvenv.cfg", "stamp"):
            shutil.copyfile(ours / name, home / name)
        (ROOT / ".cache" / "envs").mkdir(exist_ok=True)
        for lent in (*(ROOT / ".cache").glob("uv-*"), ROOT / ".cache" / "envs"):
            (self.root / ".cache" / lent.name).symlink_to(lent)

    def suite(self, kind: str, source: Path) -> Contained:
        """Returns a new suite with the application in `source`."""
        suite = Contained(self, f"{kind}{uuid.uuid4().hex[:6]}", source)
        self.suites.append(suite.name)
        return suite

    def remove(self) -> None:
        """Removes everything of this checkout from the engine."""
        for suite in self.suites:
            for kind in KINDS:
                if ids := left(suite, kind):
                    docker(*(("rm", "-fv") if kind == "container" else (kind, "rm")), *ids, check=False)
            if names := docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", f"python-e2e-{suite}").split():
                docker("image", "rm", "--force", *names, check=False)


class Contained(Suite):
    """A suite in such a checkout. Tests may edit `folder`."""

    def __init__(self, checkout: Checkout, name: str, source: Path) -> None:
        super().__init__(checkout.root / "drift" / "instrumentation" / name, source)
        self.checkout, self.out = checkout, checkout.root / "out"
        compose = self.folder / "docker-compose.yml"
        environment = 'environment: {CANARY: "${CANARY:-}", LEAKS: "${LEAKS:-}"}'
        text = compose.read_text().replace("flask", name)
        compose.write_text(text.replace("build:", f"{environment}\n      build:"))

    @property
    def image(self) -> str:
        """The name of the image for the suite's current files."""
        return images.suite_name(self.folder, read_options({}), images.identity(BASE))

    def command(self, *words: str) -> list[str]:
        return [str(self.checkout.root / "scripts" / "e2e.sh"), "run", self.name, *words]

    def environ(self, options: Mapping[str, str] | None = None) -> dict[str, str]:
        machine = {name: os.environ[name] for name in OF_THE_MACHINE if name in os.environ}
        return clean_environ(**{"E2E_RUNTIME": "docker", **machine, **(options or {})})

    def compose_run(
        self, *words: str, command: tuple[str, ...] = (), **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs a command in the suite's container with Compose alone, by default as the owner of the suite."""
        owner = self.folder.stat()
        ids = {"E2E_UID": str(owner.st_uid), "E2E_GID": str(owner.st_gid)}
        call = ("docker", "compose", "run", "--no-TTY", *words, "app", *command)
        return execute(*call, env=self.environ({**ids, **variables}), cwd=self.folder)


def left(suite: str, kind: str) -> list[str]:
    """Returns the ids of the engine's objects of one kind that belong to the suite of this name."""
    listing = ["ps", "--all"] if kind == "container" else [kind, "ls"]
    return docker(*listing, "--quiet", "--filter", f"label=e2e.suite={suite}").split()


def all_left(suite: Contained) -> dict[str, list[str]]:
    """Returns `left` for each kind that is not empty."""
    return {kind: ids for kind in KINDS if (ids := left(suite.name, kind))}


@contextlib.contextmanager
def of_the_engine(mode: int) -> Iterator[None]:
    """Locks the engine: shared (fcntl.LOCK_SH) for tests that leave objects which `clean-volumes` would remove,
    exclusive (LOCK_EX) for tests that call it."""
    with (Path(tempfile.gettempdir()) / "python-e2e-docker-tests.lock").open("w") as handle:
        fcntl.flock(handle, mode)
        yield


@pytest.fixture
def spared() -> Iterator[None]:
    """While this is held, no other test calls clean-volumes."""
    with of_the_engine(fcntl.LOCK_SH):
        yield


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout for the tests of one file."""
    require_docker()
    checkout = Checkout(tmp_path_factory.mktemp("a checkout"))
    try:
        yield checkout
    finally:
        checkout.remove()


@pytest.fixture(scope="module")
def canary(checkout: Checkout) -> Contained:
    """The canary application. CANARY= selects its fault."""
    return checkout.suite("canary", CANARIES)


@pytest.fixture(scope="module")
def leaks(checkout: Checkout) -> Contained:
    """The application that bypasses the instrumentation if LEAKS=on."""
    suite = checkout.suite("leaks", LEAKS)
    lock_leaks(suite.folder)
    document = yaml.safe_load((PSYCOPG / "docker-compose.yml").read_text().replace("psycopg", suite.name))
    document["x-e2e"]["services"] += ["upstream", "redis"]
    of = document["services"]
    of["redis"] = {**of["postgres"], "extends": {**of["postgres"]["extends"], "service": "redis"}}
    of["app"]["depends_on"]["redis"] = of["app"]["depends_on"]["postgres"]
    of["app"]["environment"] = of["replay"]["environment"] = {"LEAKS": "${LEAKS:-}"}
    (suite.folder / "docker-compose.yml").write_text(yaml.safe_dump(document))
    return suite
