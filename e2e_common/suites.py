"""From the name of a suite to its folder. As a program it lists the suites, or says what is wrong with the name of a
suite or of a make target, and which one is nearest; that always exits with 2."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from e2e_common.errors import Code, HarnessError, did_you_mean, usage
from e2e_common.paths import SUITES, suite_names


def folder_of(word: str) -> Path:
    """The folder of the suite that `word` names, by its name or by its path. Raises HarnessError (2) where there is
    none."""
    named = SUITES / word / "e2e-tests"
    for folder in (named, Path(word).resolve()):
        if (folder / "entrypoint.py").is_file():
            return folder
    raise missing(named)


def name_of(folder: Path) -> str:
    """The name of the suite in `folder`."""
    return folder.parent.name if folder.name == "e2e-tests" else folder.name


def missing(folder: Path) -> HarnessError:
    """What to say of a folder that holds no suite."""
    name = name_of(folder)
    return usage(f"there is no suite {name} ({folder / 'entrypoint.py'} is missing){did_you_mean(name, suite_names())}")


def main(argv: list[str]) -> int:
    """`--list`: the suites' names as JSON, or 4 where there is none. `--missing FOLDER`: no suite there.
    `--unknown-target NAME KNOWN…`: no such make target."""
    if argv == ["--list"]:
        return _list(suite_names())
    kind, name, *known = argv
    if kind == "--unknown-target":
        error = usage(f"there is no target {name}{did_you_mean(name, known)} (make help lists them)")
    else:
        error = missing(Path(name))
    sys.stderr.write(f"e2e: {error}\n")
    return error.code


def _list(names: list[str]) -> int:
    if not names:
        sys.stderr.write(f"e2e: there is no suite: no {SUITES}/*/e2e-tests/entrypoint.py\n")
        return Code.NOTHING_VERIFIED
    sys.stdout.write(json.dumps(names) + "\n")
    return Code.PASSED


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
