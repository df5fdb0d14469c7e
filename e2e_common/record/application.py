"""The application under test: its working folder, its generated config, its environment variables, its command."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e_common.services import known
from e2e_common.util.errors import usage
from e2e_common.util.names import READY_LIMIT_S
from e2e_common.util.paths import REQUIREMENTS
from e2e_common.util.ports import LOOPBACK
from e2e_common.util.yaml_files import load_yaml

HEALTH = "/health"
HOME = "home"
SIMPLE_COMMAND = re.compile(r"[\w./-]+( [\w./:=-]+)*")
LIBPQ = "PG"  # PGHOST, PGOPTIONS, PGSSLMODE, …: its defaults
DYNAMIC = ("ignore_uuids", "ignore_timestamps", "ignore_dates", "ignore_epoch_timestamps", "ignore_jwt_fields")
"""Rules of a CLI's comparison that are on unless they are switched off (replay protocol, section 13)."""
ODD_TEXTS = ("\0", "~ ~")  # which no pattern means that means something
RUST_CORE = "TUSK_USE_RUST_CORE"
SKIP_VALIDATION = "TUSK_SKIP_PROTO_VALIDATION"
OF_THE_DEVELOPER = ("PYTHONBREAKPOINT", SKIP_VALIDATION)
CALLERS = (
    "USER", "LOGNAME", "SHELL", "TERM", "TMPDIR", "LANG", "LANGUAGE",
    "LD_LIBRARY_PATH", *OF_THE_DEVELOPER,
)  # fmt: skip
"""The caller's variables that the application has, beside LC_…: a Python may need its libraries' path to start."""
DECIDED = (
    "HOME", "PATH", "PORT", "PYTHONUNBUFFERED", "PYTHONIOENCODING", "TZ",
    *(service.variable for service in known().values()),
)  # fmt: skip


@dataclass(frozen=True)
class Application:
    """`command` goes through `/bin/sh -c` in `work`, with `env`; it listens on loopback, on `port`. `ready_s`: how long
    it may take until it answers."""

    work: Path
    port: int
    command: str
    env: dict[str, str]
    ready_s: float


def lay_out(
    work: Path,
    suite_dir: Path,
    port: int,
    env_bin: Path,
    services: Mapping[str, str],
    ready_s: float = READY_LIMIT_S,
) -> Application:
    """Fill the working folder from the suite (copies: nothing is shared between runs, nor between recording and replay,
    whose applications may run side by side) and describe the application.

    `services`: the variables by which it finds them. The config is written as JSON, which is YAML too: the SDK and
    both CLIs read it, and ours needs no YAML library for it. requirements.txt goes along because the SDK looks for its
    config in the nearest folder that holds one (replay protocol, section 17).
    """
    shutil.copytree(suite_dir / "src", work / "src", ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    shutil.copyfile(suite_dir / REQUIREMENTS, work / REQUIREMENTS)
    config = _config(suite_dir / ".tusk" / "config.yaml", port, ready_s)
    (work / ".tusk").mkdir(parents=True, exist_ok=True)
    (work / HOME).mkdir(exist_ok=True)
    (work / ".tusk" / "config.yaml").write_text(json.dumps(config, indent=2) + "\n")
    return Application(
        work, port, config["service"]["start"]["command"], variables(work, env_bin, port, services), ready_s
    )


def variables(work: Path, env_bin: Path, port: int, services: Mapping[str, str]) -> dict[str, str]:
    """The application's environment: of the caller's only what says who and where somebody is, so that a run is the
    same in everybody's shell; what the run decides (its home is in its working folder, so that nothing is kept from
    recording to replay in the caller's); and `services`, the variables by which it finds them."""
    kept = {name: value for name, value in os.environ.items() if name in CALLERS or name.startswith("LC_")}
    return {
        **kept,
        "HOME": str(work / HOME),
        "PATH": f"{env_bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",  # its log is searched, whatever the locale
        "TZ": "UTC",
        **services,
    }


def passed_on(wanted: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What E2E_APP_ENV adds to the application's environment: of its words, NAME stands for the variable of `environ`
    (none, where it is not set there), and NAME=value for itself. Raises HarnessError (2) for what is no name, and for
    what the run decides."""
    try:
        words = shlex.split(wanted)
    except ValueError as error:
        raise usage(f"E2E_APP_ENV={wanted}: {error}") from None
    found = {}
    for name, equals, value in (word.partition("=") for word in words):
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            raise usage(f"E2E_APP_ENV={wanted}: {name!r} is no name of a variable; write NAME OTHER=value")
        if name in DECIDED or name.startswith(("TUSK_", "E2E_", "DRIFT_")):
            raise usage(f"E2E_APP_ENV={wanted}: {name} is for the run to say")
        if equals or name in environ:
            found[name] = value if equals else environ[name]
    return found


def forgiven(suite_dir: Path) -> list[str]:
    """What the suite's comparison rules forgive beyond equal values, as they name it (`ignore_uuids`, `ignore_fields:
    id`): a CLI compares so, and only the bundled one's answers are held against what the requests state. Raises
    HarnessError (2) for a rule that forgives everything."""
    path = suite_dir / ".tusk" / "config.yaml"
    section = (load_yaml(path) or {}).get("comparison") or {}
    found = [name for name in DYNAMIC if section.get(name, True) in (True, "true")]
    for name in ("ignore_fields", "ignore_patterns"):
        found += [f"{name}: {value}" for value in section.get(name) or ()]
    for pattern in map(str, section.get("ignore_patterns") or ()):
        with contextlib.suppress(re.error):  # one of Go's: the CLI says what is wrong with it
            if all(re.search(pattern, text) for text in ODD_TEXTS):
                raise usage(f"{path}: comparison.ignore_patterns: {pattern!r} matches every text: nothing is compared")
    return found


def _config(path: Path, port: int, ready_s: float) -> dict[str, Any]:
    """The suite's config with what the run decides: the port, how readiness is seen, and no sandbox of the CLI's own
    (the run makes the isolation, and proves it)."""
    config: dict[str, Any] = load_yaml(path) or {}
    service = config.setdefault("service", {})
    command = (service.get("start") or {}).get("command")
    if not command:
        raise usage(f"{path}: service.start.command is missing: say how the application is started")
    if SIMPLE_COMMAND.fullmatch(command):  # the shell in between would outlive a killed run, or the application it
        service["start"]["command"] = f"exec {command}"
    service["port"] = port
    readiness = {"command": _probe(port), "timeout": f"{ready_s:g}s", "interval": "50ms"}
    service["readiness_check"] = readiness
    config.setdefault("replay", {})["sandbox"] = {"mode": "off"}
    config.pop("traces", None)  # both sides then use .tusk/traces of the working folder
    return config


def _probe(port: int) -> str:
    """A readiness command that needs bash alone, since curl is not everywhere. It has a time limit of its own because
    the official CLI never ends a probe that hangs."""
    request = f"printf 'GET {HEALTH} HTTP/1.0\\r\\n\\r\\n' >&3"
    reached = " || ".join(f"exec 3<>/dev/tcp/{host}/{port}" for host in LOOPBACK)
    script = f"{{ {reached}; }} && {request} && read -r _ code _ <&3 && [ $code = 200 ]"
    return f"timeout 2 bash -c {shlex.quote(script)} 2>/dev/null"
