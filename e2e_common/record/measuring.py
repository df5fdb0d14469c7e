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
WORLDS = {"RECORD": "recording", "REPLAY": "replay", f"REPLAY{BARE}": "replay without sentinels"}
"""Coverage.py's context (the SDK's mode, and whether there were sentinels) → its name in our reports."""

START = """\
import importlib.util

if importlib.util.find_spec("coverage"):  # the bundled CLI, which hands the variables on, has none
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
"""


def folders(suite_dir: Path) -> list[str]:
    """The folders in the SDK's drift/instrumentation/ whose lines count: those in the suite's docker-compose.yml
    (`x-e2e: {coverage: [flask, wsgi]}`), else the one with the suite's name."""
    return _listed(suite_dir, "coverage") or [suite_dir.parent.name]


def folders_beside(suite_dir: Path) -> list[str]:
    """Folders that are measured but do not count: other libraries that the application uses (`beside: [requests]`)."""
    return _listed(suite_dir, "beside")


def _listed(suite_dir: Path, key: str) -> list[str]:
    document = load_yaml(suite_dir / COMPOSE) or {}
    return [str(name) for name in (document.get("x-e2e") or {}).get(key) or []]


def home(run: RunFolder) -> Path:
    """The folder for everything that belongs to the coverage of a run."""
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
    listed = {"coverage": folders(suite_dir), "beside": folders_beside(suite_dir)}
    measured = [(key, name) for key, names in listed.items() for name in names]
    for key, name in measured:
        if name not in known:
            hint = did_you_mean(name, known)
            raise usage(f"{suite_dir / COMPOSE}: {key}: the SDK has no drift/instrumentation/{name}{hint}")
    home.mkdir(exist_ok=True)
    (home / "sitecustomize.py").write_text(START)
    lines = "".join(f"\n    {top / name}" for _, name in measured)
    settings = home / "settings.ini"
    settings.write_text(SETTINGS.format(home=home, bare="" if sentinels else BARE, source=lines))
    return {"PYTHONPATH": str(home), "COVERAGE_PROCESS_START": str(settings)}
