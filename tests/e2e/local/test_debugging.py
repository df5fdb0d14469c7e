"""`make debug-<suite>` at a terminal: a breakpoint in a handler, in record and in replay."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import time
from collections.abc import Sequence

import pytest

from tests.conftest import Suite
from tests.processes import GONE_LIMIT_S, wait_until_gone

AT_PROMPT = r"\(Pdb\) "


def typed(command: list[str], environ: dict[str, str], dialogue: Sequence[tuple[str, bytes]]) -> str:
    """Runs a command at a terminal. `dialogue`: pattern of its output → what is typed then; the next pattern is looked
    for in what follows. Returns the output."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, environ)
    printed, seen, left = "", 0, list(dialogue)
    deadline = time.monotonic() + GONE_LIMIT_S
    with contextlib.suppress(OSError):  # the end of the terminal
        while time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.1)[0]:
                printed += os.read(terminal, 65536).decode(errors="replace")
            if left and (found := re.compile(left[0][0]).search(printed, seen)):
                seen = found.end()
                os.write(terminal, left.pop(0)[1])
    os.close(terminal)
    os.waitpid(pid, 0)
    assert not left, f"not printed: {left[0][0]}\n{printed}"
    return printed


@pytest.mark.parametrize("phase", ["record", "replay"])
def test_a_breakpoint_stops_in_this_terminal(canary: Suite, phase: str) -> None:
    app = canary.folder / "src" / "app.py"
    text = app.read_text()
    handler = re.search(r'@app.get\("/fine"\)\ndef \w+\(\)[^\n]*\n', text)
    assert handler is not None
    if phase == "replay":
        assert canary.run(CANARY="").code == 0
    app.write_text(text.replace(handler[0], f"{handler[0]}    breakpoint()\n"))
    environ = canary.environ({"CANARY": "", "PHASE": phase})
    done = "Status: 200" if phase == "record" else "GET /fine: 200, recorded 200"
    printed = typed(canary.command("--debug"), environ, [(AT_PROMPT, b"6 * 7\nc\n"), (done, b"\x03")])
    assert "\r\n42\r\n" in printed
    wait_until_gone(str(canary.out))


def test_without_a_debugged_suite_nothing_is_sent(canary: Suite) -> None:
    done = canary.verb("send")
    assert (done.code, "make debug-canary" in done.output) == (2, True), done.output
