"""The last run of a suite as every report takes it: its result, a case for each request, or why there is nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from e2e_common.command_line import BANNERS, DEFAULT_PORT
from e2e_common.errors import Code, HarnessError
from e2e_common.paths import SUITES
from e2e_common.run_folder import RunFolder
from e2e_common.story import model as story
from e2e_common.story.again import Again
from e2e_common.story.again import again as commands_for
from e2e_common.story.model import Call, RequestStory, Story
from e2e_common.suite_run import shown
from e2e_common.suites import name_of
from e2e_common.verdict import BY_DESIGN, ERROR, FAILED, KNOWN, PASSED

LATEST = 1e11  # seconds since the epoch that can be a date
_VERDICTS = (PASSED, FAILED, ERROR)


@dataclass(frozen=True)
class Case:
    """A request of a run. `row`: its row of result.json's `tests`; `told`: all that the artifacts say of it, None where
    they no longer know it."""

    row: dict[str, Any]
    told: RequestStory | None

    @property
    def name(self) -> str:
        return str(self.row["name"])

    @property
    def verdict(self) -> str:
        """passed, failed, known failure or by design."""
        return str(self.row["verdict"])

    @property
    def lines(self) -> list[str]:
        """What is wrong with it, the cause first."""
        told = [failure.message for failure in self.told.failures] if self.told else []
        return told or ([str(self.row["reason"])] if self.verdict == FAILED else [])

    @property
    def misses(self) -> list[Call]:
        """What it asked for in replay, and nothing recorded answered; of the official CLI what that names."""
        calls = self.told.calls if self.told else ()
        return [call for call in calls if (not call.asked.found if call.asked else call.span is None)]


@dataclass(frozen=True)
class Run:
    """`suite` and `port` name it; `folder` holds its artifacts. `told` is None where there is nothing to tell: then
    `problem` says why. `suite_dir`: the suite's folder, where that is not the one of this name in the checkout."""

    suite: str
    port: int
    folder: Path
    told: Story | None
    problem: str = ""
    suite_dir: Path | None = None

    @property
    def verdict(self) -> str:
        """passed, failed, error, or none: the run has left no result."""
        return str(self.told.result["verdict"]) if self.told else "none"

    @property
    def code(self) -> int:
        """The exit code; 4 where there is no result."""
        return int(self.told.result["code"]) if self.told else int(Code.NOTHING_VERIFIED)

    @property
    def reason(self) -> str:
        return str(self.told.result["reason"]) if self.told else self.problem

    @property
    def cases(self) -> list[Case]:
        """Its requests, in the order of sending."""
        if self.told is None:
            return []
        by_number = {request.request.number: request for request in self.told.requests}
        return [Case(row, by_number.get(row["request"])) for row in self.told.result["tests"]]

    @property
    def others(self) -> list[str]:
        """What is wrong and is of no request that has a case here: a line each, the cause first."""
        if self.code == Code.PASSED:
            return []
        failures = self.told.verdict.failures if self.told and not self.is_older else ()
        if self.cases and not any(case.told for case in self.cases):  # of another version of the harness, say
            why = [failure.line() for failure in failures[:1]]
            return [self.reason, *(f"what else there is cannot be told; its first fault: {line}" for line in why)]
        known = {case.name for case in self.cases}
        lines = [failure.line() for failure in failures if failure.request not in known]
        of_a_case = any(self.reason.startswith(f"{case.name!r}: ") for case in self.cases if case.verdict == FAILED)
        return lines if of_a_case or self.reason in lines else [self.reason, *lines]

    @property
    def is_older(self) -> bool:
        """Whether the artifacts are of the run before: this one ended before it had any."""
        return self.told is not None and self.told.is_older

    @property
    def began(self) -> float:
        """When the first request was sent, in seconds since the epoch; 0 where that is not known."""
        sent = self.told.evidence.requests[:1] if self.told and not self.is_older else ()
        return next((request.started for request in sent if 0 < request.started < LATEST), 0.0)

    @property
    def counts(self) -> str:
        """How many requests did what, in words."""
        if self.told is None:
            return ""
        counts = self.told.result["requests"]
        known = f", {counts['known_failures']} known failures" if counts["known_failures"] else ""
        return f"{counts['passed']} of {counts['sent']} passed{known}"

    def again(self, request: str = "") -> str:
        """The command that runs it again, or just `request` of it."""
        return self._commands.command(request or None)

    def explanation(self, request: str) -> str:
        """The command that says everything about `request`."""
        return self._commands.explanation(request)

    @property
    def _commands(self) -> Again:
        knobs = {"E2E_RUNTIME": "docker"} if self.told and self.told.result["runtime"] == "docker" else {}
        suite_dir = self.suite_dir or SUITES / self.suite / "e2e-tests"
        return commands_for(suite_dir, self.suite, self.port, "e2e", BANNERS, knobs)

    def path(self, name: str = "") -> str:
        """The file `name` of its artifacts, as a person opens it."""
        return shown(self.folder / name)


def load(suite_dir: Path, folder: Path, problem: str = "") -> Run:
    """The run in `folder` of the suite in `suite_dir`. Raises nothing: what cannot be told is said in `problem`.
    `problem`: why what is in `folder` is not to be told, where that is so."""
    suite = name_of(suite_dir)
    port = folder.name.rpartition("-")[2]
    run = Run(suite, int(port) if port.isdecimal() else DEFAULT_PORT, folder, None, problem, suite_dir)
    if problem:
        return run
    try:
        told = story.load(RunFolder(folder), suite_dir)
        if not _is_sound(told.result):
            told = replace(told, result=told.verdict.result())
    except HarnessError as error:
        return replace(run, problem=str(error))
    except Exception as error:  # a fault of ours: the suite gets its row all the same
        return replace(run, problem=f"its artifacts cannot be told: {type(error).__name__}: {error}")
    return replace(run, told=told)


def _is_sound(result: Mapping[str, Any]) -> bool:
    """Whether the values that reports reckon with are of their kind; that the keys are there, story.py has seen to."""
    counted = [result["code"], *result["requests"].values()]
    rows = result["tests"]
    return (
        all(type(value) is int for value in counted)
        and result["verdict"] in _VERDICTS
        and all(isinstance(value, (int, float, type(None))) for value in result["seconds"].values())
        and all(
            isinstance(row.get(key), str) for row in rows for key in ("name", "method", "path", "verdict", "reason")
        )
        and all(row["verdict"] in (PASSED, FAILED, KNOWN, BY_DESIGN) for row in rows)
        and all(isinstance(row.get("duration_ms"), (int, type(None))) for row in rows)
        and all(type(row.get("request")) is int for row in rows)
    )
