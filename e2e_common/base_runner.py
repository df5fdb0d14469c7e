"""E2ETestRunnerBase: the five phases of a run. A suite's entrypoint.py subclasses it and adds only what differs."""

from __future__ import annotations

import os
import signal
import stat
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from msgspec.structs import replace

from e2e_common import services
from e2e_common.artifacts.run_folder import check_publishable, write_json
from e2e_common.judge import judging
from e2e_common.judge.judging import Outcome
from e2e_common.record import application
from e2e_common.record.recording import Recorder, serve
from e2e_common.replay.replaying import ReplayProcess
from e2e_common.replay.tusk_cli import find_cli
from e2e_common.run.state import Run
from e2e_common.setup import environments
from e2e_common.util.command_line import BANNERS
from e2e_common.util.errors import MAKE_ROOM, Code, HarnessError, environment
from e2e_common.util.interrupts import Interrupted, Interrupts, put_off
from e2e_common.util.ports import Port, reserve
from e2e_common.util.processes import adopt_orphans, end_orphans, last_lines
from e2e_common.util.streams import say

SHOWN_OF_CLI = 200  # lines, in verbose mode


class E2ETestRunnerBase:
    """One run of one suite. A suite overrides only `set_up`, if it needs a schema or a seed."""

    def set_up(self, variables: Mapping[str, str]) -> None:
        """Prepare the services (a schema, a seed) before the first request. `variables`: the variables with which the
        application finds them."""

    @classmethod
    def main(cls, entrypoint: str) -> NoReturn:
        """Run the phases on the command line, and exit with the run's exit code."""
        try:
            runner = cls(Path(entrypoint).resolve().parent, sys.argv[1:])
            code = runner.run()
        except HarnessError as error:
            sys.stderr.write(f"e2e: {error}\n")
            code = error.code
        except Interrupted as error:  # just before the clean-up, which has run anyway
            code = error.code
        raise SystemExit(code)

    def __init__(self, suite_dir: Path, argv: Sequence[str]) -> None:
        for name in [name for name in os.environ if name.startswith(application.LIBPQ)]:
            del os.environ[name]  # a suite's set_up uses only the variables that it gets
        run = self.state = Run(suite_dir, argv)
        self.suite_dir, self.phases, self.folder, self.options = suite_dir, run.phases, run.folder, run.options
        self._services = services.Services([], self.folder.logs, self.options)  # none until a recording needs them
        self._recording: Recorder | None = None
        self._replay: ReplayProcess | None = None
        self._port: Port | None = None
        self._outcome: Outcome | None = None
        self._cleared = False
        self._allowance_s = 0.0

    def run(self) -> int:
        """Run the phases, always clean up, write result.json and print the verdict. Returns the exit code. Raises
        HarnessError (3) if another run uses the folder, before anything is written to it."""
        if self.state.verb == "services":
            return serve(self.suite_dir, self.folder, self.options, self.set_up)
        if self.state.verb == "debug":
            from e2e_common.run.debugging import debug  # most runs do without

            return debug(self.suite_dir, self.folder, self.options, self.set_up, self.state.port)
        os.umask(os.umask(0o077) | stat.S_IWOTH)  # other users must not write recordings, whatever the umask
        check_publishable(self.suite_dir)
        self.folder.lock()
        adopt_orphans()
        with Interrupts() as interrupts:
            try:
                self._run_phases(interrupts.limit)
            except (Exception, Interrupted) as error:  # also from a suite's set_up: still clean up and report
                self._fail(error)
            finally:
                interrupts.hold()
                self._clean_up()
            if interrupts.first is not None:
                self._fail(Interrupted(interrupts.first))
        if self.folder.is_full() and (self._outcome is None or self._outcome.code < 128):
            # Replaces any verdict: a log without its end may lack the warning that would have failed the run.
            earlier = (
                f" (before that: {self._outcome.result['reason']})" if self._outcome and self._outcome.code else ""
            )
            message = f"{self.folder.root}: no space is left, so nothing there can be trusted to be whole"
            self._outcome = None
            self._fail(environment(f"{message}; {MAKE_ROOM}{earlier}"))
        if self._outcome is None:
            self._say_unjudged()
            return Code.PASSED
        return self.state.end(self._outcome)

    def _run_phases(self, limit: Callable[[float], None]) -> None:
        """`limit`: sets the time limit in seconds. The set-up has none: environments are created only once."""
        steps = {"setup": self._setup, "record": self._record, "replay": self._run_replay, "check": self._check}
        for name in self.phases:
            if name in steps:
                self.state.progress.phase(BANNERS[name])
                steps[name]()
            if name == "setup":
                used_s = time.monotonic() - self.state.started - self.state.seconds.get("prepare", 0)
                limit(max(float(self.options["E2E_TIMEOUT"]) - used_s, 0.001))

    def _setup(self) -> None:
        run, folder = self.state, self.folder
        with run.timed("prepare"):
            used = environments.prepare(self.suite_dir, self.options, folder.environment)
            self._cli = find_cli(self.options["TUSK_CLI"], self.options["TUSK_CLI_PATH"])
            names = services.declared(self.suite_dir)
            if "record" in self.phases:
                folder.clear_recording()
                self._services = services.Services(names, folder.logs, self.options)
                run.to_record(used, self._services.addresses)
            else:
                run.to_replay()
            folder.clear_replay()
            self._cleared = True
            folder.use(used.home)
            # In a replay the sentinels will listen on the services' ports, which are free now.
            recorded = {int(address.rpartition(":")[2]) for address in run.recorded.services.values()}
            self._port = reserve(run.recorded.app_port, recorded)
            run.runs_with(used, self._port.number)
            variables = {**services.variables(run.recorded.services, folder.root), **run.setup.variables}
            where = (self.suite_dir, self._port.number, used.home / "bin", variables, run.setup.ready_s)
            if "record" in self.phases:
                self._app = application.lay_out(folder.work, *where)
            if "replay" in self.phases:
                application.lay_out(folder.replay_work, *where)
            run.write_setup()
        run.progress.say(f"SDK {used.versions['sdk']} ({used.sdk_source}), {used.home}")

    def _record(self) -> None:
        run, is_baseline = self.state, self.state.verb == "baseline"
        recording = self._recording = Recorder(self.folder, self._app, self._services, run.progress.tick)
        mode = "DISABLED" if is_baseline else "RECORD"
        run.progress.say(f"Starting application in {mode} mode...")
        with run.timed("services"):
            recording.start(mode, self._set_up)
        with run.timed("record"):
            status = recording.send(self.options["E2E_ONLY"])
        run.progress.say(self.folder.requests_log.read_text(errors="replace").rstrip())
        if is_baseline:
            recording.stop()
            self._outcome = judging.judge_baseline(self.folder, run.known())
            return
        with run.timed("flush"):
            versions = {**run.setup.packages, **run.setup.versions, "recorded_by": run.recorded.sdk}
            recording.flush(lambda sent: judging.unrecorded(self.suite_dir, sent, versions, self._cli.name))
        moments = {"started": recording.started, "flushed": time.time()}
        recording.stop()
        environments.check_unchanged(self.folder.env_bin.parent, recording.started)
        run.recorded = replace(run.recorded, exit_status=status, left_behind=tuple(end_orphans()), **moments)
        run.write_setup()
        write_json(self.folder.recording, run.recorded)
        if "check" not in self.phases and not run.goes_on:
            self._outcome = judging.judge_recording(self.folder, self.suite_dir)
        run.progress.say(f"Recorded {len(list(self.folder.traces.glob('*.jsonl')))} trace files")

    def _set_up(self) -> None:
        """Run the suite's set-up, and save the services' versions and parameters: the replay's sentinels report the
        same ones."""
        self.set_up(services.variables(self._services.addresses, self.folder.root))
        run, servers = self.state, self._services.versions
        run.recorded = replace(run.recorded, parameters=self._services.parameters, servers=servers)
        run.setup = replace(run.setup, versions={**run.setup.versions, **servers})
        run.write_setup()

    def _run_replay(self) -> None:
        self.state.progress.say("Starting application in REPLAY mode...")
        with self.state.timed("replay"):
            self._allowance_s = self._cli.allowance_s(len(list(self.folder.traces.glob("*.jsonl"))))
            put_off(self._allowance_s)
            self._replay = ReplayProcess(self.folder, self._cli, self.state.progress.tick)
            self._replay.finish()
        self.state.progress.say(last_lines(self.folder.cli_log, SHOWN_OF_CLI) or "")

    def _check(self) -> None:
        with self.state.timed("check"):
            self._outcome = judging.judge_run(self.folder, self.suite_dir)
        result, marks = self._outcome.result, {"passed": "✓", "failed": "✗"}
        for row in result["tests"]:
            if row["trace_id"]:
                mark = marks.get(row["verdict"], "-")
                self.state.progress.say(f"{mark} Test ID: {row['trace_id']} (Duration: {row['duration_ms']}ms)")
        if result["verdict"] == "passed":
            self.state.progress.say("All tests passed!")

    def _clean_up(self) -> None:
        """End all processes that the run started, in any state, and publish the artifacts."""
        if "cleanup" in self.phases:
            self.state.progress.phase(BANNERS["cleanup"])
        with self.state.timed("cleanup"):
            for part in (self._replay, self._recording):
                if part is not None:
                    self._attempt(part.stop)
            self._services.close()
            if self._port is not None:
                self._port.release()
            left = [*self.state.recorded.left_behind, *end_orphans()]
            if left and not self.state.goes_on:
                reason = f"the application left processes behind: {'; '.join(left)}"
                self._fail(HarnessError(Code.LEFT_BEHIND, reason))
            if "cleanup" in self.phases and self.state.verb == "e2e":
                self._attempt(lambda: self.folder.publish(self.suite_dir))

    def _attempt(self, step: Callable[[], None]) -> None:
        """Run a step of the clean-up. If it fails, the others still run."""
        try:
            step()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: Exception | Interrupted) -> None:
        """The run ends with this error, unless it has failed before: the first failure stays."""
        if self._outcome is not None and self._outcome.code != Code.PASSED:
            return
        if isinstance(error, Interrupted) and error.signum == signal.SIGALRM:
            extra_time = f", and {self._allowance_s:.0f} s for stalls of the official CLI" if self._allowance_s else ""
            reason = f"not done within {self.options['E2E_TIMEOUT']} s (E2E_TIMEOUT{extra_time})"
            error = HarnessError(Code.TIMED_OUT, reason)
        # Else the artifacts may be an earlier run's; an interrupted run has no time for them.
        is_own = self._cleared and not isinstance(error, Interrupted)
        self._outcome = self.state.stopped(error, has_artifacts=is_own)

    def _say_unjudged(self) -> None:
        """Print the end of a run without a verdict. Most of these only record."""
        self.state.progress.clear()
        results = [word for phase, word in (("record", "recorded"), ("replay", "replayed")) if phase in self.phases]
        text = f"{' and '.join(results) or 'nothing recorded or replayed of'} {self.state.suite}: {self.folder.root}"
        if not self.state.goes_on:
            say(f"{text} (not judged: that is the phase check)" if "replay" in self.phases else text)
