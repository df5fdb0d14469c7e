"""Say what is wrong with the name of a suite or of a make target, and which one is nearest. Always exits with 2."""

from __future__ import annotations

import sys
from pathlib import Path

from e2e_common.errors import Code, did_you_mean
from e2e_common.paths import suite_names


def main(argv: list[str]) -> int:
    """`--missing FOLDER`: no suite there. `--unknown-target NAME KNOWN…`: no such make target."""
    kind, name, *known = argv
    if kind == "--unknown-target":
        message = f"there is no target {name}{did_you_mean(name, known)} (make help lists them)"
    else:
        folder = Path(name)
        suite = folder.parent.name if folder.name == "e2e-tests" else folder.name
        message = (
            f"there is no suite {suite} ({folder / 'entrypoint.py'} is missing){did_you_mean(suite, suite_names())}"
        )
    sys.stderr.write(f"e2e: {message}\n")
    return Code.USAGE


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
