"""`make list-<suite>`: the suite's requests, before any run: name, method and path, place, and the causes of its known
failures."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from e2e_common.judge.known_failures import FILE, load_causes, load_entries
from e2e_common.setup.bootstrap import run
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of, name_of
from e2e_common.util import names
from e2e_common.util.command_line import parse_run
from e2e_common.util.errors import Code, did_you_mean, usage
from e2e_common.util.paths import KNOWN_CAUSES
from e2e_common.util.streams import inert, say
from e2e_common.util.yaml_files import load_document


def main(argv: Sequence[str]) -> int:
    """`list SUITE`: print the requests that E2E_ONLY selects. Raises HarnessError (2) if it selects none."""
    suite_dir, only = folder_of(parse_run("list", argv).suite), load_options()["E2E_ONLY"]
    every = requests_of(suite_dir)
    chosen = [row for row in every if names.selects(only, row["name"])]
    if not chosen:
        hint = did_you_mean(only, [row["name"] for row in every])
        raise usage(f"E2E_ONLY={only}: no request of {name_of(suite_dir)} is called so{hint}")
    causes = _causes(suite_dir, every)
    cells = [(row["name"], f"{row['method']} {row['path']}", row["at"], causes[row["name"]]) for row in chosen]
    widths = [min(max(len(row[column]) for row in cells), 60) for column in range(3)]
    for *row, known in cells:
        line = "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths))
        say(inert(f"{line}  {', '.join(known)}".rstrip()))
    say(f"{len(chosen)} requests, {sum(bool(row[3]) for row in cells)} with known failures")
    return Code.PASSED


def requests_of(suite_dir: Path) -> list[dict[str, Any]]:
    """The requests of a suite as in requests.jsonl, as far as they are known before they are sent. Raises HarnessError
    (3) if src/test_requests.py fails."""
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as log:
        variables = (f"{names.LIST_VARIABLE}=1", f"{names.LOG_VARIABLE}={log.name}")
        run(
            ["env", *variables, sys.executable, "src/test_requests.py"],
            f"src/test_requests.py of {suite_dir}",
            suite_dir,
        )
        return [json.loads(line) for line in log]


def _causes(suite_dir: Path, every: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """Request → the causes of its known failures, whatever the versions."""
    found: dict[str, list[str]] = defaultdict(list)
    if (suite_dir / FILE).exists():
        for entry in load_entries(load_document(suite_dir / FILE), load_causes(load_document(KNOWN_CAUSES))):
            for name in entry.names({row["name"]: row["calls"] for row in every}):
                if entry.cause.id not in found[name]:
                    found[name].append(entry.cause.id)
    return found
