"""All options: name, default and accepted values. The environment comes first, then `.env`, then the default.

A make argument (`make e2e-flask E2E_ONLY=…`) arrives as an environment variable. `option NAME` prints one value, for
the scripts.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from e2e_common.util import container
from e2e_common.util.errors import Code, did_you_mean, usage
from e2e_common.util.names import READY_OPTION
from e2e_common.util.paths import ROOT

REPORTS = ("junit", "md", "html")
SECONDS = r"(?=.*[1-9])\d{1,6}(\.\d+)?"  # above 0


@dataclass(frozen=True)
class Option:
    """An option. `choices`: the accepted values (any, if empty); `several`: a comma-separated list of them is accepted;
    `number`: a pattern of the accepted numbers."""

    default: str = ""
    choices: tuple[str, ...] = ()
    number: str = ""
    several: bool = False

    def checked(self, value: str, source: str) -> str:
        """`value`, normalized. Raises HarnessError (2) if it is not accepted; `source`: where it comes from, and the
        option's name."""
        words = [word.strip() for word in value.split(",")] if self.several else [value]
        if wrong := [word for word in words if self.choices and word not in self.choices]:
            problem = f": there is no {wrong[0]!r}" if self.several else " is not a choice"
            raise usage(f"{source}={value}{problem}{did_you_mean(wrong[0], self.choices)}")
        if self.number and not re.fullmatch(self.number, value, re.ASCII):
            raise usage(f"{source}={value} must be a positive number")
        return ",".join(dict.fromkeys(words))


OPTIONS = {
    "E2E_RUNTIME": Option("auto", ("auto", "docker", "local")),
    "E2E_SDK": Option(),
    "E2E_PYTHON": Option(),
    "E2E_WITH": Option(),
    "E2E_RUST_CORE": Option("", ("0", "1")),
    "E2E_APP_ENV": Option(),
    "E2E_ONLY": Option(),
    "E2E_LAST_FAILED": Option("0", ("0", "1")),
    "E2E_RECORDING": Option("report", ("report", "same", "off")),
    "E2E_SENTINELS": Option("on", ("on", "off")),
    "E2E_PG_BINDIR": Option(),
    "E2E_REDIS_SERVER": Option(),
    "E2E_TIMEOUT": Option("300", number=SECONDS),
    READY_OPTION: Option("120", number=SECONDS),
    "E2E_VERBOSE": Option("0", ("0", "1")),
    "E2E_REPORT": Option("", REPORTS, several=True),
    "E2E_OUT": Option("out"),
    "E2E_PYTHON_IMAGE": Option(),
    "E2E_POSTGRES_IMAGE": Option("postgres:13"),
    "E2E_REDIS_IMAGE": Option("redis:7"),
    "E2E_EXTRA_CA": Option(),
    "E2E_UID": Option(number=r"\d+"),
    "E2E_GID": Option(number=r"\d+"),
    "TUSK_CLI": Option("auto", ("auto", "official", "bundled")),
    "TUSK_CLI_PATH": Option(),
}


ARGUMENTS = "DRIFT_MAKE_ARGUMENTS"
"""Environment variable with the names of the variables on make's command line (Makefile)."""
OF_TARGETS = "PORT SUITE SUITES N NAME RUNS REQUESTS FAULT SIXTH RECORDING PHASE DEBUGPY".split()  # noqa: SIM905
"""Those that are no options, but arguments of a target."""


def read_options(environ: Mapping[str, str], dotenv: str = "") -> dict[str, str]:
    """Name → value of every option. `dotenv`: the text of the `.env` file. An empty value counts as not set.

    Raises HarnessError (2) for an unknown name `E2E_…`, an unknown argument of make, or a value that is not accepted.
    """
    for name in environ:
        if name.startswith("E2E_") and name not in OPTIONS:
            raise usage(f"environment: there is no option {name}{did_you_mean(name, OPTIONS)}")
    for name in environ.get(ARGUMENTS, "").split():
        if name not in (*OPTIONS, *OF_TARGETS):
            nearest = [option for option in OPTIONS if option.endswith(f"_{name}")] or [*OPTIONS, *OF_TARGETS]
            raise usage(f"make {name}=…: there is no option {name}{did_you_mean(name, nearest)}")
    values = {name: option.default for name, option in OPTIONS.items()}
    for source, given in ((".env", _parse_dotenv(dotenv)), ("environment", environ)):  # the later one counts
        for name in filter(given.get, OPTIONS):
            values[name] = OPTIONS[name].checked(given[name], f"{source}: {name}")
    return values


def load_options() -> dict[str, str]:
    """The options of this process, from its environment and the checkout's `.env`. A run's containers get the values of
    `.env` as variables. E2E_SDK defaults to the checkout around the harness, if that is the SDK's."""
    path = ROOT / ".env"
    try:
        text = path.read_text() if path.is_file() and not container.is_driven() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise usage(f"{path.name} cannot be read as text: {error}") from error
    options = read_options(os.environ, text)
    return {**options, "E2E_SDK": options["E2E_SDK"] or sdk_around()}


def sdk_around(checkout: Path = ROOT) -> str:
    """The path of `checkout` if it is the SDK's repository with the harness inside; else empty."""
    project = re.compile(r"""^name\s*=\s*["']tusk-drift-python-sdk["']\s*(#.*)?$""", re.MULTILINE)
    with contextlib.suppress(OSError):
        if (checkout / "drift" / "__init__.py").is_file() and project.search((checkout / "pyproject.toml").read_text()):
            return str(checkout)
    return ""


def _parse_dotenv(text: str) -> dict[str, str]:
    """`KEY=value` lines. Blank lines and `#` lines are skipped; quotes around a value are removed."""
    values = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if line and not line.startswith("#"):
            key, equals, value = map(str.strip, line.partition("="))
            if not equals:
                raise usage(f".env, line {number}: expected KEY=value, found: {line}")
            if key not in OPTIONS:
                raise usage(f".env, line {number}: there is no option {key}{did_you_mean(key, OPTIONS)}")
            values[key] = re.sub(r"""^(['"])(.*)\1$""", r"\2", value)
    return values


def main(words: list[str]) -> int:
    """Print the value of the option `words[0]`."""
    sys.stdout.write(load_options()[words[0]] + "\n")
    return Code.PASSED
