"""Which runtime a run takes: `python -m e2e_common.runtimes [WORDS…]` prints `docker`, or `local` and, where
E2E_RUNTIME=auto would rather have had the other, why not."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from e2e_common.docker import engine, images
from e2e_common.errors import Code, HarnessError
from e2e_common.knobs import load_knobs

LOCAL_ONLY = ("coverage", "services")
"""Verbs that the Docker runtime does not have."""


def chosen(words: Sequence[str]) -> tuple[str, str]:
    """The runtime for a run with these words, and why E2E_RUNTIME=auto did not take docker (empty where it did, or was
    not asked). Raises HarnessError (2) for a bad knob."""
    knobs = load_knobs()
    if list(words[-2:]) == ["--phases", "check"]:  # that reads files, and needs no container
        return "local", ""
    if knobs["E2E_RUNTIME"] != "auto":
        return knobs["E2E_RUNTIME"], ""
    if {f"--{verb}" for verb in LOCAL_ONLY} & set(words) or "/" in knobs["E2E_PYTHON"]:
        return "local", ""
    reason = engine.absence(images.base_name(knobs))
    return ("local", reason) if reason else ("docker", "")


def main(argv: Sequence[str]) -> int:
    """Print the runtime and the reason."""
    try:
        print(*chosen(argv))
    except HarnessError as error:
        sys.stderr.write(f"e2e: {error}\n")
        return error.code
    return Code.PASSED


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
