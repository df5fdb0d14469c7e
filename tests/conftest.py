"""Real runs for the tests: builds a suite in a temporary folder, runs it from the command line and reads its result."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from e2e_common.util.isolation import TEMPORARY
from e2e_common.util.paths import ENVIRONMENTS, ROOT, SUITES

COMMAND_LIMIT_S = 900
E2E = ROOT / "scripts" / "e2e.sh"
CANARIES = Path(__file__).parent / "apps" / "canaries"
LEAKS = Path(__file__).parent / "apps" / "leaks" / "src"
PSYCOPG = SUITES / "psycopg" / "e2e-tests"
WITH_SERVICES = "x-e2e: {services: [upstream, postgres, redis]}\n"  # a docker-compose.yml for the local runtime
OF_THE_APPLICATIONS = "CANARY LEAKS FILL FAKE MARK"  # variables of the test applications


def pytest_configure() -> None:
    """Resets ignored signals (nohup, a background job of a shell): the tests' child processes would inherit them. They
    do not inherit handlers."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(signum) == signal.SIG_IGN:
            signal.signal(signum, lambda *_: None)


@dataclass(frozen=True)
class Finished:
    """A finished run: exit status, output, result.json (empty if there is none), artifact folder."""

    code: int
    output: str
    result: dict[str, Any]
    folder: Path

    def test(self, name: str) -> dict[str, Any]:
        """Returns the row of result.json for the request `name`."""
        return next(row for row in self.result["tests"] if row["name"] == name)


def read(path: Path) -> bytes:
    """Returns a file's bytes, or no bytes if it does not exist yet."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def clean_environ(**options: str) -> dict[str, str]:
    """Returns the environment without the harness's variables, plus `options`. Default: no Docker, bundled CLI."""
    steering = ("E2E_", "TUSK_", "DRIFT_", "GITHUB_ACTIONS", "MAKE", "MFLAGS")
    kept = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith(steering)}
    return {
        **kept,
        "E2E_RUNTIME": "local",
        "TUSK_CLI": "bundled",
        "E2E_RECORDING": "off",
        "E2E_APP_ENV": OF_THE_APPLICATIONS,
        **options,
    }


def execute(
    *words: object, env: Mapping[str, str] | None = None, cwd: Path = ROOT, check: bool = False
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, with empty standard input. `check`: it must succeed."""
    done = subprocess.run(
        list(map(str, words)), env=env, cwd=cwd, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=COMMAND_LIMIT_S,
    )  # fmt: skip
    assert not check or done.returncode == 0, (words, done.stdout, done.stderr[-3000:])
    return done


def start(*words: object, env: Mapping[str, str], **more: Any) -> subprocess.Popen[str]:
    """Starts a command in a session of its own. Its output is piped."""
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "cwd": ROOT, **more}
    return subprocess.Popen(
        list(map(str, words)), env=env, stdin=subprocess.DEVNULL, text=True, start_new_session=True, **piped
    )


def hangs_in_recording(folder: Path) -> bool:
    """Returns whether the canary of the run in `folder` hangs in its request."""
    return b"hanging" in read(folder / "logs" / "record.log")


def copy_checkout(folder: Path) -> None:
    """Copies all files that git does not ignore to `folder`, with uncommitted changes."""
    for name in execute("git", "ls-files", "-z", "-co", "--exclude-standard", check=True).stdout.split("\0"):
        if name and os.path.lexists(ROOT / name):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)


class Suite:
    """A suite in its own folder: the flask suite's files, and the `src` of a canary. Tests may edit `folder`."""

    RECORD = ("--phases", "setup,record,cleanup")
    REPLAY = ("--phases", "setup,replay,check,cleanup")
    CHECK = ("--phases", "check")

    def __init__(self, folder: Path, source: Path) -> None:
        self.name, self.folder, self.out = folder.name, folder / "e2e-tests", folder / "out"
        if self.folder.exists():
            return
        flask = SUITES / "flask" / "e2e-tests"
        (self.folder / ".tusk").mkdir(parents=True)
        for name in ("docker-compose.yml", "requirements.txt", "requirements.lock", "entrypoint.py", "Dockerfile"):
            shutil.copyfile(flask / name, self.folder / name)
        config = (flask / ".tusk" / "config.yaml").read_text().splitlines(keepends=True)
        fewer = "".join(line for line in config if "enable_env_var_recording" not in line)  # it would add a trace
        (self.folder / ".tusk" / "config.yaml").write_text(fewer)
        shutil.copytree(source, self.folder / "src", ignore=shutil.ignore_patterns("__pycache__"))

    def copied(self, folder: Path) -> Suite:
        """Returns a copy with its recordings in another folder, which has the suite's name."""
        shutil.copytree(self.folder.parent, folder, symlinks=True)
        return Suite(folder, self.folder)

    def command(self, *words: str) -> list[str]:
        return [str(E2E), "run", str(self.folder), *words]

    def environ(self, options: Mapping[str, str] | None = None) -> dict[str, str]:
        return clean_environ(**{"E2E_OUT": str(self.out), **(options or {})})

    def start(self, *words: str, **options: str) -> subprocess.Popen[str]:
        """Starts a run in a session of its own (`words`: arguments of run.sh; `options`: environment)."""
        return start(*self.command(*words), env=self.environ(options))

    def run(self, *words: str, **options: str) -> Finished:
        """Runs the suite to its end."""
        return self.end(self.start(*words, **options), next((word for word in words if word.isdigit()), "8000"))

    def under(self, prefix: Sequence[object], *words: str, **options: str) -> Finished:
        """Runs the canary's command as the last arguments of the command `prefix`."""
        done = execute(*prefix, *self.command(*words), env=self.environ({"CANARY": "", **options}))
        return self.finished(done.returncode, done.stdout + done.stderr)

    def verb(self, name: str, *words: object, **options: str) -> Finished:
        """Runs another command on the suite."""
        done = execute(E2E, name, self.folder, *words, env=self.environ(options))
        return self.finished(done.returncode, done.stdout + done.stderr)

    def end(self, process: subprocess.Popen[str], port: str = "8000") -> Finished:
        try:
            output, _ = process.communicate(timeout=COMMAND_LIMIT_S)
        finally:
            process.terminate()  # a Ctrl-C does not reach the run's session
        return self.finished(process.returncode, output, port)

    def finished(self, code: int, output: str, port: str = "8000") -> Finished:
        folder = self.out / f"{self.name}-{port}"
        result = read(folder / "result.json")
        return Finished(code, output, json.loads(result) if result else {}, folder)


BACKEND = """
import zipfile
from pathlib import Path

INFO = "tusk_drift_python_sdk-VERSION.dist-info"

def build_wheel(target, config_settings=None, metadata_directory=None):
    Path("written-by-the-build").touch()
    name = "tusk_drift_python_sdk-VERSION-py3-none-any.whl"
    with zipfile.ZipFile(Path(target) / name, "w") as wheel:
        for path in Path("drift").rglob("*.py"):
            wheel.write(path)
        wheel.writestr(f"{INFO}/METADATA", "Metadata-Version: 2.1\\nName: tusk-drift-python-sdk\\nVersion: VERSION\\n")
        wheel.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\n")
        wheel.writestr(f"{INFO}/RECORD", "")
    return name
"""


def sdk_checkout(installed: Path, folder: Path, version: str, backend: str = BACKEND) -> Path:
    """Returns a checkout of the SDK with the package `installed` and its own build backend."""
    unwanted = shutil.ignore_patterns("e2e-tests", "stack-tests", "e2e_common")
    shutil.copytree(installed, folder / "drift", ignore=unwanted)
    (folder / "pyproject.toml").write_text(
        f'[project]\nname = "tusk-drift-python-sdk"\nversion = "{version}"\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (folder / "backend.py").write_text(backend.replace("VERSION", version))
    return folder


def installed_sdk() -> Path:
    return next(ENVIRONMENTS.glob("*/lib/python*/site-packages/drift"))


def lock_leaks(folder: Path) -> None:
    """Gives the suite in `folder` the psycopg suite's lock and the redis suite's client."""
    for name in ("requirements.txt", "requirements.lock"):
        shutil.copyfile(PSYCOPG / name, folder / name)
    pins = (SUITES / "redis" / "e2e-tests" / "requirements.lock").read_text()
    with (folder / "requirements.lock").open("a") as lock:
        lock.writelines(re.findall(r"^redis==.*\n", pins, re.MULTILINE))


def all_passed(number: int, **changes: int) -> dict[str, int]:
    """Returns `requests` of the result.json of a green run with so many requests, with `changes`."""
    same = dict.fromkeys(("sent", "recorded", "replayed", "passed"), number)
    return {**same, "floats": 0, "known_failures": 0, "by_design": 0, **changes}


Ran = Callable[..., tuple[Suite, Finished]]
Copied = Callable[..., Suite]


@pytest.fixture
def canary(tmp_path: Path) -> Suite:
    """The canary application. CANARY= selects its fault."""
    return Suite(tmp_path / "canary", CANARIES)


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Returns a function that runs the canary with faults, once for all tests and workers that only read or copy its
    artifacts."""
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def run(faults: str, *words: str) -> tuple[Suite, Finished]:
        folder = base / f"ran {zlib.crc32(repr((faults, words)).encode())}"
        folder.mkdir(exist_ok=True)
        ended = folder / "ended.json"
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            suite = Suite(folder / "canary", CANARIES)
            if not ended.exists():
                done = suite.run(*words, CANARY=faults, E2E_READY_TIMEOUT="600")
                for kept in ("~", *TEMPORARY):
                    (Path(kept).expanduser() / "drift-e2e-canary").unlink(missing_ok=True)
                ended.write_text(json.dumps([done.code, done.output]))
        return suite, suite.finished(*json.loads(ended.read_text()))

    return run


@pytest.fixture
def copied(ran: Ran, tmp_path: Path) -> Copied:
    """Like `ran`, but a copy of the suite and its artifacts, which the test may change."""
    return lambda *words: ran(*words)[0].copied(tmp_path / "copy" / "canary")


@pytest.fixture
def leaks(tmp_path: Path) -> Suite:
    """The application that bypasses the instrumentation if LEAKS=on."""
    suite = Suite(tmp_path / "leaks", LEAKS)
    (suite.folder / "docker-compose.yml").write_text(WITH_SERVICES)
    lock_leaks(suite.folder)
    return suite
