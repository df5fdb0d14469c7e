"""The application under test: working folder, generated configuration, environment variables and command."""

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
LIBPQ = "PG"  # prefix of libpq's variables: PGHOST, PGOPTIONS, PGSSLMODE, …
DYNAMIC = ("ignore_uuids", "ignore_timestamps", "ignore_dates", "ignore_epoch_timestamps", "ignore_jwt_fields")
"""Rules of a CLI's comparison that are on by default."""
ODD_TEXTS = ("\0", "~ ~")  # a pattern that matches both of them matches every text
RUST_CORE = "TUSK_USE_RUST_CORE"
SKIP_VALIDATION = "TUSK_SKIP_PROTO_VALIDATION"
OF_THE_DEVELOPER = ("PYTHONBREAKPOINT", SKIP_VALIDATION)
CALLERS = ("USER", "LOGNAME", "SHELL", "TERM", "TMPDIR", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", *OF_THE_DEVELOPER)
"""The caller's variables that the application gets, besides LC_…. A Python may need LD_LIBRARY_PATH to start."""
DECIDED = {"HOME", "PATH", "PORT", "PYTHONUNBUFFERED", "PYTHONIOENCODING", "TZ"}
DECIDED |= {service.variable for service in known().values()}


@dataclass(frozen=True)
class Application:
    """`command` is run with `/bin/sh -c` in `work`, with the variables `env`. It listens on loopback, on `port`.
    `ready_s`: seconds it may take to become ready."""

    work: Path
    port: int
    command: str
    env: dict[str, str]
    ready_s: float


def lay_out(
    work: Path, suite_dir: Path, port: int, env_bin: Path, services: Mapping[str, str], ready_s: float = READY_LIMIT_S
) -> Application:
    """Copy the suite's files to the working folder `work` and describe the application. Every run, and its recording
    and replay, has its own copy, because their applications may run at the same time.

    `services`: variables with the addresses of the services. The configuration is written as JSON, a subset of YAML:
    the SDK and both CLIs can read it, and the bundled one needs no YAML library. requirements.txt is copied because
    the SDK looks for its configuration in the nearest folder with that file. The bytecode of src/ is kept in a folder
    next to the run's, so that only what has changed is compiled.
    """
    bytecode = work.parent.with_name(f".{work.parent.name}.bytecode")
    bytecode.mkdir(parents=True, exist_ok=True)
    shutil.copytree(suite_dir / "src", work / "src", ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    (work / "src" / "__pycache__").symlink_to(bytecode)
    shutil.copyfile(suite_dir / REQUIREMENTS, work / REQUIREMENTS)
    (work / ".tusk").mkdir(parents=True, exist_ok=True)
    (work / HOME).mkdir(exist_ok=True)
    config = _config(suite_dir / ".tusk" / "config.yaml", port, ready_s)
    (work / ".tusk" / "config.yaml").write_text(json.dumps(config, indent=2) + "\n")
    command, env = config["service"]["start"]["command"], variables(work, env_bin, port, services)
    return Application(work, port, command, env, ready_s)


def variables(work: Path, env_bin: Path, port: int, services: Mapping[str, str]) -> dict[str, str]:
    """The application's environment: of the caller's variables only CALLERS and LC_…, so that runs do not depend on the
    caller's shell; the variables that the run sets; and `services`. HOME is in the working folder: files that the
    recording writes there are not seen in the replay."""
    return {
        **{name: value for name, value in os.environ.items() if name in CALLERS or name.startswith("LC_")},
        "HOME": str(work / HOME),
        "PATH": f"{env_bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",  # its log is searched, so it must not depend on the locale
        "TZ": "UTC",
        **services,
    }


def passed_on(wanted: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that E2E_APP_ENV adds to the application's environment. NAME takes the value in `environ`, and is
    skipped if it is not set there; NAME=value sets it. Raises HarnessError (2) for an invalid name and for variables
    that the run sets."""
    try:
        words = shlex.split(wanted)
    except ValueError as error:
        raise usage(f"E2E_APP_ENV={wanted}: {error}") from None
    added = {}
    for name, equals, value in (word.partition("=") for word in words):
        if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
            raise usage(f"E2E_APP_ENV={wanted}: {name!r} is no name of a variable; write NAME OTHER=value")
        if name in DECIDED or name.startswith(("TUSK_", "E2E_", "DRIFT_")):
            raise usage(f"E2E_APP_ENV={wanted}: {name} is set by the run")
        if equals or name in environ:
            added[name] = value if equals else environ[name]
    return added


def forgiven(suite_dir: Path) -> list[str]:
    """The suite's comparison rules that accept unequal values, by name (`ignore_uuids`, `ignore_fields: id`). CLIs
    compare with them; only the bundled CLI's responses are also compared with the expected ones. Raises HarnessError
    (2) for a pattern that matches everything."""
    path = suite_dir / ".tusk" / "config.yaml"
    section = (load_yaml(path) or {}).get("comparison") or {}
    rules = [name for name in DYNAMIC if section.get(name, True) in (True, "true")]
    for name in ("ignore_fields", "ignore_patterns"):
        rules += [f"{name}: {value}" for value in section.get(name) or ()]
    for pattern in map(str, section.get("ignore_patterns") or ()):
        with contextlib.suppress(re.error):  # valid in Go only, or invalid: then the CLI reports it
            if all(re.search(pattern, text) for text in ODD_TEXTS):
                raise usage(f"{path}: comparison.ignore_patterns: {pattern!r} matches every text: nothing is compared")
    return rules


def _config(path: Path, port: int, ready_s: float) -> dict[str, Any]:
    """The suite's configuration with the run's own values: the port, the readiness check, and no sandbox of the CLI
    (the run isolates the replay itself, and checks that)."""
    config: dict[str, Any] = load_yaml(path) or {}
    service = config.setdefault("service", {})
    command = (service.get("start") or {}).get("command")
    if not command:
        raise usage(f"{path}: service.start.command is missing: say how the application is started")
    if SIMPLE_COMMAND.fullmatch(command):  # without exec, the shell and the application could outlive each other
        service["start"]["command"] = f"exec {command}"
    # The check needs only bash (curl may be missing). The official CLI never stops one that hangs: `timeout` does.
    reached = " || ".join(f"exec 3<>/dev/tcp/{host}/{port}" for host in LOOPBACK)
    asked = f"printf 'GET {HEALTH} HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ code _ <&3 && [ $code = 200 ]"
    check = f"timeout 2 bash -c {shlex.quote(f'{{ {reached}; }} && {asked}')} 2>/dev/null"
    service |= {"port": port, "readiness_check": {"command": check, "timeout": f"{ready_s:g}s", "interval": "50ms"}}
    config.setdefault("replay", {})["sandbox"] = {"mode": "off"}
    config.pop("traces", None)  # the SDK and the CLI then use .tusk/traces in the working folder
    return config
