"""`make bench REQUESTS=1000`: what a request costs in a suite of so many, next to one of 100. Both are generated."""

from __future__ import annotations

import resource
import shutil
from pathlib import Path

from e2e_common.dev.bench import PORT, measured
from e2e_common.setup.bootstrap import fresh_lock
from e2e_common.setup.new_suite import IMPORTED, fill, pinned_sdk
from e2e_common.setup.options import load_options
from e2e_common.util.errors import Code
from e2e_common.util.paths import CACHE, ROOT

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


def grow(requests: int) -> int:
    """Print what both suites cost. Raises HarnessError (1) if a run fails."""
    few, many = (_run(number) for number in (FEW, requests))
    ratio = (many / requests) / (few / FEW)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # of any process, the application too
    folder = str(_folder(requests))
    check, _, _ = measured("scripts/e2e.sh", "run", folder, PORT, "--phases", "check")
    report, _, _ = measured("scripts/e2e.sh", "report", "--port", PORT, "--", folder)
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


def _folder(requests: int) -> Path:
    return ROOT / load_options()["E2E_OUT"] / "bench" / f"calls_{requests}" / "e2e-tests"


def _run(requests: int) -> float:
    """Generate the suite and run it, after a warm-up. Returns the CPU seconds."""
    folder = _folder(requests)
    shutil.rmtree(folder.parent, ignore_errors=True)
    fill(folder, folder.parent.name, [pinned_sdk(), *IMPORTED])
    fresh_lock(folder)
    app, script = folder / "src" / "app.py", folder / "src" / "test_requests.py"
    app.write_text(app.read_text().replace("\nif __name__", HANDLER))
    (folder / "known_failures.yaml").unlink()
    script.write_text(script.read_text().partition("\nwith Api")[0] + REQUESTS % requests)
    return [measured("scripts/e2e.sh", "run", str(folder), PORT)[0] for _ in range(2)][-1]
