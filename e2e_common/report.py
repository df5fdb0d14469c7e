"""What a run says on the terminal: one line when green; the reason first, then where to look, when red."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from e2e_common.paths import ROOT
from e2e_common.processes import last_lines

SHOWN_FAILURES = 10
REDRAW_S = 0.1


def has_colour(stream: TextIO) -> bool:
    """Whether to colour `stream`: FORCE_COLOR, else a terminal without NO_COLOR that is not dumb."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Progress:
    """A live line on a terminal, banners in verbose mode, and nothing anywhere else."""

    def __init__(self, suite: str, verbose: bool) -> None:
        self._suite, self._verbose = suite, verbose
        self._live = sys.stderr.isatty() and not verbose and os.environ.get("TERM") != "dumb"
        self._started = time.monotonic()
        self._drawn = 0.0
        self._phase = ""

    def phase(self, banner: str) -> None:
        """A phase begins."""
        self._phase = banner
        self._drawn = 0.0
        if self._verbose:
            print(f"\n{'=' * 8} {self._suite}: {banner} {'=' * 8}", flush=True)
        self.tick()

    def tick(self) -> None:
        """Called while something is waited for."""
        now = time.monotonic()
        if self._live and now - self._drawn >= REDRAW_S:
            self._drawn = now
            sys.stderr.write(f"\r\x1b[K  {self._suite}  {self._phase} … {now - self._started:.1f} s")
            sys.stderr.flush()

    def say(self, text: str) -> None:
        """A fact worth a line in verbose mode."""
        if self._verbose:
            print(text, flush=True)

    def clear(self) -> None:
        """Take the live line away."""
        if self._live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def summary(result: Mapping[str, Any], failures: Sequence[str], log: str | None, again: str) -> str:
    """The lines to print for `result` (result.json). `failures`: all of them in words, the cause first; `log`: the file
    whose last lines help; `again`: the command that runs it again."""
    colour = has_colour(sys.stdout)
    if result["verdict"] == "passed":
        return _painted("32", "✓", colour) + f" {result['suite']:<9} {_counts(result)}   {_facts(result)}"
    lines = [_painted("31", "✗", colour) + f" {result['suite']:<9} {result['reason']}"]
    lines += [f"    - {failure}" for failure in failures[:SHOWN_FAILURES] if failure != result["reason"]]
    if len(failures) > SHOWN_FAILURES:
        lines.append(f"    - and {len(failures) - SHOWN_FAILURES} more: see result.json")
    tail = last_lines(Path(log)) if log else None
    if log and tail:
        lines += [f"    {_below(log)}, its last lines:", *(f"    | {line}" for line in tail.splitlines())]
    return "\n".join([*lines, f"    exit {result['code']}, {_facts(result)}", f"    again: {again}"])


def _below(path: str) -> str:
    """`path` as a person reads it, inside a container and outside: below the top of the checkout, if it is there."""
    return str(Path(path).relative_to(ROOT)) if Path(path).is_relative_to(ROOT) else path


def _counts(result: Mapping[str, Any]) -> str:
    counts = result["requests"]
    if not result["cli"]["name"]:
        return f"{counts['passed']} of {counts['sent']} requests answered as stated with the SDK off"
    words = f"{counts['passed']} of {counts['sent']} requests recorded, replayed and matched"
    known = f", {counts['known_failures']} known failures" if counts["known_failures"] else ""
    partial = ", PARTIAL" if result["partial"] else ""
    return f"{words}{known}{partial}{'' if result['isolation']['sentinels'] else ', NOT ISOLATED'}"


def _facts(result: Mapping[str, Any]) -> str:
    seconds = result["seconds"]
    phases = [f"{name} {seconds[name]:.1f}" for name in ("record", "flush", "replay") if seconds.get(name)]
    parts = [
        f"{seconds.get('total') or 0:.1f} s ({', '.join(phases)})" if phases else f"{seconds.get('total') or 0:.1f} s"
    ]
    if result["versions"].get("sdk"):
        parts.append(f"SDK {result['versions']['sdk']}")
    because = os.environ.get("DRIFT_E2E_LOCAL_BECAUSE")
    parts.append(f"{result['runtime']} ({because})" if because else result["runtime"])
    if result["cli"]["name"]:
        parts += [f"{result['cli']['name']} CLI", "own network" if result["isolation"]["network"] else "network shared"]
    return " · ".join(parts)


def _painted(code: str, text: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
