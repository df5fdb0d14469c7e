"""`make new-suite NAME=x`: a new suite from templates/suite/, which passes at once.

The templates have everything that suites have in common; the author edits src/app.py, src/test_requests.py and
requirements.txt. There is no list of suites: make, CI and the harness's tests search for the folders.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from packaging.version import Version

from e2e_common.setup.environments import SDK
from e2e_common.setup.locks import fresh_lock
from e2e_common.util import paths
from e2e_common.util.errors import Code, HarnessError, usage
from e2e_common.util.interrupts import Interrupts

TEMPLATES = Path(__file__).parent / "templates" / "suite"
SUFFIX = ".jinja"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")  # also valid as folder, image, Compose project and make target
TAKEN = {"all": "make e2e-all runs every suite", "base": "python-e2e-base is the base image"}


def main(argv: Sequence[str]) -> int:
    """Make the suite `argv[0]` and print the next steps. Returns 0 or raises HarnessError."""
    with Interrupts():
        name = checked(argv)
        try:
            make(name)
        except HarnessError as error:
            raise HarnessError(error.code, f"{error}\n     nothing was made; is the package index reachable?") from None
    print(
        f"drift/instrumentation/{name}/e2e-tests is made, and green: make e2e-{name}\n"
        f"Three files are yours: requirements.txt (add the library), src/app.py and src/test_requests.py.\n"
        f"docs/new-suite.md says how to go on."
    )
    return Code.PASSED


def checked(argv: Sequence[str]) -> str:
    """The name of the new suite. Raises HarnessError (2) if it is invalid or taken."""
    name = argv[0] if len(argv) == 1 else ""
    if not name:
        raise usage("which name? make new-suite NAME=urllib3")
    if not NAME.fullmatch(name):
        raise usage(
            f"NAME={name}: not a name like that of a package: small letters, digits and single _, a letter first"
        )
    if name in TAKEN:
        raise usage(f"NAME={name}: {TAKEN[name]}; choose another name")
    folder = paths.SUITES / name
    if folder.is_symlink() or (folder / "e2e-tests").exists():
        raise usage(f"NAME={name}: there is {folder / 'e2e-tests'} already; choose another name, or remove it first")
    return name


def make(name: str) -> None:
    """Make the suite's folder as a draft and move it into place. Raises HarnessError (3), and leaves no files, if its
    requirements cannot be resolved."""
    draft = paths.SUITES / f".new-{name}"
    try:
        fill(draft, name)
        fresh_lock(draft)
        (paths.SUITES / name).mkdir(exist_ok=True)
        draft.rename(paths.SUITES / name / "e2e-tests")
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def fill(folder: Path, name: str) -> None:
    """Render the templates into `folder`, replacing it."""
    from jinja2 import Environment, StrictUndefined

    shutil.rmtree(folder, ignore_errors=True)  # left by a killed process
    templates = Environment(undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - none of them is HTML
    words = {"name": name, "runner": f"{name.title().replace('_', '')}Runner", "sdk": pinned_sdk()}
    for template in sorted(TEMPLATES.rglob(f"*{SUFFIX}")):
        target = folder / template.relative_to(TEMPLATES).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(templates.from_string(template.read_text()).render(words))
        if template.stat().st_mode & 0o100:
            target.chmod(target.stat().st_mode | 0o111)


def pinned_sdk() -> str:
    """The requirement for the SDK as in the other suites; the newest version if they differ."""
    line = re.compile(rf"^{SDK}==(\S+)$", re.MULTILINE)
    files = [paths.SUITES / name / "e2e-tests" / paths.REQUIREMENTS for name in paths.suite_names()]
    pins = [pin for file in files for pin in line.findall(file.read_text())]
    return f"{SDK}=={max(pins, key=Version)}" if pins else SDK
