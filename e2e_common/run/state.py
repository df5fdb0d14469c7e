"""The state of one run: its options, its artifacts, what it runs with, and the recording that it replays."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from e2e_common.artifacts.decoding import NO_RECORDING, NO_SETUP, Setup
from e2e_common.artifacts.run_folder import RunFolder, write_json
from e2e_common.judge import judging
from e2e_common.judge.judging import Outcome
from e2e_common.record import application, measuring
from e2e_common.report.rerun import patterns_of, rerun
from e2e_common.report.write import Progress, annotate, report_on, summary
from e2e_common.setup.environments import Environment
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import name_of
from e2e_common.util import container
from e2e_common.util.command_line import parse_words
from e2e_common.util.errors import Code, HarnessError, environment, explained, of_the_machine, usage
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.names import READY_OPTION
from e2e_common.util.paths import ROOT
from e2e_common.util.streams import say


class Run:
    """`verb`: the default verb; `runtime`: as in result.json; `seconds`: phase → seconds."""

    def __init__(self, suite_dir: Path, argv: Sequence[str], verb: str = "", runtime: str = "") -> None:
        options = parse_words(argv)
        self.suite_dir, self.suite, self.options = suite_dir, name_of(suite_dir), load_options()
        self.port: int = options.port
        self.verb: str = verb or options.verb
        self.phases: list[str] = options.phases
        self.build: bool = options.build
        self.runtime = runtime or ("docker" if container.is_inside() else "local")
        self.goes_on = self.phases == ["setup", "record"]  # another process replays and judges
        self.coverage = self.verb == "coverage"
        if self.coverage:
            self.options["E2E_WITH"] = f"{self.options['E2E_WITH']} {measuring.REQUIREMENT}".strip()
        self.saved = _saved(suite_dir, options.recording)
        name = f"{self.suite}-{self.port}{'' if self.verb == 'e2e' else f'-{self.verb}'}"
        name += f"-{self.saved.name}" if self.saved else ""
        self.folder = RunFolder(ROOT / self.options["E2E_OUT"] / name)
        if self.options["E2E_LAST_FAILED"] == "1":
            self.options["E2E_ONLY"] = self._last_failed()
        environ = {**os.environ, "E2E_ONLY": self.options["E2E_ONLY"]}
        self.rerun = rerun(suite_dir, self.suite, self.port, self.verb, self.phases, environ)
        self.setup, self.recorded = NO_SETUP, NO_RECORDING
        self.seconds: dict[str, float] = {}
        self.started = time.monotonic()
        self.progress = Progress(self.suite, self.options["E2E_VERBOSE"] == "1")

    def _last_failed(self) -> str:
        """The pattern of E2E_ONLY for the requests that failed in the last run. Raises HarnessError (2) if none did."""
        if self.options["E2E_ONLY"]:
            raise usage(f"E2E_LAST_FAILED=1 and E2E_ONLY={self.options['E2E_ONLY']}: either of them selects requests")
        try:
            tests = json.loads(self.folder.result.read_bytes())["tests"]
        except (OSError, ValueError, LookupError):
            raise usage(f"E2E_LAST_FAILED=1: {self.folder.root} has no result of a last run") from None
        failed = [test["name"] for test in tests if test["verdict"] == "failed"]
        if not failed:
            raise usage("E2E_LAST_FAILED=1: no request failed in the last run; leave it out to run all")
        return patterns_of(failed)

    def to_record(self, used: Environment, services: dict[str, str]) -> None:
        """Set what is known of the recording before it begins. `services`: name → address."""
        self.recorded = replace(
            NO_RECORDING,
            suite=self.suite,
            port=self.port,
            runtime=self.runtime,
            partial=self.options["E2E_ONLY"] or None,
            services=services,
            app_port=self.port,
            sdk=used.versions["sdk"] or "",
            rust_core=self.options["E2E_RUST_CORE"],
            locked=self._is_locked(used),
        )

    def to_replay(self) -> None:
        """Read the recording to replay, a saved one or the last. Raises HarnessError (2) if there is none, or if it is
        of the other runtime, where services have other addresses."""
        if self.saved:
            self.folder.take(self.saved)
        self.recorded = self.folder.read_recording()
        if (actual := self.recorded.runtime) != self.runtime:
            raise usage(f"{self.folder.root} was recorded with E2E_RUNTIME={actual}: replay it so, or record again")
        setup = self.folder.read_setup()
        if setup.goes_on:
            self.seconds = setup.seconds
            self.started -= sum(self.seconds.values())

    def runs_with(self, used: Environment, app_port: int) -> None:
        """Set the versions and options of this run, or of the replay of an earlier recording."""
        self.setup = Setup(
            versions={**used.versions, **self.recorded.servers},
            packages=used.packages,
            locked=self._is_locked(used) and self.recorded.locked,
            sdk_source=used.sdk_source,
            overlay=self.options["E2E_WITH"],
            rust_core=self.options["E2E_RUST_CORE"],
            sentinels=self.options["E2E_SENTINELS"] == "on",
            forgives=tuple(application.forgiven(self.suite_dir)),
            app_port=app_port,
            variables=self._variables(used),
            ready_s=float(self.options[READY_OPTION]),
            seconds={},
            goes_on=self.goes_on,
        )

    def write_setup(self) -> None:
        write_json(self.folder.setup, replace(self.setup, seconds=self.seconds))

    @contextlib.contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Adds the seconds spent inside to those of the phase `name`."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0) + time.monotonic() - began, 3)

    def stopped(self, error: Exception | Interrupted, *, has_artifacts: bool = False) -> Outcome:
        """Returns the outcome of a run that ends before its check. `has_artifacts`: whether the artifacts in its folder
        are its own."""
        end: HarnessError | Interrupted
        end = error if isinstance(error, Interrupted) else explained(error, self.folder.logs / "harness.log")
        how = (end.code, str(end), end.log)
        return judging.stopped(self.folder, self.suite_dir, self.known(), *how, has_artifacts=has_artifacts)

    def end(self, outcome: Outcome) -> int:
        """Write result.json, print how the run ended, and write the requested reports. Returns the exit code."""
        outcome.result["seconds"].update(self.seconds, total=round(time.monotonic() - self.started, 3))
        notes: list[str] = []
        if outcome.verdict is not None and self._is_compared():
            outcome, notes = self._compared(outcome)
        try:
            self._write_result(outcome)
        except OSError as error:
            notes += [f"result.json could not be written: {of_the_machine(error) or error}"]
            if outcome.code == Code.PASSED:
                outcome = self.stopped(environment(notes.pop()), has_artifacts=True)
                with contextlib.suppress(OSError):
                    self._write_result(outcome)
        self.progress.clear()
        say(summary(outcome, self.folder, self.suite_dir, notes))
        if outcome.code == Code.PASSED:
            self.progress.say("✓ Test passed!")
        if self.verb == "e2e":
            annotate(outcome.result)
            report_on(outcome, self.folder, self.suite_dir, self.options["E2E_REPORT"])
        return outcome.code

    def _is_compared(self) -> bool:
        """Whether the recording of a changed SDK, or of other libraries, is to be compared with the locked one's."""
        changed = self.options["E2E_SDK"] or self.options["E2E_WITH"]
        whole = self.verb == "e2e" and {"record", "replay", "check"} <= set(self.phases)
        return bool(changed) and whole and self.runtime == "local" and self.options["E2E_RECORDING"] != "off"

    def _compared(self, outcome: Outcome) -> tuple[Outcome, list[str]]:
        """The outcome with E2E_RECORDING=same, and a line about what differs."""
        from e2e_common.run import reference  # most runs do without

        try:
            with Interrupts():
                found = reference.compare(self.suite_dir, self.options, self.folder)
        except (HarnessError, Interrupted) as error:
            return outcome, [f"recordings not compared: {error}"]
        if not found:
            return outcome, []
        names = {difference.request for difference in found}
        count = "1 request" if len(names) == 1 else f"{len(names)} requests"
        reason = f"recordings differ from the locked SDK's in {count}: make diff-recording-{self.suite}"
        if self.options["E2E_RECORDING"] == "same" and outcome.code == Code.PASSED:
            return judging.failed(outcome, reason), []
        return outcome, [reason]

    def _write_result(self, outcome: Outcome) -> None:
        outcome.result["rerun"] = asdict(self.rerun)
        write_json(self.folder.result, outcome.result)

    def known(self) -> dict[str, Any]:
        """The known fields of result.json, even if the run fails."""
        fields = {"suite": self.suite, "port": self.port, "runtime": self.runtime}
        fields["partial"] = self.options["E2E_ONLY"] or None
        if self.setup is not NO_SETUP:
            fields |= {"versions": self.setup.versions, "sdk_source": self.setup.sdk_source}
            fields |= {"with": self.setup.overlay, "partial": self.recorded.partial}
        return fields

    def _is_locked(self, used: Environment) -> bool:
        """Whether known_failures.yaml is maintained for this combination; ignores the CLI."""
        return used.locked and not self.options["E2E_RUST_CORE"] and not self.coverage

    def _variables(self, used: Environment) -> dict[str, str]:
        """Additional environment variables of the application, in recording and replay, without those of the
        services."""
        rust_core = self.options["E2E_RUST_CORE"]
        variables = application.passed_on(self.options["E2E_APP_ENV"], os.environ)
        variables |= {application.RUST_CORE: rust_core} if rust_core else {}
        if self.coverage:
            home, sentinels = measuring.home(self.folder), self.options["E2E_SENTINELS"] == "on"
            variables.update(measuring.variables(home, self.suite_dir, used.home, sentinels=sentinels))
        return variables


def _saved(suite_dir: Path, name: str | None) -> Path | None:
    """The folder of the saved recording `name`."""
    if not name:
        return None
    from e2e_common.run import saved  # most runs do without

    return saved.find(suite_dir, name)
