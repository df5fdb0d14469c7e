"""report.html: one file that shows the last runs, their requests, and of each request all that the artifacts say."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from e2e_common.failure import shorten
from e2e_common.reports import facts, logs, values
from e2e_common.reports.facts import Fact, Phase
from e2e_common.reports.logs import Log
from e2e_common.reports.runs import Case, Run
from e2e_common.reports.text import cut, printable
from e2e_common.reports.waterfall import waterfall
from e2e_common.story.model import ABSENT, RequestStory, differences
from e2e_common.verdict import BY_DESIGN, FAILED, KNOWN, PASSED

HERE = Path(__file__).parent
WHOLE = 6_000_000  # characters of the requests in a page; beyond it those that passed are a line each, beyond twice all
BODY_LIMITS = {"failed": 8_000, "known": 2_000, "design": 800, "passed": 800}
DIFFERENCES, MISSES = 40, 20
DIFFERENCE_LIMIT = 1_500
NO_DETAILS: dict[str, Any] = dict.fromkeys(
    ("entries", "differences", "more_differences", "misses", "fall", "account", "sent", "answered", "log")
)
KINDS = {PASSED: "passed", FAILED: "failed", KNOWN: "known", BY_DESIGN: "design"}


@dataclass(frozen=True)
class Suite:
    """A run, laid out: `requests` are rendered; `past`: what got past the instrumentation; `open`: shown unfolded."""

    id: str
    run: Run
    facts: list[Fact]
    phases: list[Phase]
    requests: list[Markup]
    past: list[dict[str, Any]]
    logs: list[Log]
    open: bool


def render(runs: Sequence[Run], out: str = "out") -> str:
    """The page of `runs`. `out`: what to call the folder that holds them."""
    page, budget = _templates(), Budget(WHOLE)
    suites = [_suite(run, f"s{number}-{_word(run.suite)}", budget, len(runs)) for number, run in enumerate(runs, 1)]
    style, script = _asset("report.css"), _asset("report.js")
    kinds = [KINDS[case.verdict] for run in runs for case in run.cases]
    choices = [
        ("", "All", len(kinds)),
        *((kind, kind.capitalize(), kinds.count(kind)) for kind in ("failed", "known", "design", "passed")),
    ]
    return page.get_template("report.html.j2").render(
        title=_title(runs),
        state=_state(runs),
        when=_when(runs),
        suites=suites,
        choices=choices,
        style=style,
        script=script,
        policy=_policy(style, script),
        out=out,
    )


class Budget:
    """How many characters of requests there is still room for."""

    def __init__(self, room: int) -> None:
        self._room = room

    def take(self, size: int) -> None:
        self._room -= size

    def is_spent(self, kind: str) -> bool:
        return self._room < (-WHOLE if kind == "failed" else 0)


def _suite(run: Run, name: str, budget: Budget, of: int) -> Suite:
    result = run.told.result if run.told else None
    return Suite(
        id=name,
        run=run,
        facts=facts.facts(result, is_older=run.is_older) if result else [],
        phases=facts.phases(result["seconds"]) if result else [],
        requests=list(_requests(run, name, budget)),
        past=facts.past_the_instrumentation(result) if result else [],
        logs=list(logs.ends(run)),
        open=of == 1 or run.verdict != PASSED,
    )


def _requests(run: Run, suite: str, budget: Budget) -> Iterator[Markup]:
    """Each request, rendered: those that failed first, and of them the one that the reason names, unfolded."""
    template = _templates().get_template("request.html.j2")
    cases = [*_start(run), *run.cases]
    failed = [case for case in cases if case.verdict == FAILED]
    failed.sort(key=lambda case: not run.reason.startswith(f"{case.name!r}: "))
    for case in [*failed, *(case for case in cases if case.verdict != FAILED)]:
        kind = KINDS[case.verdict]
        omitted = budget.is_spent(kind)
        text = template.render(
            case=case, run=run, kind=kind, omitted=omitted, id=f"{suite}-{case.row['request']}",
            open=bool(failed) and case is failed[0], **_details(case, run, kind, omitted),
        )  # fmt: skip
        budget.take(len(text))
        yield Markup(text)  # noqa: S704 - rendered with every value escaped


def _start(run: Run) -> Iterator[Case]:
    """What the application asked for before it was ready, where there is something wrong with it."""
    start = run.told.start if run.told else None
    if start and start.verdict != PASSED:
        row = {
            "request": 0,
            "name": start.name,
            "method": "",
            "path": "before the application was ready",
            "duration_ms": None,
        }
        yield Case({**row, "verdict": start.verdict, "reason": start.reason}, start)


def _details(case: Case, run: Run, kind: str, omitted: bool) -> dict[str, Any]:
    """What the template shows below a request's line."""
    told = case.told
    calls = sum(call.span is not None for call in told.calls) if told else 0
    if told is None or run.told is None or omitted:
        return {**NO_DETAILS, "calls": calls, "files": [run.path("result.json")]}
    root = told.trace.root if told.trace else None
    account = run.told.evidence.mocks is not None or run.told.evidence.raw.replay is None
    answer = differences(told.result) if told.result and not told.result.passed else []
    return {
        "calls": calls,
        "entries": told.entries,
        "differences": [(path, _side(was), _side(now)) for path, was, now in answer[:DIFFERENCES]],
        "more_differences": max(len(answer) - DIFFERENCES, 0),
        "misses": case.misses[:MISSES],
        "fall": waterfall(told, account=account),
        "account": account,
        "sent": values.sent(root, BODY_LIMITS[kind]) if root else None,
        "answered": values.answered(root, BODY_LIMITS[kind]) if root else None,
        "log": logs.of_request(told, run) if kind != "passed" else "",
        "files": _files(told, run),
    }


def _side(value: Any) -> str:
    return repr(ABSENT) if value is ABSENT else values.laid_out(value, DIFFERENCE_LIMIT)


def _files(told: RequestStory, run: Run) -> list[str]:
    """The files to open: those that its failures name, and its trace."""
    named = [failure.file for failure in told.failures]
    traces = [file.name for file in ([told.trace] if told.trace else []) + list(told.stray)]
    return [run.path(name) for name in dict.fromkeys([*named, *traces]) if name][:6]


def _title(runs: Sequence[Run]) -> str:
    red = [run for run in runs if run.code]
    if len(runs) == 1:
        return f"{runs[0].suite}: {runs[0].verdict if runs[0].told else 'no result'}"
    return f"{len(red)} of {len(runs)} suites red" if red else f"{len(runs)} suites passed"


def _state(runs: Sequence[Run]) -> str:
    return "failed" if any(run.code for run in runs) else "passed"


def _when(runs: Sequence[Run]) -> str:
    """When the last of the recordings began, in UTC."""
    last_one = max((run.began for run in runs), default=0)
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(last_one)) if last_one else ""


def _word(text: str) -> str:
    return re.sub(r"[^a-z0-9-]", "-", text.lower())


def _policy(style: str, script: str) -> str:
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (style, script)]
    allowed = f"style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _asset(name: str) -> Markup:
    return Markup((HERE / name).read_text(encoding="utf-8"))  # noqa: S704 - ours


@cache
def _templates() -> jinja2.Environment:
    """Every value is printable and escaped, wherever it stands."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        finalize=_seen,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
    )
    templates.filters.update(brief=lambda value, limit=160: shorten(value, limit), cut=cut)
    return templates


def _seen(value: Any) -> Any:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value
