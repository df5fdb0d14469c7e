"""Printing to a stream that may be closed: `make e2e-flask | head -1`, a full disk, a closed terminal."""

from __future__ import annotations

import os
import re
import sys
from typing import TextIO

_COMMAND = re.compile(r"##(?=\[)|(?:^|\r)[^\S\r\n]*:(?=:)", re.MULTILINE)


def say(text: str, stream: TextIO | None = None, end: str = "\n") -> None:
    """Print `text` to `stream` (default: standard output) and flush. If the stream is closed, the run goes on and later
    output is discarded; the verdict is in result.json and in the exit status."""
    stream = stream or sys.stdout
    try:
        print(text, end=end, file=stream, flush=True)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # else the interpreter reports the closed stream at exit, with status 120
        os.close(nowhere)


def inert(text: str) -> str:
    """`text` from outside the harness, made safe for a GitHub Actions log: a blank is added inside what the runner
    would read as a command, `##[` anywhere and `::` at the start of a line (actions/runner, ActionCommand.cs)."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        return text
    return _COMMAND.sub(lambda command: f"{command[0]} ", text)
