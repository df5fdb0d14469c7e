"""Measures runs in the local runtime, and the SDK.

`bench SUITE|all [RUNS]`: runs of a suite, each next to its floor (dev/floor.py). `bench --requests N`: what a request
costs in a suite of so many, next to one of 100. Both are generated. `overhead SUITE` (only on Linux): what the SDK
costs an application a request.
"""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from e2e_common.dev.floor import App, RecordedRun
from e2e_common.dev.stress import count, table
from e2e_common.record.application import SKIP_VALIDATION
from e2e_common.run.suite_run import FROM_MAKE
from e2e_common.setup.bootstrap import fresh_lock
from e2e_common.setup.new_suite import IMPORTED, fill, pinned_sdk
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.tusk.traces import Test
from e2e_common.util.errors import Code, HarnessError
from e2e_common.util.paths import CACHE, ROOT, shown, suite_names

LIMIT_S = 300
PORT = "8790"
FIXED_S, EACH_S = 0.6, 0.004
"""The goal: CPU seconds of a run above its floor, fixed and for each request."""
FEW = 100
HANDLER = """
@app.get("/city/<city>")
def city(city: str) -> Response:
    return jsonify(city=requests.get(f"{UPSTREAM}/weather", params={"city": city}, timeout=CALL_LIMIT_S).json()["city"])


if __name__"""
REQUESTS = """
with Api(calls={"requests": 1}) as api:
    for n in range(%d):
        api.get(f"/city/City {n}", f"call {n}", {"city": f"City {n}"})
"""
TIMES, LARGEST_MB, CHECK_S, REPORT_S = 1.1, 300, 2.5, 4.0
"""The goals: the cost of a request, as a multiple of that among FEW; memory of the largest process; CPU seconds."""
MODES: Mapping[str, Mapping[str, str]] = {
    "SDK off": {"TUSK_DRIFT_MODE": "DISABLED"},
    "recording": {"TUSK_DRIFT_MODE": "RECORD"},
    f"recording, {SKIP_VALIDATION}=1": {"TUSK_DRIFT_MODE": "RECORD", SKIP_VALIDATION: "1"},
}


def main(argv: Sequence[str]) -> int:
    """Print medians and ranges of `RUNS` (default: 7) pairs of a run and its floor. Raises HarnessError (1) if a run
    fails."""
    if argv[0] == "--requests":
        return grow(count("REQUESTS", argv[1]))
    runs = count("RUNS", *argv[1:] or ["7"])
    for suite in suite_names() if argv[0] == "all" else [name_of(folder_of(argv[0]))]:
        measured("make", f"e2e-{suite}", f"PORT={PORT}")  # warm-up: environment, bytecode, the recording's size
        pairs = []
        for number in range(1, runs + 1):
            pairs.append(_pair(suite))
            print(f"{suite} {number} of {runs}: {pairs[-1]['run']:.2f} s of CPU", file=sys.stderr)
        print(*report(suite, pairs), sep="\n", flush=True)
    return Code.PASSED


def _pair(suite: str) -> dict[str, Any]:
    """A run and its floor: seconds of CPU (`run`, `floor`) and wall, the run's phases, and its number of requests."""
    run, wall, _ = measured("make", f"e2e-{suite}", f"PORT={PORT}")
    result = json.loads((ROOT / load_options()["E2E_OUT"] / f"{suite}-{PORT}" / "result.json").read_text())
    floor = json.loads(measured(sys.executable, "-m", "e2e_common.dev.floor", suite, PORT)[2])
    figures = {"run": run, "wall": wall, "floor": floor["cpu"], "floor_wall": floor["wall"]}
    return {**figures, "seconds": result["seconds"], "requests": result["requests"]["sent"]}


def report(suite: str, pairs: Sequence[Mapping[str, Any]]) -> list[str]:
    over = [pair["run"] - pair["floor"] for pair in pairs]
    requests = pairs[0]["requests"]
    goal = FIXED_S + EACH_S * requests
    met = "within" if statistics.median(over) <= goal else "above"
    ratio = statistics.median(pair["run"] / pair["floor"] for pair in pairs)
    shown = {key: _range([pair[key] for pair in pairs]) for key in ("run", "floor", "wall", "floor_wall")}
    return [
        f"{suite}: {len(pairs)} pairs of a run and its floor, {requests} requests; median (range)",
        f"  CPU   run {shown['run']}, floor {shown['floor']} s; ratio {ratio:.2f}",
        f"  above the floor {_range(over)} s, {met} the goal of {goal:.2f} s: {FIXED_S} + {EACH_S} a request",
        f"  wall  run {shown['wall']}, floor {shown['floor_wall']} s",
        *(f"  {line}" for line in table([pair["seconds"] for pair in pairs])),
    ]


def _range(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def measured(*command: str) -> tuple[float, float, str]:
    """Run `command`. Returns its CPU seconds (with those of all its descendants that were waited for), wall seconds and
    output. Raises HarnessError (1) if it fails."""
    env = {key: value for key, value in os.environ.items() if key not in FROM_MAKE}
    env |= {"E2E_RUNTIME": "local", "E2E_TIMEOUT": str(LIMIT_S)}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    if done.returncode:
        raise HarnessError(Code.FAILED, f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, done.stdout


def grow(requests: int) -> int:
    """Print what a suite of so many requests costs, and one of FEW. Raises HarnessError (1) if a run fails."""
    (few, _), (many, folder) = (_run(number) for number in (FEW, requests))
    ratio = (many / requests) / (few / FEW)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of any process, the application too
    check, _, _ = measured("scripts/e2e.sh", "run", str(folder), PORT, "--phases", "check")
    report, _, _ = measured("scripts/e2e.sh", "report", "--port", PORT, "--", str(folder))
    dev, page = CACHE / "dev" / "bin" / "python", "its page: SKIPPED, no .cache/dev (make test makes it)"
    if dev.exists():
        report_html = ROOT / load_options()["E2E_OUT"] / "report" / "report.html"
        page = measured(str(dev), "-m", "tests.unit.report.browser", str(report_html))[2].rstrip()
    print(
        f"{FEW} requests: {few:.2f} s of CPU, {few / FEW * 1000:.1f} ms each; {requests}: {many:.2f} s, "
        f"{many / requests * 1000:.1f} ms each: {ratio:.2f} times (goal: at most {TIMES})\n"
        f"largest process {largest:.0f} MB ({LARGEST_MB}), check {check:.2f} s of CPU ({CHECK_S}), "
        f"report {report:.2f} s ({REPORT_S})\n{page} (2000 ms, 100 ms)"
    )
    return Code.PASSED


def _run(requests: int) -> tuple[float, Path]:
    """Generate the suite and run it, after a warm-up. Returns the CPU seconds, and the suite's folder."""
    folder = ROOT / load_options()["E2E_OUT"] / "bench" / f"calls_{requests}" / "e2e-tests"
    shutil.rmtree(folder.parent, ignore_errors=True)
    fill(folder, folder.parent.name, [pinned_sdk(), *IMPORTED])
    fresh_lock(folder)
    app, script = folder / "src" / "app.py", folder / "src" / "test_requests.py"
    app.write_text(app.read_text().replace("\nif __name__", HANDLER))
    (folder / "known_failures.yaml").unlink()
    script.write_text(script.read_text().partition("\nwith Api")[0] + REQUESTS % requests)
    return [measured("scripts/e2e.sh", "run", str(folder), PORT)[0] for _ in range(2)][-1], folder


def overhead(argv: Sequence[str]) -> int:
    """Record the suite once, then send its recorded requests to the application in each mode. Print a table of
    milliseconds a request, and write overhead.json to the run's folder. CPU is that of the application's process; what
    it does later (the exporter) counts with the request that is under way then. Raises HarnessError."""
    suite = name_of(folder_of(argv[0]))
    measured("make", f"record-{suite}", f"PORT={PORT}")
    rows = {}
    with RecordedRun(suite, PORT) as recorded:
        for name, variables in MODES.items():
            with recorded.services(), recorded.application(variables) as app:
                rows[name] = _sent(app, recorded.tests, lambda _: None)
        with recorded.services(), recorded.replay() as (app, replayer):
            rows["replaying"] = _sent(app, recorded.tests, replayer.travel)
    path = ROOT / load_options()["E2E_OUT"] / f"{suite}-{PORT}" / "overhead.json"
    path.write_text(json.dumps({"suite": suite, "requests": len(recorded.tests), "ms": rows}, indent=2) + "\n")
    width = max(map(len, rows))
    print(f"{suite}: {len(recorded.tests)} requests; milliseconds a request ({shown(path)})")
    print(f"{'':{width}}  CPU: mean  median     p95   wall: median     p95")
    for name, row in rows.items():
        cpu = "".join(f"{value:8.1f}" for value in row["cpu"].values())
        print(f"{name:{width}}  {cpu}  {row['wall']['median']:12.1f}{row['wall']['p95']:8.1f}")
    return Code.PASSED


def _sent(app: App, tests: Sequence[Test], before: Callable[[Test], None]) -> dict[str, dict[str, float]]:
    """Send the requests one by one. Returns mean, median and 95th percentile of `cpu` and `wall`, in milliseconds."""
    rows = []
    for test in tests:
        before(test)
        cpu, wall = cpu_ms(app.process.pid), time.monotonic()
        app.send(test)
        rows.append((cpu_ms(app.process.pid) - cpu, (time.monotonic() - wall) * 1000))
    return {name: summary(values) for name, values in zip(("cpu", "wall"), zip(*rows))}


def summary(values: Sequence[float]) -> dict[str, float]:
    p95 = sorted(values)[math.ceil(0.95 * len(values)) - 1]
    figures = {"mean": statistics.mean(values), "median": statistics.median(values), "p95": p95}
    return {name: round(value, 2) for name, value in figures.items()}


def cpu_ms(pid: int) -> float:
    """CPU time of a process and of all its threads, as clock_getcpuclockid(3) finds it."""
    return time.clock_gettime(~pid << 3 | 2) * 1000
