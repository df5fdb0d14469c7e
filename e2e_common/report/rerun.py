"""The commands that a failed run prints: one reruns it, one explains a request."""

from __future__ import annotations

import glob
import json
import os
import re
import shlex
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import msgspec

from e2e_common.judge import result_json
from e2e_common.setup.options import OPTIONS
from e2e_common.util import container
from e2e_common.util.command_line import DEFAULT_PORT
from e2e_common.util.paths import SUITES

LONGEST_NAME = 100
_APART = ("E2E_ONLY", "E2E_LAST_FAILED", "E2E_OUT", "E2E_VERBOSE", "E2E_REPORT")


class Rerun(result_json.RerunCommands, frozen=True):
    """The commands; result.json contains them."""

    def command(self, request: str | None = None) -> str:
        """The command that runs only `request`, where possible, else the whole run."""
        pattern = self.only if request is None or not self.sends else pattern_of(request)
        return _joined(_assigned("E2E_ONLY", pattern), self.options, self.out, self.run)

    def explanation(self, request: str) -> str:
        return _joined(_assigned("E2E_ONLY", pattern_of(request)), self.out, self.explain)

    def to_json(self) -> str:
        """For a container, which knows neither the user's command nor its environment."""
        return msgspec.json.encode(self).decode()


def pattern_of(name: str) -> str:
    """Returns the E2E_ONLY pattern for this one name, with `*`, `?` and `[` escaped. A control character becomes `?`. A
    name too long for a line is cut and gets a `*`."""
    suffix = "*" if len(name) > LONGEST_NAME else ""
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "?", glob.escape(name[:LONGEST_NAME])) + suffix


def patterns_of(names: Iterable[str]) -> str:
    """Returns the E2E_ONLY pattern for these names."""
    alone = (re.sub("^not |(?<= )or(?= )", lambda word: "?" + word[0][1:], pattern_of(name)) for name in names)
    return " or ".join(alone)


def rerun(
    suite_dir: Path,
    suite: str,
    port: int,
    verb: str,
    phases: Collection[str],
    environ: Mapping[str, str] = os.environ,
) -> Rerun:
    """Returns the commands for the run of a suite with these phases. `verb`: e2e, or one with its own make target. In a
    container, they are passed in from outside."""
    if container.RERUN in environ:
        return Rerun(**json.loads(environ[container.RERUN]))
    changed = {name: value for name in OPTIONS if (value := environ.get(name, "")) not in ("", OPTIONS[name].default)}
    if container.is_inside():
        changed = {**changed, "E2E_RUNTIME": "docker", "E2E_OUT": "", "E2E_SENTINELS": ""}
    options = _joined(*(_assigned(name, value) for name, value in changed.items() if name not in _APART))
    variables = (options, _assigned("E2E_OUT", changed.get("E2E_OUT", "")), changed.get("E2E_ONLY", ""))
    target, sends = verb, "record" in phases
    if verb == "e2e" and not {"record", "replay"} <= set(phases):
        target = next((phase for phase in ("record", "replay", "check") if phase in phases), verb)
    if suite_dir == SUITES / suite / "e2e-tests" or container.is_inside():
        port_argument = "" if port == DEFAULT_PORT else f" PORT={port}"
        return Rerun(*variables, f"make {target}-{suite}{port_argument}", f"make explain-{suite}{port_argument}", sends)
    arguments = [] if target == "e2e" else [f"--{verb}"] if target == verb else ["--phases", ",".join(phases)]
    run, explain = (["scripts/e2e.sh", word, str(suite_dir), str(port)] for word in ("run", "explain"))
    return Rerun(*variables, shlex.join([*run, *arguments]), shlex.join(explain), sends)


def _assigned(name: str, value: str) -> str:
    return f"{name}={shlex.quote(value)}" if value else ""


def _joined(*words: str) -> str:
    return " ".join(filter(None, words))
