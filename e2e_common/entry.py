"""`python -m e2e_common.entry FOLDER [WORDS…]`: run the entrypoint.py of the suite in FOLDER with the words of run.sh.

One that ends by itself has run nothing (it has lost its last line, say), which must not look like a green run.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path

from e2e_common.errors import Code


def main(argv: Sequence[str]) -> int:
    """Leaves with the exit code of the run; returns 4 where there was none."""
    entrypoint = Path(argv[0], "entrypoint.py")
    sys.path.insert(0, argv[0])  # as if it were the program
    sys.argv = [str(entrypoint), *argv[1:]]
    runpy.run_path(str(entrypoint), run_name="__main__")
    sys.stderr.write(f"e2e: {entrypoint} has run nothing: it must end with the call of its runner's main(__file__)\n")
    return Code.NOTHING_VERIFIED


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
