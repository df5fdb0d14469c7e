"""A shell in the container that records a suite, beside its services (make shell-<suite>): `shell SUITE
[port]`. The services end with it."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Sequence

from e2e_common.command_line import parse_words
from e2e_common.docker import images, objects
from e2e_common.docker.compose import Compose
from e2e_common.docker.engine import require_engine
from e2e_common.errors import HarnessError
from e2e_common.interrupts import Interrupts
from e2e_common.knobs import load_knobs
from e2e_common.paths import ROOT
from e2e_common.run_folder import RunFolder
from e2e_common.suites import folder_of, name_of


def main(argv: Sequence[str]) -> int:
    """Open it. Returns the shell's exit status, or the code of the contract."""
    with Interrupts() as interrupts:
        compose = None
        try:
            suite_dir = folder_of(argv[0])
            knobs = load_knobs()
            folder = RunFolder(ROOT / knobs["E2E_OUT"] / f"{name_of(suite_dir)}-{parse_words(argv[1:]).port}-shell")
            folder.lock()
            require_engine()
            compose = Compose(suite_dir, folder, knobs)
            base = images.require_base(knobs, build=True)
            images.require_suite(suite_dir, compose.image, base, compose.environ)
            compose.give_folders()
            objects.remove_project(compose.project)  # what a killed shell has left
            # A person's Ctrl-C is for the shell alone, which has the terminal.
            return subprocess.call(compose.shell(), cwd=suite_dir, env=compose.environ)
        finally:
            interrupts.hold()
            if compose is not None:
                with contextlib.suppress(HarnessError):
                    objects.remove_project(compose.project)
