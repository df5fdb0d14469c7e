"""Coverage.py in the application's process, for `make coverage-<suite>`.

A folder in the run's folder is first on the application's PYTHONPATH. Its sitecustomize.py starts coverage.py, which
counts the executed lines in the SDK's folders and writes them on SIGTERM.
"""

from __future__ import annotations

from pathlib import Path

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.util.errors import did_you_mean, usage
from e2e_common.util.yaml_files import load_yaml

COMPOSE = "docker-compose.yml"
REQUIREMENT = "coverage==7.10.7"  # the last one that runs on Python 3.9
BARE = "-bare"
CONTEXTS = {"RECORD": "recording", "REPLAY": "replay", f"REPLAY{BARE}": "replay without sentinels"}
"""Coverage.py's context (the SDK's mode, and whether there were sentinels) → its name in our reports."""

START = """\
import contextlib
with contextlib.suppress(ImportError):  # of the bundled CLI, which hands the variables on
    import coverage
    coverage.process_startup()
"""
SETTINGS = """\
[run]
data_file = {home}/data
parallel = true
sigterm = true
context = ${{TUSK_DRIFT_MODE}}{bare}
source = {source}
omit = */e2e-tests/*
[report]
precision = 1
"""


def folders(suite_dir: Path) -> tuple[list[str], list[str]]:
    """Folders in the SDK's drift/instrumentation/: those whose lines count, and those that are measured but do not
    count (of other libraries that the application uses). The suite's docker-compose.yml lists them (`x-e2e: {coverage:
    [flask, wsgi], also: [requests]}`); by default the one with the suite's name counts."""
    declared = (load_yaml(suite_dir / COMPOSE) or {}).get("x-e2e") or {}
    return declared.get("coverage") or [suite_dir.parent.name], declared.get("also") or []


def home(run: RunFolder) -> Path:
    return run.root / "coverage"


def instrumentation(env_home: Path) -> Path:
    """The SDK's drift/instrumentation/ in the environment `env_home`."""
    return next(env_home.glob("lib/python*/site-packages/drift/instrumentation"))


def variables(home: Path, suite_dir: Path, env_home: Path, *, sentinels: bool) -> dict[str, str]:
    """Write coverage.py's settings to `home`. Returns the variables that make the application count the lines of the
    suite's SDK folders in the environment `env_home`. `sentinels`: whether the replay has sentinels. Raises
    HarnessError (2) for a folder that the SDK does not have."""
    top = instrumentation(env_home)
    known = [path.parent.name for path in top.glob("*/__init__.py")]
    measured = [name for names in folders(suite_dir) for name in names]
    for name in measured:
        if name not in known:
            near = did_you_mean(name, known)
            raise usage(f"{suite_dir / COMPOSE}: the SDK has no drift/instrumentation/{name}{near}")
    home.mkdir(exist_ok=True)
    (home / "sitecustomize.py").write_text(START)
    source = "".join(f"\n    {top / name}" for name in measured)
    settings = home / "settings.ini"
    settings.write_text(SETTINGS.format(home=home, bare="" if sentinels else BARE, source=source))
    return {"PYTHONPATH": str(home), "COVERAGE_PROCESS_START": str(settings)}
