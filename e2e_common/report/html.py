"""report.html: one file with the last runs, their requests, and everything that the artifacts contain about each
request."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from e2e_common.artifacts.failure import shorten
from e2e_common.judge.verdict import BY_DESIGN, FAILED, KNOWN, PASSED, PHASES
from e2e_common.report import logs
from e2e_common.report.model import MISSED, RequestReport, RunReport
from e2e_common.report.text import cut, last, printable
from e2e_common.report.values import laid_out, message
from e2e_common.report.waterfall import waterfall

HERE = Path(__file__).parent
WHOLE = 6_000_000  # characters of requests in a page; then passed requests are one line each, and all above twice this
BODY_LIMITS = {"failed": 8_000, "known": 2_000, "design": 800, "passed": 800}
KINDS = {PASSED: "passed", FAILED: "failed", KNOWN: "known", BY_DESIGN: "design"}
DIFFERENCES, DIFFERENCE_LIMIT = 40, 1_500
LOG_LINES, LOG_LIMIT = 30, 4_000


def render(runs: Sequence[RunReport]) -> str:
    style, script = (Markup((HERE / f"report.{kind}").read_text(encoding="utf-8")) for kind in ("css", "js"))  # noqa: S704
    kinds = [KINDS[request.verdict] for run in runs for request in run.requests]
    choices = [("", "All", len(kinds)), *((kind, kind.capitalize(), kinds.count(kind)) for kind in BODY_LIMITS)]
    began, red = max((run.began for run in runs), default=0), sum(bool(run.code) for run in runs)
    title = f"{red} of {len(runs)} suites red" if red else f"{len(runs)} suites passed"
    return _templates().get_template("report.html.j2").render(
        title=f"{runs[0].suite}: {runs[0].result['verdict']}" if len(runs) == 1 else title,
        state=FAILED if red else PASSED,
        when=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(began)) if began else "",
        suites=[_suite(run, number, len(runs)) for number, run in enumerate(runs, 1)],
        choices=choices,
        style=style,
        script=script,
        policy=_policy(style, script),
    )  # fmt: skip


def _suite(run: RunReport, number: int, suite_count: int) -> dict[str, Any]:
    """The template's variables for a run, with rendered requests."""
    name = f"s{number}-{re.sub(r'[^a-z0-9-]', '-', run.suite.lower())}"
    return {
        "id": name,
        "run": run,
        "verdict": run.result["verdict"],
        "facts": facts(run),
        "requests": list(_requests(run, name, WHOLE // suite_count)),
        "logs": [(run.path(f"logs/{log}"), text) for log, text in logs.ends(run.folder.logs)],
        "open": suite_count == 1 or run.result["verdict"] != PASSED,
    }


def facts(run: RunReport) -> dict[str, str]:
    """Versions, seconds and circumstances of a run; what weakens the result is in capitals."""
    result = run.result
    versions = {name.replace("_", " "): version for name, version in result["versions"].items()}
    cli, isolation = result["cli"], result["isolation"]
    seconds = [(name, result["seconds"].get(name) or 0) for name in PHASES]
    shared = "shared" if cli["name"] else ""
    rows = {
        "Seconds": ", ".join(f"{name} {value:.1f}" for name, value in seconds if value >= 0.05),
        **versions,
        "SDK from": result["sdk_source"],
        "CLI": f"{cli['name']} {cli['version']}".strip(),
        "Runtime": result["runtime"],
        "E2E_WITH": result["with"],
        "Network in replay": "its own" if isolation["network"] else shared,
        "Files in replay": "its own" if isolation["files"] else shared,
        "Sentinels": "" if isolation["sentinels"] else "NOT ISOLATED: they were off",
        "Requests": "PARTIAL (E2E_ONLY)" if result["partial"] else "",
        "Checks": ", ".join(f"{name} {state}" for name, state in result["checks"].items()),
    }
    return {name: str(text) for name, text in rows.items() if text}


def _requests(run: RunReport, suite: str, limit: int) -> Iterator[Markup]:
    """Yields each request rendered, in `limit` characters: failed ones first, the first of them open; and (start),
    unless it passed."""
    template = _templates().get_template("request.html.j2")
    start = [run.start] if run.start and run.start.verdict != PASSED else []
    requests = sorted((*start, *run.requests), key=lambda case: (case.verdict != FAILED, not run.is_reason(case)))
    size = 0
    for number, request in enumerate(requests):
        kind = KINDS[request.verdict]
        omitted = size > limit * (2 if kind == "failed" else 1)
        text = template.render(
            case=request, run=run, kind=kind, omitted=omitted, id=f"{suite}-{request.request.number}",
            open=number == 0 and kind == "failed", **({} if omitted else _details(request, run, kind)),
        )  # fmt: skip
        size += len(text)
        yield Markup(text)  # noqa: S704 - rendered with every value escaped


def _details(request: RequestReport, run: RunReport, kind: str) -> dict[str, Any]:
    root, limit = request.trace.root if request.trace else None, BODY_LIMITS[kind]
    log = "" if kind == "passed" else "\n".join(logs.in_replay(request, run.evidence))
    named = [failure.file for failure in request.failures] + [file.name for file in request.files]
    return {
        "differences": [
            (path, laid_out(was, DIFFERENCE_LIMIT), laid_out(now, DIFFERENCE_LIMIT))
            for path, was, now in request.differences[:DIFFERENCES]
        ],
        "misses": [call for call in request.calls if call.state == MISSED],
        "fall": waterfall(request),
        "account": run.evidence.mocks is not None or run.evidence.raw.replay is None,
        "sent": message(root.input_value, limit) if root else None,
        "answered": message(root.output_value, limit) if root else None,
        "log": last(log, lines=LOG_LINES, limit=LOG_LIMIT),
        "files": [run.path(name) for name in list(dict.fromkeys(filter(None, named)))[:6] or ["result.json"]],
    }


def _policy(style: str, script: str) -> str:
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    allowed = f"style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


@cache
def _templates() -> jinja2.Environment:
    """Every value is made printable and escaped."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        finalize=lambda value: printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
    )
    templates.filters.update(brief=lambda value, limit=160: shorten(value, limit), cut=cut)
    return templates
