"""Proves that no row of the old known_failures.yaml files (request, stage) is lost: each is a pin of an entry at that
stage, or a statement of the request. Needs a recording of every suite: make e2e-all, then
`.cache/dev/bin/python tests/no_row_is_lost.py`. Prints what is neither, and the sums."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from e2e_common.decoding import decode_request  # noqa: E402
from e2e_common.known_failures import load_causes, load_entries  # noqa: E402
from e2e_common.paths import KNOWN_CAUSES, SUITES, suite_names  # noqa: E402
from e2e_common.yaml_files import load_document  # noqa: E402

BEFORE = "a77ec90"  # the last commit with rows

causes, total, kept = load_causes(load_document(KNOWN_CAUSES)), 0, 0
for suite in suite_names():
    path = f"drift/instrumentation/{suite}/e2e-tests/known_failures.yaml"
    shown = subprocess.run(["git", "show", f"{BEFORE}:{path}"], cwd=ROOT, capture_output=True, text=True, check=True)
    log = (ROOT / "out" / f"{suite}-8000" / "requests.jsonl").read_text().splitlines()
    sent = [decode_request(row) for row in map(json.loads, log) if "n" in row]
    stated = {request.name: request for request in sent if request.by_design or request.refused}
    entries = load_entries(load_document(SUITES / suite / "e2e-tests" / "known_failures.yaml"), causes)
    pins = {(name, pin.stage) for entry in entries for name in entry.names(sent) for pin in entry.pins}
    for row in yaml.safe_load(shown.stdout):
        total += 1
        if (row["request"], row["at"]) in pins or row["request"] in stated:
            kept += 1
        else:
            print(f"{suite}: {row['request']!r} at {row['at']}: {row['reason']}")
print(f"{kept} of {total} rows")
