"""Builds images from a copy of the checkout, under separate names and with a marked CA bundle."""

from __future__ import annotations

import os
import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import execute
from tests.e2e.docker.conftest import docker

BUILD_LIMIT_S = 600
DOCUMENTED = "drift/instrumentation/e2e_common/Dockerfile.base"


def build_from(dockerfile: str, *names: str) -> None:
    words = [word for name in names for word in ("-t", name)]
    subprocess.run(
        ["docker", "build", "-q", *words, "-"], input=dockerfile, text=True, stdout=subprocess.DEVNULL, check=True,
        timeout=BUILD_LIMIT_S, env={**os.environ, "DOCKER_BUILDKIT": "1"},
    )  # fmt: skip


def inspected(name: str, form: str) -> str:
    return docker("image", "inspect", "--format", form, name).strip()


@dataclass
class Workshop:
    """A copy of the images' sources, names for the images, and a CA bundle with a unique line."""

    folder: Path
    python: str
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def bundle(self) -> Path:
        return self.folder / "bundle.pem"

    @property
    def checkout(self) -> Path:
        return self.folder / "checkout"

    @property
    def suite(self) -> Path:
        return self.checkout / "drift" / "instrumentation" / "flask" / "e2e-tests"

    def name(self, kind: str) -> str:
        return f"e2e-test-{self.mark[:12]}:{kind}"

    def build(self, kind: str, context: Path, *words: str) -> None:
        """Builds name(kind)."""
        options = ("-t", self.name(kind), "--secret", f"id=extra_ca,src={self.bundle}", *words)
        done = execute("env", "DOCKER_BUILDKIT=1", "docker", "build", *options, ".", cwd=context)
        assert done.returncode == 0, done.stderr[-3000:]

    def build_base(self, kind: str) -> None:
        words = ("--build-arg", f"PYTHON_IMAGE={self.name('python')}", "--build-arg", "TUSK_CLI_VERSION=none")
        self.build(kind, self.checkout, "-f", DOCUMENTED, *words)

    def build_suite(self, kind: str) -> None:
        self.build(kind, self.suite, "--build-arg", f"BASE_IMAGE={self.name('base')}")

    def run(self, kind: str, *command: str) -> str:
        """Runs a command like a run does: arbitrary uid, read-only file system, no capabilities, no network."""
        bounds = ["--network", "none", "--read-only", "--cap-drop", "ALL", "--user", "54321:54321", "--tmpfs", "/tmp"]
        return docker("run", "--rm", *bounds, self.name(kind), *command)
