"""The README's table of suites."""

from __future__ import annotations

from e2e_common import known_failures, services
from e2e_common.paths import SUITES, suite_names
from e2e_common.yaml_files import load_yaml

HEAD = ["| suite | of the SDK | beside | services | known failures |", "|---|---|---|---|---|"]


def table() -> list[str]:
    """A line for each suite below drift/instrumentation/: its name, the SDK's folders that it is about, those that it
    also reaches, its services, and how many rows its known_failures.yaml has."""
    return [*HEAD, *map(_row, suite_names())]


def _row(name: str) -> str:
    folder = SUITES / name / "e2e-tests"
    declared = load_yaml(folder / "docker-compose.yml")["x-e2e"]
    about = ", ".join(declared.get("coverage", [name]))
    path = folder / known_failures.FILE
    count = len(known_failures.load_rows(load_yaml(path))) if path.exists() else 0
    known = f"[{count}](#{name})" if count else "0"
    beside, needed = ", ".join(declared.get("beside", [])), ", ".join(services.declared(folder))
    return f"| `{name}` | {about} | {beside} | {needed} | {known} |"
