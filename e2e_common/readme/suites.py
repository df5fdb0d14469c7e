"""The README's table of suites."""

from __future__ import annotations

from e2e_common import services
from e2e_common.paths import SUITES, suite_names
from e2e_common.yaml_files import load_yaml

HEAD = ["| suite | of the SDK | beside | services |", "|---|---|---|---|"]


def table() -> list[str]:
    """A line for each suite below drift/instrumentation/: its name, the SDK's folders that it is about, those that it
    also reaches, and its services."""
    return [*HEAD, *map(_row, suite_names())]


def _row(name: str) -> str:
    folder = SUITES / name / "e2e-tests"
    declared = load_yaml(folder / "docker-compose.yml")["x-e2e"]
    about = ", ".join(declared.get("coverage", [name]))
    beside, needed = ", ".join(declared.get("beside", [])), ", ".join(services.declared(folder))
    return f"| `{name}` | {about} | {beside} | {needed} |"
