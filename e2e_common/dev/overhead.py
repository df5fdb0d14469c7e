"""What the SDK costs an application a request: `overhead SUITE` (make overhead-<suite>), in the local runtime on Linux.

The suite is recorded once. Its recorded requests are then sent to the application with the SDK off, recording,
recording without the check that every span can be converted to protobuf, and replaying (dev/floor.py). CPU is that of
the application's process; what it does later (the exporter) counts with the request that is under way then.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

from e2e_common.dev.bench import PORT, measured
from e2e_common.dev.floor import App, RecordedRun
from e2e_common.record.application import SKIP_VALIDATION
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.tusk.traces import Test
from e2e_common.util.errors import Code
from e2e_common.util.paths import ROOT, shown

MODES: Mapping[str, Mapping[str, str]] = {
    "SDK off": {"TUSK_DRIFT_MODE": "DISABLED"},
    "recording": {"TUSK_DRIFT_MODE": "RECORD"},
    f"recording, {SKIP_VALIDATION}=1": {"TUSK_DRIFT_MODE": "RECORD", SKIP_VALIDATION: "1"},
}


def main(argv: Sequence[str]) -> int:
    """Print a table of milliseconds a request, and write overhead.json to the run's folder. Raises HarnessError."""
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
