"""Names and folders of suites. `suites` prints the names."""

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
    raise missing(named)


def name_of(folder: Path) -> str:
    return folder.parent.name if folder.name == "e2e-tests" else folder.name


def missing(folder: Path) -> HarnessError:
    """The error for a folder that contains no suite."""
    name = name_of(folder)
    return usage(f"there is no suite {name} ({folder / 'entrypoint.py'} is missing){did_you_mean(name, suite_names())}")


def main(words: Sequence[str]) -> int:
    """Print the names of the suites as JSON. Raises HarnessError (4) if there are none."""
    names = suite_names()
    if not names:
        raise HarnessError(Code.NOTHING_VERIFIED, f"there is no suite: no {SUITES}/*/e2e-tests/entrypoint.py")
    sys.stdout.write(json.dumps(names) + "\n")
    return Code.PASSED
