"""The terminal output of a run: one line if it passed; else the reason first, then the files to open. And annotations
for GitHub Actions (workflow commands on standard output)."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from e2e_common.artifacts.failure import shorten
from e2e_common.util.paths import ROOT
from e2e_common.util.streams import inert, say

if TYPE_CHECKING:
    from e2e_common.artifacts.run_folder import RunFolder
    from e2e_common.judge.judging import Outcome

REDRAW_S = 0.1
ANNOTATIONS = 10  # per step; GitHub shows no more


def has_colour(stream: TextIO) -> bool:
    """Whether to colour `stream`. FORCE_COLOR overrides the rest; else it must be a terminal that is not dumb, and
    NO_COLOR unset. An empty variable counts as unset."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Progress:
    """A live line on a terminal, banners in verbose mode, else nothing."""

    def __init__(self, suite: str, verbose: bool) -> None:
        self._suite, self._verbose = suite, verbose
        self._live = sys.stderr.isatty() and not verbose and os.environ.get("TERM") != "dumb"
        self._started = time.monotonic()
        self._phase, self._drawn = "", 0.0

    def phase(self, banner: str) -> None:
        self._phase, self._drawn = banner, 0.0
        if self._verbose:
            say(f"\n{'=' * 8} {self._suite}: {banner} {'=' * 8}")
        self.tick()

    def tick(self) -> None:
        """Redraw the live line; called while waiting."""
        now = time.monotonic()
        if self._live and now - self._drawn >= REDRAW_S:
            self._drawn = now
            say(f"\r\x1b[K  {self._suite}  {self._phase} … {now - self._started:.1f} s", sys.stderr, end="")

    def say(self, text: str) -> None:
        if self._verbose:
            say(inert(text))

    def clear(self) -> None:
        if self._live:
            say("\r\x1b[K", sys.stderr, end="")


def summary(outcome: Outcome, folder: RunFolder, suite_dir: Path, notes: Sequence[str]) -> str:
    """Returns the lines to print at the end of a run. `notes`: printed last."""
    from e2e_common.report.text import clip, coloured

    result, about = outcome.result, details(outcome.result)
    if result["verdict"] == "passed":
        lines = [f"✓ {result['suite']:<9} {_counts(result)}   {about}"]
        if fixed := dict.fromkeys(f"{row['request']!r} ({row['cause']})" for row in result["fixed"]):
            count = "1 known failure is" if len(fixed) == 1 else f"{len(fixed)} known failures are"
            lines.append(f"    {count} fixed here: {shorten(', '.join(fixed), 300)}")
        lines += [f"    {note}" for note in notes]
    else:
        try:
            from e2e_common.report import model, terminal

            lines = terminal.lines(outcome, model.of(folder, suite_dir, outcome.verdict, result), about, notes)
        except Exception as error:  # a bug in the report must not hide the verdict
            problem = f"(no more can be shown of it, a fault of the harness: {type(error).__name__}: {error})"
            rest = [f"    {line}" for line in (f"exit {result['code']}, {about}", problem, *notes)]
            lines = [clip(f"✗ {result['suite']:<9} {result['reason']}"), *rest]
    text = "\n".join(lines)
    return inert(coloured(text) if has_colour(sys.stdout) else text)


def _counts(result: Mapping[str, Any]) -> str:
    counts = result["requests"]
    partial = ", PARTIAL" if result["partial"] else ""
    if not result["cli"]["name"]:
        return f"{counts['passed']} of {counts['sent']} requests answered as expected with the SDK off{partial}"
    text = f"{counts['passed']} of {counts['sent']} requests recorded, replayed and matched"
    text += f" ({counts['floats']} of them with floats for whole numbers)" if counts["floats"] else ""
    known = f", {counts['known_failures']} known to fail" if counts["known_failures"] else ""
    by_design = f", {counts['by_design']} left out by design" if counts["by_design"] else ""
    return f"{text}{known}{by_design}{partial}{'' if result['isolation']['sentinels'] else ', NOT ISOLATED'}"


def details(result: Mapping[str, Any]) -> str:
    seconds = result["seconds"]
    labels = {"prepare": "set-up", "record": "record", "flush": "flush", "replay": "replay"}
    phases = [f"{label} {seconds[key]:.1f}" for key, label in labels.items() if seconds.get(key)]
    parts = [f"{seconds.get('total') or 0:.1f} s" + (f" ({', '.join(phases)})" if phases else "")]
    parts += [f"SDK {result['versions']['sdk']}{_own_sdk(result)}"] if result["versions"].get("sdk") else []
    local_reason = os.environ.get("DRIFT_E2E_LOCAL_BECAUSE")
    parts.append(f"{result['runtime']} ({local_reason})" if local_reason else result["runtime"])
    if result["cli"]["name"]:
        parts += [f"{result['cli']['name']} CLI", "own network" if result["isolation"]["network"] else "network shared"]
    if result["forgives"]:
        parts.append(f"comparison forgives {shorten(', '.join(result['forgives']), 80)}")
    return " · ".join(parts)


def _own_sdk(result: Mapping[str, Any]) -> str:
    """` + ../my-checkout (a1b2c3d, 2 files changed)` if the SDK is not a release of the index."""
    kind, _, source = (result["sdk_source"] or "").partition(" ")
    path, bracket, state = source.partition(" (")
    near = os.path.relpath(path, ROOT) if path.startswith("/") else path
    shown = near if len(near) < len(path) else path
    return f" + {shown}{bracket}{state}" if kind in ("folder", "package", "wheel") else ""


def annotate(result: Mapping[str, Any]) -> None:
    """In a job of GitHub Actions: an annotation for each failure of a result.json."""
    if result["code"] and os.environ.get("GITHUB_ACTIONS") == "true":
        say("\n".join(failures_as_errors(result)))


def failures_as_errors(result: Mapping[str, Any]) -> list[str]:
    """Returns at most ANNOTATIONS `::error` lines: the run's own reason first if it belongs to no request, then one for
    each failed request. `result`: the document of result.json. Empty for a passed run."""
    if not result["code"]:
        return []
    suite, reason = result["suite"], result["reason"]
    failed = [test for test in result["tests"] if test["verdict"] == "failed"]
    rows = [(f"{suite}: {test['name']}", test["reason"]) for test in failed]
    if not any(reason.startswith(f"{test['name']!r}: ") for test in failed):
        rows.insert(0, (f"{suite}: {result['verdict']}, exit {result['code']}", reason))
    if len(rows) > ANNOTATIONS:
        rows[ANNOTATIONS - 1 :] = [(suite, f"and {len(rows) - ANNOTATIONS + 1} more: see result.json")]
    return [error(title, message) for title, message in rows]


def error(title: str, message: str) -> str:
    """Returns a workflow command of GitHub Actions."""
    from e2e_common.report.text import one_line, printable

    name, text = (part.replace("%", "%25").replace("\n", "%0A") for part in (one_line(title), printable(message)))
    return f"::error title={name.replace(':', '%3A').replace(',', '%2C')}::{text}"


def report_on(outcome: Outcome, folder: RunFolder, suite_dir: Path, asked: str) -> None:
    """The reports of E2E_REPORT (`asked`) on a run that has ended. Imports nothing where there is nothing to do."""
    if asked:
        from e2e_common.report import model, rendering

        rendering.after_runs(lambda: [model.of(folder, suite_dir, outcome.verdict, outcome.result)], folder.root, asked)
