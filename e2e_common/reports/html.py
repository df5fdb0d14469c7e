"""report.html: one file that shows the last runs, their requests, and of each request all that the artifacts say."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from e2e_common.failure import shorten
from e2e_common.reports import logs
from e2e_common.reports.model import RequestReport, RunReport
from e2e_common.reports.text import cut, last, printable
from e2e_common.reports.values import body_of, laid_out
from e2e_common.reports.waterfall import waterfall
from e2e_common.verdict import BY_DESIGN, FAILED, KNOWN, PASSED, PHASES

HERE = Path(__file__).parent
WHOLE = 6_000_000  # characters of the requests in a page; beyond it those that passed are a line each, beyond twice all
BODY_LIMITS = {"failed": 8_000, "known": 2_000, "design": 800, "passed": 800}
KINDS = {PASSED: "passed", FAILED: "failed", KNOWN: "known", BY_DESIGN: "design"}
DIFFERENCES, DIFFERENCE_LIMIT = 40, 1_500
HEADERS, HEADER_LIMIT = 30, 300
LOG_LINES, LOG_LIMIT = 30, 4_000


class Fact(NamedTuple):
    """A label and what stands below it. `bad`: it is a reason to look twice."""

    label: str
    text: str
    bad: bool = False


def render(runs: Sequence[RunReport], out: str = "out") -> str:
    """The page of `runs`. `out`: what to call the folder that holds them."""
    style, script = (Markup((HERE / f"report.{kind}").read_text(encoding="utf-8")) for kind in ("css", "js"))  # noqa: S704
    kinds = [KINDS[case.verdict] for run in runs for case in run.cases]
    choices = [("", "All", len(kinds)), *((kind, kind.capitalize(), kinds.count(kind)) for kind in BODY_LIMITS)]
    began, budget = max((run.began for run in runs), default=0), Budget(WHOLE)
    return _templates().get_template("report.html.j2").render(
        title=_title(runs),
        state=FAILED if any(run.code for run in runs) else PASSED,
        when=time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(began)) if began else "",
        suites=[_suite(run, number, budget, len(runs)) for number, run in enumerate(runs, 1)],
        choices=choices,
        style=style,
        script=script,
        policy=_policy(style, script),
        out=out,
    )  # fmt: skip


class Budget:
    """How many characters of requests there is still room for."""

    def __init__(self, room: int) -> None:
        self._room = room

    def take(self, size: int) -> None:
        self._room -= size

    def is_spent(self, kind: str) -> bool:
        return self._room < (-WHOLE if kind == "failed" else 0)


def _suite(run: RunReport, number: int, budget: Budget, of: int) -> dict[str, Any]:
    """What the template shows of a run; its requests are rendered."""
    name = f"s{number}-{re.sub(r'[^a-z0-9-]', '-', run.suite.lower())}"
    return {
        "id": name,
        "run": run,
        "verdict": run.result["verdict"],
        "facts": facts(run),
        "requests": list(_requests(run, name, budget)),
        "past": past_the_instrumentation(run),
        "logs": [(run.path(f"logs/{log}"), text) for log, text in logs.ends(run.folder.logs)],
        "open": of == 1 or run.result["verdict"] != PASSED,
    }


def facts(run: RunReport) -> list[Fact]:
    """Versions, seconds and circumstances of a run."""
    result = run.result
    versions = {name: str(version) for name, version in result["versions"].items() if version}
    sdk, python = versions.pop("sdk", ""), versions.pop("python", "")
    cli, checks, isolation = result["cli"], result["checks"], result["isolation"]
    seconds = [(name, result["seconds"].get(name) or 0) for name in PHASES]
    shared = "shared" if cli["name"] else ""
    found = [
        Fact("Seconds", ", ".join(f"{name} {length:.1f}" for name, length in seconds if length >= 0.05)),
        Fact("SDK", f"{sdk} ({result['sdk_source']})" if sdk else ""),
        Fact("Python", python),
        *(Fact(name.replace("_", " "), version) for name, version in versions.items()),
        Fact("CLI", f"{cli['name']} {cli['version']}".strip()),
        Fact("Runtime", str(result["runtime"])),
        Fact("Network in replay", "its own" if isolation["network"] else shared),
        Fact("Laid over", str(result["with"])),
        Fact("Files in replay", "its own" if isolation["files"] else shared),
        Fact("Sentinels", "" if isolation["sentinels"] else "off: NOT ISOLATED", bad=True),
        Fact("Requests", "PARTIAL (E2E_ONLY)" if result["partial"] else "", bad=True),
        Fact("Artifacts", "those of the run before" if run.is_older else "", bad=True),
        Fact("Checks", ", ".join(f"{name} {state}" for name, state in checks.items()), "failed" in checks.values()),
    ]
    return [fact for fact in found if fact.text]


def past_the_instrumentation(run: RunReport) -> list[dict[str, Any]]:
    """What reached a sentinel and what the SDK warned of: rows of `request`, `what` and `expected`."""
    leaks = [{**row, "what": f"{row['service']}: {row['what']}"} for row in run.result["leaks"]]
    return leaks + [{**row, "what": f"{row['kind']} {row['method']}"} for row in run.result["warnings"]]


def _requests(run: RunReport, suite: str, budget: Budget) -> Iterator[Markup]:
    """Each request, rendered: those that failed first, and the first of them unfolded; with them what was asked for
    before the start, where something is wrong with it."""
    template = _templates().get_template("request.html.j2")
    start = [run.start] if run.has_artifacts and run.start and run.start.verdict != PASSED else []
    failed = [*(each for each in start if each.verdict == FAILED), *run.failed]
    failed.sort(key=lambda case: not run.reason.startswith(f"{case.name!r}: "))
    for case in [*failed, *(each for each in (*start, *run.cases) if each.verdict != FAILED)]:
        kind = KINDS[case.verdict]
        omitted = budget.is_spent(kind)
        text = template.render(
            case=case, run=run, kind=kind, omitted=omitted, id=f"{suite}-{case.request.number}",
            open=bool(failed) and case is failed[0], **({} if omitted else _details(case, run, kind)),
        )  # fmt: skip
        budget.take(len(text))
        yield Markup(text)  # noqa: S704 - rendered with every value escaped


def _details(case: RequestReport, run: RunReport, kind: str) -> dict[str, Any]:
    """What the template shows below a request's line."""
    root, limit = case.trace.root if case.trace else None, BODY_LIMITS[kind]
    account = run.evidence.mocks is not None or run.evidence.raw.replay is None
    parts = [
        (path, laid_out(was, DIFFERENCE_LIMIT), laid_out(now, DIFFERENCE_LIMIT))
        for path, was, now in case.differences[:DIFFERENCES]
    ]
    log = "" if kind == "passed" else "\n".join(logs.in_replay(case, run.evidence))
    return {
        "differences": parts,
        "fall": waterfall(case, account=account),
        "account": account,
        "sent": sent(root.input_value, limit) if root else None,
        "answered": answered(root.output_value, limit) if root else None,
        "log": last(log, lines=LOG_LINES, limit=LOG_LIMIT),
        "files": [run.path(name) for name in _files(case)],
    }


def sent(value: dict[str, Any], limit: int) -> str:
    """The inbound request of a root span as text, its body of at most `limit` characters."""
    target = value.get("target") or value.get("path") or value.get("url") or ""
    return _message(f"{value.get('method', '')} {target}", value, limit)


def answered(value: dict[str, Any], limit: int) -> str:
    """The recorded answer of a root span, as above."""
    return _message(f"{value.get('statusCode', '')} {value.get('statusMessage') or ''}".rstrip(), value, limit)


def _message(head: str, value: dict[str, Any], limit: int) -> str:
    headers = value.get("headers")
    pairs = list(headers.items()) if isinstance(headers, dict) else []
    lines = [head, *(f"{name}: {cut(str(text), HEADER_LIMIT)}" for name, text in pairs[:HEADERS])]
    lines += [f"… {len(pairs) - HEADERS} more"] if len(pairs) > HEADERS else []
    return "\n".join([*lines, *(["", laid_out(body_of(value["body"]), limit)] if value.get("body") else [])])


def _files(case: RequestReport) -> list[str]:
    """The files to open: those that its failures name, and its traces."""
    named = [failure.file for failure in case.failures] + [file.name for file in case.files]
    return [name for name in dict.fromkeys(named) if name][:6] or ["result.json"]


def _title(runs: Sequence[RunReport]) -> str:
    red = sum(bool(run.code) for run in runs)
    if len(runs) == 1:
        return f"{runs[0].suite}: {runs[0].result['verdict']}"
    return f"{red} of {len(runs)} suites red" if red else f"{len(runs)} suites passed"


def _policy(style: str, script: str) -> str:
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    allowed = f"style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


@cache
def _templates() -> jinja2.Environment:
    """Every value is printable and escaped, wherever it stands."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        finalize=lambda value: printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
    )
    templates.filters.update(brief=lambda value, limit=160: shorten(value, limit), cut=cut)
    return templates
