"""Runs made for the tests of reports: artifacts on disk, small or large, whole or broken, kind or hostile."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

from e2e_common.artifacts.files import SINGLE, Artifacts
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.judge.judging import load_artifacts
from e2e_common.judge.verdict import judge
from e2e_common.report import model
from e2e_common.report.model import RunReport
from tests.unit.judge.good_run import CAUSE, ORDER, T0, GoodRun, answer, mock, request, result, root, span

SURROGATE = "\ue000"  # in the files a lone surrogate's JSON escape stands for it
HOSTILE = (
    "\x00\x1b[31m]]>"
    + SURROGATE
    + "\u202e\ufffe</script><img src=x onerror=alert(1)>|`\r\n# [a](http://b) {{ 7*7 }} \"'&"
)


def write(folder: Path, artifacts: Artifacts, **result: Any) -> RunFolder:
    """`artifacts` on disk, with result.json (`result`: what in it is to be different)."""
    run = RunFolder(folder)
    contents = {getattr(run, name): getattr(artifacts, name) for name in SINGLE}
    several = {**artifacts.traces, **artifacts.replay_logs, **artifacts.agent}
    for path, data in {**contents, **{folder / name: data for name, data in several.items()}}.items():
        if data is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.replace(SURROGATE.encode(), b"\\ud800"))
    document = judge(artifacts).result()
    rerun = {"options": "E2E_PYTHON=3.12", "out": "", "only": "", "sends": True}
    rerun |= {verb: f"make {name}-{document['suite']}" for verb, name in (("run", "e2e"), ("explain", "explain"))}
    run.result.write_text(json.dumps({**document, "rerun": rerun, **result}))
    return run


def written(run: GoodRun, home: Path) -> RunReport:
    """Write the artifacts of `run` below `home`, and read them back as a report does."""
    suite = run.recording["suite"]
    suite_dir, folder = home / suite / "e2e-tests", write(home / "out" / f"{suite}-8000", run.artifacts())
    suite_dir.mkdir(parents=True, exist_ok=True)
    if run.known is not None:
        rows = json.dumps(run.known).replace(json.dumps(SURROGATE)[1:-1], "\\ud800")
        (suite_dir / "known_failures.yaml").write_text(rows)
    document = judge(load_artifacts(folder, suite_dir)).result()
    document["seconds"] |= {"total": 6.1, "check": 0.0}
    return model.load(write(folder.root, run.artifacts(), **document), suite_dir)


def reported(run: GoodRun) -> RunReport:
    """The report of `run`, of whose artifacts nothing is on disk."""
    verdict = judge(run.artifacts())
    return model.of(RunFolder(Path("out/flask-8000")), Path("flask/e2e-tests"), verdict, verdict.result())


def failed(trace: str, expected: Any, actual: Any, field: str = "response.body") -> dict[str, Any]:
    """A result whose answer was another."""
    return result(trace, passed=False, duration=1, deviations=[deviation(expected, actual, field)])


def missed(trace: str, asked: str, **changes: Any) -> dict[str, Any]:
    """A mock request that no recorded call answered."""
    return mock(trace, "", **{"found": False, "by": None, "matched_trace": None, "asked": asked, **changes})


def differing(expected: Any, actual: Any) -> GoodRun:
    """A run whose `create order` is answered otherwise in replay."""
    run = GoodRun()
    run.results[1] = failed(ORDER, expected, actual)
    run.replay["exit_status"] = run.mocks[-1]["exit_status"] = 1
    run.totals = "Tests: 3 total, 2 passed, 1 failed\n"
    return run


def red() -> GoodRun:
    """One request with an answer that differs and a call that nothing recorded answers."""
    run = differing({"id": 7, "items": ["a", "b"]}, {"id": 8, "items": ["a", "c"]})
    near = {
        "trace_id": ORDER,
        "span_id": "call-b",
        "asked": "GET http://127.0.0.1:9123/weather",
        "difference": "url: '/weather' recorded, '/wether' asked",
    }
    run.mocks[3] = missed(ORDER, "GET http://127.0.0.1:9123/wether", closest=[near], at=T0 + 102.3)
    run.log += "2026-09-21T14:13:22 [TuskDrift] no mock\n"
    return run


def encoded(value: Any) -> str:
    return b64encode(json.dumps(value).encode()).decode()


def deviation(expected: Any, actual: Any, field: str = "response.body") -> dict[str, Any]:
    return {"field": field, "expected": expected, "actual": actual, "description": "it differs"}


def large(count: int, *, text: str = "", body_bytes: int = 400, suite: str = "flask") -> GoodRun:
    """`count` requests of two calls each. Of ten, the third fails and the seventh is known to. `text`: goes into every
    name, path and value; `body_bytes`: how long each answer is."""
    run = GoodRun()
    run.recording["suite"] = suite
    run.requests, run.traces, run.results, run.mocks, run.touched = [], {}, [], run.mocks[:1], [run.touched[0]]
    run.upstream, run.known, run.log = [], [], "2026-09-21T14:13:20 [TuskDrift] initialized\n"
    body = encoded({"text": "b" * body_bytes, "more": text})
    expected = {"status": 200, "headers": {}, "body": {"base64": body}}
    answered = {"body": hashlib.sha256(b64decode(body)).hexdigest(), "calls": {"requests": 2}, "expected": expected}
    for number in range(1, count + 1):
        trace, name, path, began = f"{number:032x}", f"{text}request {number}", f"/x/{number}{text}", T0 + number
        run.requests.append(request(number, name, path=path, **answered))
        headers = {"X-E2e-Request": str(number), "X-Text": text}
        inbound = {"method": "GET", "target": path, "headers": headers}
        run.traces[f"traces/{number:06}_trace_{trace}.jsonl"] = [
            span(trace, f"call-a{text}", began + 0.1, 0.1, name=f"GET /a{text}"),
            span(trace, f"call-b{text}", began + 0.2, 0.1),
            root(trace, number, began, inputValue=inbound, outputValue={"statusCode": 200, "body": body}),
        ]
        window = {**run.test(trace, 100 + number), "logged": len(run.log)}
        calls = [mock(trace, f"call-{call}{text}", at=window["started"] + at) for call, at in (("a", 0.1), ("b", 0.2))]
        run.mocks += [*calls, {**answer(trace, 100 + number), "headers": [], "body": body}, window]
        run.log += f"2026-09-21T14:13:22 [TuskDrift] request {number}{text}\n".replace("\0", "")
        fails = number % 10 in (3, 7)
        run.results.append(failed(trace, {"v": text, "n": 1}, {"v": text, "n": 2}) if fails else result(trace))
        if number % 10 == 7:
            run.known.append({"cause": CAUSE, "requests": [name], "replay": {"body": {"$.n": 2}}})
    failures = sum(not item["passed"] for item in run.results)
    run.totals = f"Tests: {count} total, {count - failures} passed, {failures} failed\n"
    run.replay["exit_status"] = 1 if failures else 0
    run.requests.append({"end": True, "sent": count, "unanswered": []})
    run.mocks.append({"event": "end", "at": T0 + 200 + count, "exit_status": run.replay["exit_status"]})
    run.touched.append({"event": "closed", "at": T0 + 200 + count})
    return run
