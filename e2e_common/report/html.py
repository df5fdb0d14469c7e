"""report.html: one file with the last runs, and everything that the artifacts contain about each request."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import jinja2

from e2e_common.artifacts.failure import shorten
from e2e_common.judge.verdict import BY_DESIGN, FAILED, KNOWN, PASSED
from e2e_common.report import logs
from e2e_common.report.model import RunReport
from e2e_common.report.text import cut, printable
from e2e_common.report.values import laid_out, message
from e2e_common.report.write import details


def render(runs: Sequence[RunReport]) -> str:
    """Returns the page. Every value in it is made printable and escaped."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
        undefined=jinja2.StrictUndefined,
    )
    templates.filters.update(brief=shorten, cut=cut, laid_out=laid_out, message=message)
    templates.globals.update(details=details, ends=logs.ends, in_replay=logs.in_replay)
    began = max((run.requests[0].request.started for run in runs if run.requests), default=0)
    red = sum(bool(run.result["code"]) for run in runs)
    counts = Counter(case.verdict for run in runs for case in run.ordered)
    title = f"{red} of {len(runs)} suites red" if red else f"{len(runs)} suites passed"
    return templates.get_template("report.html.j2").render(
        title="{suite}: {verdict}".format_map(runs[0].result) if len(runs) == 1 else title,
        state=FAILED if red else PASSED,
        when=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(began)) if began else "",
        runs=runs,
        choices=[("all", counts.total()), *((kind, counts[kind]) for kind in (FAILED, KNOWN, BY_DESIGN, PASSED))],
    )
