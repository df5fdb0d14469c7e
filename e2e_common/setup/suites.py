"""Names and folders of suites. `suites` prints the names; `unknown-target` suggests a make target."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from e2e_common.util.errors import Code, HarnessError, did_you_mean, usage
from e2e_common.util.paths import SUITES, suite_names


def folder_of(word: str) -> Path:
    """The folder of the suite `word`, a name or a path. Raises HarnessError (2) if there is none."""
    named = SUITES / word / "e2e-tests"
    for folder in (named, Path(word).resolve()):
        if (folder / "entrypoint.py").is_file():
            return folder
    nearest = did_you_mean(name_of(named), suite_names())
    raise usage(f"there is no suite {name_of(named)} ({named / 'entrypoint.py'} is missing){nearest}")


def name_of(folder: Path) -> str:
    return folder.parent.name if folder.name == "e2e-tests" else folder.name


def main(words: Sequence[str]) -> int:
    """Print the names of the suites as JSON. Raises HarnessError (4) if there are none."""
    if not (names := suite_names()):
        raise HarnessError(Code.NOTHING_VERIFIED, f"there is no suite: no {SUITES}/*/e2e-tests/entrypoint.py")
    sys.stdout.write(json.dumps(names) + "\n")
    return Code.PASSED


def unknown_target(words: Sequence[str]) -> int:
    """`words`: a make target, and those that there are. Raises HarnessError (2) with the nearest one."""
    name, *known = words
    raise usage(f"there is no target {name}{did_you_mean(name, known)} (make help lists them)")
