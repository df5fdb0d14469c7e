"""E2ETestRunnerBase: the five phases of a run. A suite's entrypoint.py subclasses it and says only what differs."""

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
from e2e_common.record import application, serving
from e2e_common.record.recording import Recording
from e2e_common.replay.replaying import Replay
from e2e_common.replay.tusk_cli import find_cli
from e2e_common.run.state import Run
from e2e_common.setup import environments
from e2e_common.util.command_line import BANNERS
from e2e_common.util.errors import MAKE_ROOM, Code, HarnessError, explained
from e2e_common.util.interrupts import Interrupted, Interrupts, put_off
from e2e_common.util.ports import Port, reserve
from e2e_common.util.processes import adopt_orphans, end_orphans, last_lines
from e2e_common.util.streams import say

SHOWN_OF_CLI = 200  # lines, in verbose mode


class E2ETestRunnerBase:
    """One run of one suite. A suite overrides `set_up` where it needs a schema or a seed, and nothing else."""

    def set_up(self, variables: Mapping[str, str]) -> None:
        """Prepare the services (a schema, a seed) before the first request. `variables`: what the application reads to
        find them."""

    @classmethod
    def main(cls, entrypoint: str) -> NoReturn:
        """Run the phases that the command line names, and exit with the code of the contract."""
        try:
            runner = cls(Path(entrypoint).resolve().parent, sys.argv[1:])
            code = runner.run()
        except HarnessError as error:
            sys.stderr.write(f"e2e: {error}\n")
            code = error.code
        except Interrupted as error:  # in the moment before the clean-up, which has run all the same
            code = error.code
        raise SystemExit(code)

    def __init__(self, suite_dir: Path, argv: Sequence[str]) -> None:
        for name in [name for name in os.environ if name.startswith(application.LIBPQ)]:
            del os.environ[name]  # a suite's set_up connects with what it is given, and nothing else
        run = self.state = Run(suite_dir, argv)
        self.suite_dir, self.phases, self.folder, self.knobs = suite_dir, run.phases, run.folder, run.knobs
        self._services = services.Services([], self.folder.logs, self.knobs)  # none, until a recording needs them
        self._recording: Recording | None = None
        self._replay: Replay | None = None
        self._port: Port | None = None
        self._outcome: Outcome | None = None
        self._cleared = False
        self._allowance_s = 0.0

    def run(self) -> int:
        """Run the phases, clean up whatever came, write result.json and say the verdict. Returns the exit code. Raises
        HarnessError (3) where the folder is another run's: nothing of ours is in it."""
        if self.state.verb == "services":
            return serving.serve(self.suite_dir, self.folder, self.knobs, self.set_up)
        os.umask(os.umask(0o077) | stat.S_IWOTH)  # what is recorded is nobody else's to write, whatever the umask
        check_publishable(self.suite_dir)
        self.folder.lock()
        adopt_orphans()
        with Interrupts() as interrupts:
            try:
                self._run_phases(interrupts.limit)
            except Interrupted as error:
                self._outcome = self._interrupted(error)
            except Exception as error:  # a suite's set_up, or a fault of ours: the rest of this all the same
                self._outcome = self._broken(error)
            finally:
                interrupts.hold()
                self._clean_up()
            if interrupts.first is not None and self._is_well():
                self._outcome = self._interrupted(Interrupted(interrupts.first))
        if self.folder.is_full() and (self._outcome is None or self._outcome.code < 128):
            self._outcome = self._without_room()
        if self._outcome is None:
            self._say_unjudged()
            return Code.PASSED
        return self.state.end(self._outcome)

    def _run_phases(self, limit: Callable[[float], None]) -> None:
        """`limit`: sets the time limit. The set-up takes what it takes: environments are made once."""
        steps = {"setup": self._setup, "record": self._record, "replay": self._run_replay, "check": self._check}
        for name in self.phases:
            if name in steps:
                self.state.progress.phase(BANNERS[name])
                steps[name]()
            if name == "setup":
                used_s = time.monotonic() - self.state.started - self.state.seconds.get("prepare", 0)
                limit(max(float(self.knobs["E2E_TIMEOUT"]) - used_s, 0.001))

    def _setup(self) -> None:
        run, folder = self.state, self.folder
        with run.timed("prepare"):
            environment = environments.prepare(self.suite_dir, self.knobs, folder.environment)
            self._cli = find_cli(self.knobs["TUSK_CLI"], self.knobs["TUSK_CLI_PATH"])
            names = services.declared(self.suite_dir)
            if "record" in self.phases:
                folder.clear_recording()
                self._services = services.Services(names, folder.logs, self.knobs)
                run.to_record(environment, self._services.addresses)
            else:
                run.to_replay()
            folder.clear_replay()
            self._cleared = True
            folder.use(environment.home)
            self._port = reserve(run.recorded.app_port)
            run.runs_with(environment, self._port.number)
            variables = {**services.variables(run.recorded.services, folder.root), **run.setup.variables}
            where = (self.suite_dir, self._port.number, environment.bin, variables, run.setup.ready_s)
            if "record" in self.phases:
                self._app = application.lay_out(folder.work, *where)
            if "replay" in self.phases:
                application.lay_out(folder.replay_work, *where)
            run.write_setup()
        run.progress.say(f"SDK {environment.versions['sdk']} ({environment.sdk_source}), {environment.home}")

    def _record(self) -> None:
        run, is_baseline = self.state, self.state.verb == "baseline"
        recording = self._recording = Recording(self.folder, self._app, self._services, run.progress.tick)
        mode = "DISABLED" if is_baseline else "RECORD"
        run.progress.say(f"Starting application in {mode} mode...")
        with run.timed("services"):
            recording.start(mode, self._set_up)
        with run.timed("record"):
            status = recording.send(self.knobs["E2E_ONLY"])
        run.progress.say(self.folder.requests_log.read_text(errors="replace").rstrip())
        if is_baseline:
            recording.stop()
            self._outcome = judging.judge_baseline(self.folder, self.suite_dir, run.known())
            return
        with run.timed("flush"):
            versions = {**run.setup.packages, **run.setup.versions, "recorded_by": run.recorded.sdk}
            recording.flush(lambda sent: judging.unrecorded(self.suite_dir, sent, versions, self._cli.name))
        moments = {"started": recording.started, "flushed": time.time()}
        recording.stop()
        self._check_environment(recording.started)
        run.recorded = replace(run.recorded, exit_status=status, left_behind=tuple(end_orphans()), **moments)
        run.write_setup()
        write_json(self.folder.recording, run.recorded)
        if "check" not in self.phases and not run.goes_on:
            self._outcome = judging.judge_recording(self.folder, self.suite_dir)
        run.progress.say(f"Recorded {len(list(self.folder.traces.glob('*.jsonl')))} trace files")

    def _set_up(self) -> None:
        """The suite's own, and what the services say about themselves: the replay's sentinels will say the same."""
        self.set_up(services.variables(self._services.addresses, self.folder.root))
        run, servers = self.state, self._services.versions
        run.recorded = replace(run.recorded, parameters=self._services.parameters, servers=servers)
        run.setup = replace(run.setup, versions={**run.setup.versions, **servers})
        run.write_setup()

    def _check_environment(self, since: float) -> None:
        """What an application keeps in its environment, its replay finds there."""
        home = self.folder.env_bin.parent
        if path := environments.changed(home, since):
            environments.discard(home)
            told = "what it keeps there reaches its replay; it is made anew for the next run"
            raise HarnessError(Code.FAILED, f"the application has changed its environment ({path}): {told}")

    def _run_replay(self) -> None:
        self.state.progress.say("Starting application in REPLAY mode...")
        with self.state.timed("replay"):
            self._allowance_s = self._cli.allowance_s(len(list(self.folder.traces.glob("*.jsonl"))))
            put_off(self._allowance_s)
            self._replay = Replay(self.folder, self.knobs, self.state.progress.tick)
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
        """End what the run started, whatever state it is in, and leave the artifacts where they are looked for."""
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
            if left and self._is_well() and not self.state.goes_on:
                told = f"the application left processes behind: {'; '.join(left)}"
                self._outcome = self._stopped(Code.LEFT_BEHIND, told)
            if "cleanup" in self.phases and self.state.verb == "e2e":
                self._attempt(lambda: self.folder.publish(self.suite_dir))

    def _attempt(self, step: Callable[[], None]) -> None:
        """A step of the clean-up: where it cannot be taken, the others are all the same."""
        try:
            step()
        except OSError as error:
            if self._is_well():
                self._outcome = self._broken(error)

    def _is_well(self) -> bool:
        """Whether nothing is wrong so far: the verdict is green, or there is none to be."""
        return self._outcome is None or self._outcome.code == Code.PASSED

    def _without_room(self) -> Outcome:
        """Whatever the verdict is: a log that lacks its end may lack the warning that would have made it red."""
        first = f" (before that: {self._outcome.result['reason']})" if self._outcome and self._outcome.code else ""
        told = f"{self.folder.root}: no space is left, so nothing there can be trusted to be whole"
        return self._stopped(Code.ENVIRONMENT, f"{told}; {MAKE_ROOM}{first}")

    def _broken(self, error: Exception) -> Outcome:
        told = explained(error, self.folder.logs / "harness.log")
        return self._stopped(told.code, str(told), told.log)

    def _interrupted(self, error: Interrupted) -> Outcome:
        if error.signum == signal.SIGALRM:
            more = f", and {self._allowance_s:.0f} s for stalls of the official CLI" if self._allowance_s else ""
            told = f"not done within {self.knobs['E2E_TIMEOUT']} s (E2E_TIMEOUT{more})"
            return self._stopped(Code.TIMED_OUT, told)
        return self._stopped(error.code, str(error))

    def _stopped(self, code: int, reason: str, log: str | None = None) -> Outcome:
        own = self._cleared and code < 128  # before that they are an earlier run's; interrupted, there is no time
        return self.state.stopped(code, reason, log, has_artifacts=own)

    def _say_unjudged(self) -> None:
        """A run without a verdict: it only records, most often."""
        self.state.progress.clear()
        done = [word for phase, word in (("record", "recorded"), ("replay", "replayed")) if phase in self.phases]
        told = f"{' and '.join(done) or 'nothing recorded or replayed of'} {self.state.suite}: {self.folder.root}"
        if not self.state.goes_on:
            say(f"{told} (not judged: that is the phase check)" if "replay" in self.phases else told)
