"""Printing to a reader who may be gone: `make e2e-flask | head -1`, a full disk behind `> file`, a closed terminal."""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

_COMMAND = re.compile(r"##(?=\[)|(?:^|\r)[^\S\r\n]*:(?=:)", re.MULTILINE)


def say(text: str, stream: TextIO | None = None, end: str = "\n") -> None:
    """Print `text` to `stream` (standard output) now. Nobody who listens is no reason to end a run: what comes after
    goes nowhere. The verdict stands in result.json, and in the exit status."""
    stream = stream or sys.stdout
    try:
        print(text, end=end, file=stream, flush=True)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # else the interpreter would complain of it at its end, and exit with 120
        os.close(nowhere)


def inert(text: str) -> str:
    """`text`, of which others have written a part: in a job of GitHub Actions with a blank in what its runner would
    take for a command, `##[` anywhere and `::` at the beginning of a line (actions/runner, ActionCommand.cs)."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    return _COMMAND.sub(lambda found: f"{found[0]} ", text)
