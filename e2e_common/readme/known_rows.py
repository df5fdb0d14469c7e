"""The README's tables of known failures: every row of every suite's known_failures.yaml."""

from __future__ import annotations

from e2e_common import known_failures
from e2e_common.known_failures import Row
from e2e_common.paths import SUITES, suite_names
from e2e_common.yaml_files import load_yaml

HEAD = ["| request | at | reason | versions | evidence, after `make e2e-{suite}` |", "|---|---|---|---|---|"]


def tables() -> list[str]:
    """For each suite that has rows: a heading, and a line for each in the file's order."""
    lines: list[str] = []
    for suite in suite_names():
        path = SUITES / suite / "e2e-tests" / known_failures.FILE
        rows = known_failures.load_rows(load_yaml(path)) if path.exists() else []
        if rows:
            head = [line.format(suite=suite) for line in HEAD]
            folded = ["<details>", f"<summary>{len(rows)} rows</summary>", "", *head]
            lines += [f"#### {suite}", "", *folded, *(_row(suite, row) for row in rows), "", "</details>", ""]
    return lines[:-1]


def _row(suite: str, row: Row) -> str:
    when = ", ".join(f"{name} {wanted}" for name, wanted in row.when.items())
    cells = (row.request, row.at, row.reason, when, f"`{row.command(suite)}`")
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
