"""`make new-suite NAME=x`: a new suite from templates/suite/, which passes at once.

The templates have everything that suites have in common; the author edits src/app.py, src/test_requests.py and
requirements.txt. There is no list of suites: make, CI and the harness's tests search for the folders.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from packaging.version import Version

from e2e_common.setup.bootstrap import fresh_lock, run, uv
from e2e_common.setup.environments import SDK, find_sdk
from e2e_common.setup.options import load_options
from e2e_common.util import paths
from e2e_common.util.errors import Code, HarnessError, usage
from e2e_common.util.interrupts import Interrupts

TEMPLATES = Path(__file__).parent / "templates" / "suite"
SUFFIX = ".jinja"
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")  # also valid as folder, image, Compose project and make target
TAKEN = {"all": "make e2e-all runs every suite", "base": "python-e2e-base is the base image"}
IMPORTED = ("flask", "requests")
"""Requirements of the templates' application."""
PACKAGES = {"grpc": "grpcio", "kinde": "kinde-python-sdk", "wsgi": ""}
"""Instrumentation → name of its library on the index, if that differs; empty if there is none."""


def main(argv: Sequence[str]) -> int:
    """Make the suite `argv[0]` as a draft, move it into place, and print the next steps. Returns 0 or raises
    HarnessError: 2 for a name that is invalid or taken, 3 if its requirements cannot be resolved (no file is left)."""
    name = argv[0] if len(argv) == 1 else ""
    if problem := _problem(name):
        raise usage(problem)
    folder, draft = paths.SUITES / name, paths.SUITES / f".new-{name}"
    with Interrupts():
        try:
            pin = pinned_sdk()
            known = is_instrumented(name, pin)
            library = PACKAGES.get(name, "" if name in sys.stdlib_module_names else name) if known else ""
            fill(draft, name, list(dict.fromkeys([pin, *IMPORTED, *filter(None, [library])])))
            fresh_lock(draft)
            folder.mkdir(exist_ok=True)
            draft.rename(folder / "e2e-tests")
        except HarnessError as error:
            hint = "\n     nothing was made; is the package index reachable?" if error.code == Code.ENVIRONMENT else ""
            raise HarnessError(error.code, f"{error}{hint}") from None
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    print(next_steps(name, known))
    return Code.PASSED


def _problem(name: str) -> str:
    """Why `name` cannot be a new suite's; else empty."""
    if not name:
        return "which name? make new-suite NAME=urllib3"
    if not NAME.fullmatch(name):
        return f"NAME={name}: not a name like that of a package: small letters, digits and single _, a letter first"
    if name in TAKEN:
        return f"NAME={name}: {TAKEN[name]}; choose another name"
    folder = paths.SUITES / name
    if folder.is_symlink() or (folder / "e2e-tests").exists():
        return f"NAME={name}: there is {folder / 'e2e-tests'} already; choose another name, or remove it first"
    return ""


def fill(folder: Path, name: str, requirements: Sequence[str]) -> None:
    """Render the templates into `folder`, replacing it."""
    from jinja2 import Environment, StrictUndefined

    shutil.rmtree(folder, ignore_errors=True)  # left by a killed process
    templates = Environment(undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - none of them is HTML
    words = {"name": name, "runner": f"{name.title().replace('_', '')}Runner", "requirements": requirements}
    for template in sorted(TEMPLATES.rglob(f"*{SUFFIX}")):
        target = folder / template.relative_to(TEMPLATES).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(templates.from_string(template.read_text()).render(words))
        shutil.copymode(template, target)


def pinned_sdk() -> str:
    """The requirement for the SDK as in the other suites; the newest version if they differ."""
    line = re.compile(rf"^{SDK}==(\S+)$", re.MULTILINE)
    files = [paths.SUITES / name / "e2e-tests" / paths.REQUIREMENTS for name in paths.suite_names()]
    pins = [pin for file in files for pin in line.findall(file.read_text())]
    return f"{SDK}=={max(pins, key=Version)}" if pins else SDK


def is_instrumented(name: str, pin: str) -> bool:
    """Whether the SDK under test (E2E_SDK, else `pin`) has an instrumentation called `name`."""
    options = load_options()
    sdk = find_sdk(options["E2E_SDK"], paths.ROOT / options["E2E_OUT"])
    with tempfile.TemporaryDirectory(prefix="new-suite-") as scratch:
        if sdk.folder is None:
            wanted = sdk.requirement or pin
            install = [uv(), "pip", "install", "--quiet", "--no-deps", "--python", sys.executable, "--target", scratch]
            run([*install, wanted], f"looking into {wanted}")
        return (Path(sdk.folder or scratch) / "drift" / "instrumentation" / name / "instrumentation.py").is_file()


def next_steps(name: str, known: bool) -> str:
    """The message after a suite was made. `known`: the SDK has an instrumentation of that name."""
    unknown = (
        f"\nThe SDK has no instrumentation called {name}: name the library in requirements.txt, and the SDK's\n"
        f"folders that count in docker-compose.yml, x-e2e: coverage.\n"
    )
    return f"""\
drift/instrumentation/{name}/e2e-tests is made, and green: make e2e-{name}
{"" if known else unknown}
Three files are yours:
    requirements.txt       what the application needs, by hand; requirements.lock follows
    src/app.py             a handler for each thing that the library does; it answers with all that the library gave it
    src/test_requests.py   a request for each handler, its full answer and its outbound calls
When they have grown:
    make baseline-{name}   do the expectations hold without the SDK?
    make coverage-{name}   which lines of the SDK's instrumentation are not reached?
    make update-known-failures-{name}   pins what the SDK gets wrong in known_failures.yaml; name its cause there
    tests/faults/{name}.yaml   six or more faults that the suite must see: make test-faults SUITES={name}
    drift/instrumentation/README.md   its row, and what it covers
docs/new-suite.md says more."""
