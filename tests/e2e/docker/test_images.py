"""Builds the real images from a copy of the checkout, under separate names and with a marked CA bundle.

Requires an engine, and an image with Python that exists or can be pulled (E2E_PYTHON_IMAGE). The builds take a minute.
"""

from __future__ import annotations

import gzip
import ipaddress
import json
import os
import re
import signal
import subprocess
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e_common.docker import engine, images
from e2e_common.setup.bootstrap import UV_VERSION
from e2e_common.setup.options import read_options
from e2e_common.util.errors import HarnessError
from e2e_common.util.paths import ROOT, SUITES
from tests.conftest import copy_checkout, execute, start
from tests.e2e.docker.conftest import docker
from tests.e2e.docker.release import VERSION, Release, served

pytestmark = [pytest.mark.docker, pytest.mark.slow]

LIMIT_S = 600
SCRIPTED = images.base_name(read_options({"E2E_PYTHON": "3.99"}))  # for a Python version that does not exist
BY_HAND = "python-e2e-base:3.99"
FLASK = SUITES / "flask" / "e2e-tests"
SCRIPT = ROOT / "scripts" / "build-base-image.sh"


def build_from(dockerfile: str, *names: str) -> None:
    words = [word for name in names for word in ("-t", name)]
    env = {**os.environ, "DOCKER_BUILDKIT": "1"}
    command = ["docker", "build", "-q", *words, "-"]
    subprocess.run(
        command, input=dockerfile, text=True, stdout=subprocess.DEVNULL, check=True, timeout=LIMIT_S, env=env
    )


def inspected(name: str, form: str) -> str:
    return docker("image", "inspect", "--format", form, name).strip()


class Workshop:
    """A copy of the images' sources, names for the images, and a CA bundle with a unique line."""

    def __init__(self, folder: Path) -> None:
        self.mark = uuid.uuid4().hex
        self.bundle, self.checkout = folder / "bundle.pem", folder / "checkout"
        self.suite = self.checkout / "drift" / "instrumentation" / "flask" / "e2e-tests"
        trusted = os.environ.get("E2E_EXTRA_CA")
        self.bundle.write_text((Path(trusted).read_text() if trusted else "") + f"\n# {self.mark}\n")
        copy_checkout(self.checkout)

    def name(self, kind: str) -> str:
        return f"e2e-test-{self.mark[:12]}:{kind}"

    def build(self, image: str, kind: str = "") -> None:
        """Builds "base" or "suite" with the documented command, by default as name(image)."""
        if image == "base":
            words = ["-f", "drift/instrumentation/e2e_common/Dockerfile.base", "--build-arg", "TUSK_CLI_VERSION=none"]
            words += ["--build-arg", f"PYTHON_IMAGE={self.name('python')}"]
        else:
            words = ["--build-arg", f"BASE_IMAGE={self.name('base')}"]
        words += ["-t", self.name(kind or image), "--secret", f"id=extra_ca,src={self.bundle}", "."]
        context = self.checkout if image == "base" else self.suite
        execute("env", "DOCKER_BUILDKIT=1", "docker", "build", *words, cwd=context, check=True)

    def run(self, kind: str, *command: str) -> str:
        """Runs a command like a run does: arbitrary uid, read-only file system, no capabilities, no network."""
        bounds = ["--network", "none", "--read-only", "--cap-drop", "ALL", "--user", "54321:54321", "--tmpfs", "/tmp"]
        return docker("run", "--rm", *bounds, self.name(kind), *command)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """The base image and the flask suite's image, built on a Python image that is in no cache, so that each step has
    run with the bundle."""
    python = os.environ.get("E2E_PYTHON_IMAGE") or "python:3.12-slim"
    try:
        engine.require_engine()
    except HarnessError as error:
        pytest.skip(str(error))
    if not images.identity(python) and execute("docker", "pull", "-q", python).returncode != 0:
        pytest.skip(f"the image {python} is not here and cannot be pulled; E2E_PYTHON_IMAGE names another")
    workshop = Workshop(tmp_path_factory.mktemp("workshop"))
    build_from(f"FROM {python}\nUSER root\nRUN echo {uuid.uuid4()} >/etc/e2e-test\n", workshop.name("python"))
    try:
        workshop.build("base")
        workshop.build("suite")
        yield workshop
    finally:
        ours = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", workshop.name("x").partition(":")[0])
        docker("image", "rm", *ours.split())


def held(name: str, words: set[str]) -> set[str]:
    """Returns the words that any layer (even a hidden one) or the configuration of the saved image contains."""
    present = set()
    with (
        subprocess.Popen(["docker", "save", name], stdout=subprocess.PIPE) as saving,
        tarfile.open(fileobj=saving.stdout, mode="r|") as parts,
    ):
        for part in parts:
            opened = parts.extractfile(part)
            content = opened.read() if opened else b""
            if content.startswith(b"\x1f\x8b"):
                content = gzip.decompress(content)
            present |= {word for word in words if word.encode() in content}
    return present


def test_the_base_holds_its_tools_for_anybody(workshop: Workshop) -> None:
    script = "id -u && curl -V && psql -V && jq -V && uv --version && pwd && bash -c 'echo $HOME'"
    output = workshop.run("base", "sh", "-c", script)
    for word in ("54321\n", "curl ", "psql (PostgreSQL) ", "jq-1.", f"uv {UV_VERSION}", "/e2e\n/tmp\n"):
        assert word in output


def test_the_harness_environment_is_complete(workshop: Workshop) -> None:
    imports = "import flask, packaging, google.protobuf, psycopg2, yaml, redis, requests, sys; print(sys.path[-1])"
    assert workshop.run("base", "/opt/e2e/harness/bin/python", "-c", imports) == "/e2e\n"
    stamp = workshop.run("base", "cat", "/opt/e2e/harness/stamp")
    assert stamp == (ROOT / "e2e_common" / "requirements.lock").read_text()
    assert workshop.run("base", "ls", f"/opt/e2e/uv-{UV_VERSION}/stamp").strip()


def test_neither_image_runs_as_root_and_their_labels_tell_them_apart(workshop: Workshop) -> None:
    form = '{{.Config.User}} {{index .Config.Labels "e2e.image"}} {{index .Config.Labels "e2e.suite"}}'
    assert inspected(workshop.name("base"), form) == "1000:1000 base"
    assert inspected(workshop.name("suite"), form) == "1000:1000 suite flask"


def test_nothing_of_the_ca_bundle_is_in_an_image(workshop: Workshop) -> None:
    for kind in ("base", "suite"):
        known = "e2e-extra-ca.pem"  # a word from with-extra-ca, to check that the search finds something
        assert held(workshop.name(kind), {workshop.mark, known}) == {known}
        assert workshop.run(kind, "find", "/run/secrets", "-type", "f") == ""
        assert "CERT" not in workshop.run(kind, "env")


def test_no_download_stays_in_an_image(workshop: Workshop) -> None:
    places = ("/root", "/tmp", "/mnt", "/var/lib/apt/lists")
    found, before = (
        set(docker("run", "--rm", "--user", "0", workshop.name(kind), "find", *places, "-type", "f").split())
        for kind in ("suite", "python")
    )
    assert found <= before


def test_the_application_environment_is_the_locks(workshop: Workshop) -> None:
    python, lock = "/opt/application/bin/python", (FLASK / "requirements.lock").read_text()
    assert workshop.run("suite", "cat", "/opt/application/stamp") == lock
    versions = json.loads(workshop.run("suite", "cat", "/opt/application/ready.json"))
    output = workshop.run("suite", python, "-c", "import drift, flask, platform; print(platform.python_version())")
    assert versions.pop("python") == output.strip()
    pip_list = ("uv", "pip", "list", "--no-cache", "--format", "json", "--python", python)
    listed = json.loads(workshop.run("suite", *pip_list))
    assert {re.sub(r"[-_.]+", "-", row["name"]).lower(): row["version"] for row in listed} == versions
    pins = dict(re.findall(r"^(flask|tusk-drift-python-sdk|requests)==(\S+)", lock, re.MULTILINE))
    assert len(pins) == 3
    assert pins.items() <= versions.items()


@pytest.mark.parametrize("kind", ["base", "suite"])
def test_an_edit_of_a_lock_makes_one_layer_anew(workshop: Workshop, kind: str) -> None:
    lock = (workshop.checkout / "e2e_common" if kind == "base" else workshop.suite) / "requirements.lock"
    before = lock.read_text()
    lock.write_text(f"{before}# edited\n")
    try:
        workshop.build(kind, "edited")
    finally:
        lock.write_text(before)
    old, new = (json.loads(inspected(workshop.name(name), "{{json .RootFS.Layers}}")) for name in (kind, "edited"))
    assert (len(new), sum(one != other for one, other in zip(old, new))) == (len(old), 1)


# Tests of scripts/build-base-image.sh


@pytest.fixture
def scripted(workshop: Workshop) -> Iterator[dict[str, str]]:
    """Options with which the script builds SCRIPTED and BY_HAND. Both are removed before and after."""
    options = {"E2E_PYTHON": "3.99", "E2E_PYTHON_IMAGE": workshop.name("python"), "E2E_EXTRA_CA": str(workshop.bundle)}
    yield {**{key: value for key, value in os.environ.items() if not key.startswith(("E2E_", "TUSK_"))}, **options}
    docker("image", "rm", SCRIPTED, BY_HAND, check=False)


@pytest.fixture
def release() -> Iterator[Release]:
    """A release on the address that containers can reach."""
    (network,) = json.loads(docker("network", "inspect", "bridge"))
    addresses = network["IPAM"]["Config"][0]
    gateway = addresses.get("Gateway") or str(ipaddress.ip_network(addresses["Subnet"])[1])
    try:
        with served(gateway) as release:
            yield release
    except OSError as error:
        pytest.skip(f"no server can listen at the engine's gateway {gateway}: {error}")


def script(env: dict[str, str], *words: str, url: str = "") -> str:
    """Builds with the release at `url`, or without a CLI. Returns the messages."""
    cli = {"TUSK_CLI_VERSION": VERSION if url else "none", "TUSK_CLI_URL": url}
    done = execute(SCRIPT, *words, env={**env, **cli}, check=True)
    assert done.stdout == ""
    return done.stderr


def cli_of_image() -> str:
    return inspected(SCRIPTED, '{{index .Config.Labels "e2e.tusk-cli"}}')


def temporary_names() -> str:
    return docker("image", "ls", "--format", "{{.Tag}}", "--filter", "reference=python-e2e-base:building-*")


def test_the_script_names_the_cli_that_is_in_the_image(scripted: dict[str, str], release: Release) -> None:
    script(scripted, url=release.url)
    assert cli_of_image() == f"Tusk CLI (version: {VERSION})"
    assert docker("run", "--rm", "--read-only", SCRIPTED, "/usr/local/bin/tusk", "--version").startswith("Tusk CLI")
    release.asked.clear()
    script(scripted, url=release.url)
    assert release.asked == []  # it exists, so nothing is downloaded a second time


def test_what_could_not_be_reached_is_said_and_tried_again(scripted: dict[str, str], release: Release) -> None:
    away = release.url.rpartition(":")[0] + ":9/"  # nothing listens on port 9
    assert "!!! no Tusk CLI" in script(scripted, url=away)
    assert cli_of_image() == "none"
    before = inspected(SCRIPTED, "{{.Id}}")
    assert "!!! no Tusk CLI" in script(scripted, url=away)
    assert inspected(SCRIPTED, "{{.Id}}") == before  # so no suite's image is rebuilt
    script(scripted, url=release.url)
    assert cli_of_image() != "none"


def test_the_image_that_is_replaced_goes(scripted: dict[str, str]) -> None:
    script(scripted)
    first = inspected(SCRIPTED, "{{.Id}}")
    assert inspected(BY_HAND, "{{.Id}}") == first
    assert script(scripted, "--if-missing") == ""
    assert inspected(SCRIPTED, "{{.Id}}") == first
    build_from(f"FROM {SCRIPTED}\nLABEL e2e.test=other\n", SCRIPTED, BY_HAND)
    other = inspected(SCRIPTED, "{{.Id}}")
    script(scripted)
    assert inspected(SCRIPTED, "{{.Id}}") == inspected(BY_HAND, "{{.Id}}") != other
    assert not images.identity(other)
    assert temporary_names() == ""


def test_what_a_killed_build_left_is_swept_and_no_other(scripted: dict[str, str], workshop: Workshop) -> None:
    with subprocess.Popen(["true"]) as dead:
        dead.wait()
    left, others = f"python-e2e-base:building-{dead.pid}", f"python-e2e-base:building-{os.getpid()}"
    for name in (left, others):
        docker("tag", workshop.name("base"), name)
    try:
        script(scripted)
        assert not images.identity(left)
        assert images.identity(others)
    finally:
        docker("image", "rm", others)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_build_that_is_interrupted_leaves_nothing(scripted: dict[str, str], release: Release, how: int) -> None:
    release.held.add("checksums.txt")
    env = {**scripted, "TUSK_CLI_VERSION": VERSION, "TUSK_CLI_URL": release.url}
    building = start(SCRIPT, env=env)
    assert release.holds.wait(LIMIT_S)
    os.killpg(building.pid, how)
    building.communicate(timeout=LIMIT_S)
    assert building.returncode == 128 + how
    assert not images.identity(SCRIPTED)
    assert temporary_names() == ""
