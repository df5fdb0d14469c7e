"""The rooms of e2e_common (packages, base_runner and __main__): each imports only those before it."""

from __future__ import annotations

import ast

from e2e_common.util.paths import ROOT

HOUSE = ROOT / "e2e_common"
ROOMS = (
    "util", "artifacts", "setup", "services", "record", "judge", "replay", "tusk", "report", "run", "base_runner",
    "docker", "dev", "__main__",
)  # fmt: skip


def test_imports_point_one_way() -> None:
    upwards = []
    for path in HOUSE.rglob("*.py"):
        room = path.relative_to(HOUSE).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("e2e_common"):
                names = (f"{node.module}.{alias.name}".split(".")[1] for alias in node.names)
                later = [name for name in names if ROOMS.index(name) > ROOMS.index(room)]
                upwards += [f"{path.relative_to(ROOT)}:{node.lineno} imports {name}" for name in later]
    assert upwards == []


def test_every_module_is_in_a_room() -> None:
    loose = {path.stem for path in HOUSE.glob("*.py")}
    assert loose == {"__init__", "__main__", "base_runner"}
    assert {path.parent.name for path in HOUSE.glob("*/__init__.py")} | loose <= {*ROOMS, "__init__"}
