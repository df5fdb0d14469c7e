"""E2ETestRunnerBase: the five phases of a run. A suite's entrypoint.py subclasses it and says only what differs."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from msgspec.structs import asdict, replace

from e2e_common import application, container, environments, judging, measuring, services, serving
from e2e_common.command_line import BANNERS, parse_words
from e2e_common.decoding import NO_RECORDING, NO_SETUP, Setup
from e2e_common.decoding import Recording as Recorded
from e2e_common.errors import MAKE_ROOM, Code, HarnessError, of_the_machine, usage
from e2e_common.interrupts import Interrupted, Interrupts, not_done, put_off
from e2e_common.knobs import load_knobs
from e2e_common.names import READY_KNOB
from e2e_common.paths import ROOT
from e2e_common.ports import Port, reserve
from e2e_common.processes import adopt_orphans, end_orphans, last_lines
from e2e_common.recording import Recording
from e2e_common.replaying import Replay
from e2e_common.report import Progress, summary
from e2e_common.reports.rerun import rerun
from e2e_common.run_folder import RunFolder, check_publishable, write_json
from e2e_common.streams import say
from e2e_common.suites import name_of
from e2e_common.tusk_cli import find_cli

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
        except HarnessError as error:
            sys.stderr.write(f"e2e: {error}\n")
            raise SystemExit(error.code) from None
        try:
            raise SystemExit(runner.serve() if runner.verb == "services" else runner.run())
        except Interrupted as error:  # in the moment before the clean-up, which has run all the same
            raise SystemExit(128 + error.signum) from None

    def __init__(self, suite_dir: Path, argv: Sequence[str]) -> None:
        words = parse_words(argv)
        for name in [name for name in os.environ if name.startswith(application.LIBPQ)]:
            del os.environ[name]  # a suite's set_up connects with what it is given, and nothing else
        self.knobs = load_knobs()
        self.suite_dir = suite_dir
        self.suite = name_of(suite_dir)
        self.port: int = words.port
        self.verb: str = words.verb
        self.baseline, self.coverage = self.verb == "baseline", self.verb == "coverage"
        self.phases = ["setup", "record", "cleanup"] if self.baseline else words.phases
        if self.coverage:
            self.knobs["E2E_WITH"] = f"{self.knobs['E2E_WITH']} {measuring.REQUIREMENT}".strip()
        name = f"{self.suite}-{self.port}{'' if self.verb == 'e2e' else f'-{self.verb}'}"
        self.folder = RunFolder(ROOT / self.knobs["E2E_OUT"] / name)
        self.progress = Progress(self.suite, self.knobs["E2E_VERBOSE"] == "1")
        self.setup, self.recorded = NO_SETUP, NO_RECORDING
        self.seconds: dict[str, float] = {}
        self._services = services.Services([], self.folder.logs, self.knobs)  # none, until a recording needs them
        self._recording: Recording | None = None
        self._replay: Replay | None = None
        self._port: Port | None = None
        self._outcome: judging.Outcome | None = None
        self._cleared = False
        self._allowance_s = 0.0
        self._notes: list[str] = []

    def run(self) -> int:
        """Run the phases, clean up whatever came, write result.json and say the verdict. Returns the exit code."""
        self._started = time.monotonic()
        os.umask(os.umask(0o077) | stat.S_IWOTH)  # what is recorded is nobody else's to write, whatever the umask
        try:
            container.check_writable(self.suite_dir, self.folder.root)
            check_publishable(self.suite_dir)
            if not container.driven():  # else who drives it holds the lock
                self.folder.lock()
        except HarnessError as error:  # the folder is another run's: nothing of ours is in it
            sys.stderr.write(f"e2e: {error}\n")
            return error.code
        adopt_orphans()
        with Interrupts() as interrupts:
            try:
                self._run_phases(interrupts.limit)
            except HarnessError as error:
                self._outcome = self._stopped(error.code, str(error), error.log)
            except Interrupted as error:
                self._outcome = self._interrupted(error.signum)
            except Exception as error:  # a suite's set_up, or a fault of ours: the rest of this all the same
                self._outcome = self._broken(error)
            finally:
                interrupts.hold()
                self._clean_up()
            if interrupts.first is not None and self._is_well():
                self._outcome = self._interrupted(interrupts.first)
        if self.folder.is_full() and (self._outcome is None or self._outcome.code < 128):
            self._outcome = self._without_room(self._outcome)
        return self._say()

    def serve(self) -> int:
        """Only start the services, set up, and stay until interrupted (make services-<suite>). Returns the code."""
        return serving.serve(self.suite_dir, self.folder, self.knobs, self.set_up)

    def _run_phases(self, limit: Callable[[float], None]) -> None:
        """`limit`: sets the time limit. The set-up takes what it takes: environments are made once."""
        steps = {"setup": self._setup, "record": self._record, "replay": self._run_replay, "check": self._check}
        for name in self.phases:
            if name in steps:
                self.progress.phase(BANNERS[name])
                steps[name]()
            if name == "setup":
                used_s = time.monotonic() - self._started - self.seconds.get("prepare", 0)
                limit(max(float(self.knobs["E2E_TIMEOUT"]) - used_s, 0.001))

    def _setup(self) -> None:
        with self._timed("prepare"):
            environment = environments.prepare(self.suite_dir, self.knobs, self.folder.environment)
            self._cli = find_cli(self.knobs["TUSK_CLI"], self.knobs["TUSK_CLI_PATH"])
            names = services.declared(self.suite_dir)
            recording = "record" in self.phases
            if recording:
                self.folder.clear_recording()
            else:
                self.recorded = self._recorded_before()
            self.folder.clear_replay()
            self._cleared = True
            self.folder.use(environment.home)
            if recording:
                self._services = services.Services(names, self.folder.logs, self.knobs)
                self.recorded = self._to_be_recorded(environment)
            self._port = reserve(self.recorded.app_port)
            self.setup = self._found(environment, self._port.number)
            variables = {**services.variables(self.recorded.services, self.folder.root), **self.setup.variables}
            where = (self.suite_dir, self._port.number, environment.bin, variables, self.setup.ready_s)
            if recording:
                self._app = application.lay_out(self.folder.work, *where)
            if "replay" in self.phases:
                application.lay_out(self.folder.replay_work, *where)
            self._write_setup()
        self.progress.say(f"SDK {environment.versions['sdk']} ({environment.sdk_source}), {environment.home}")

    def _found(self, environment: environments.Environment, app_port: int) -> Setup:
        """What this run, or the replay of an earlier recording, runs with."""
        sentinels = self._has_sentinels()
        return Setup(
            versions={**environment.versions, **self.recorded.servers},
            packages=environment.packages,
            locked=self._is_locked(environment) and self.recorded.locked,
            sdk_source=environment.sdk_source,
            laid_over=self.knobs["E2E_WITH"],
            rust_core=self.knobs["E2E_RUST_CORE"],
            sentinels=sentinels,
            forgives=tuple(application.forgiven(self.suite_dir)),
            app_port=app_port,
            variables=self._variables(environment, sentinels=sentinels),
            ready_s=float(self.knobs[READY_KNOB]),
            seconds={},
        )

    def _is_locked(self, environment: environments.Environment) -> bool:
        """Whether this combination is the one that known_failures.yaml is kept for, but for the CLI."""
        return environment.locked and not self.knobs["E2E_RUST_CORE"] and not self.coverage

    def _variables(self, environment: environments.Environment, *, sentinels: bool) -> dict[str, str]:
        """What the application finds in its environment beside the services, in recording and replay."""
        rust_core = self.knobs["E2E_RUST_CORE"]
        variables = application.passed_on(self.knobs["E2E_APP_ENV"], os.environ)
        variables |= {application.RUST_CORE: rust_core} if rust_core else {}
        if self.coverage:
            home = measuring.home(self.folder)
            variables.update(measuring.variables(home, self.suite_dir, environment.home, sentinels=sentinels))
        return variables

    def _record(self) -> None:
        recording = self._recording = Recording(self.folder, self._app, self._services, self.progress.tick)
        with self._timed("services"):
            recording.start("DISABLED" if self.baseline else "RECORD", self._set_up)
        with self._timed("record"):
            status = recording.send(self.knobs["E2E_ONLY"])
        if self.baseline:
            recording.stop()
            self._outcome = judging.judge_baseline(self.folder, self.suite_dir, self._known())
            return
        with self._timed("flush"):
            versions = {**self.setup.packages, **self.setup.versions, "recorded_by": self.recorded.sdk}
            recording.flush(lambda sent: judging.unrecorded(self.suite_dir, sent, versions, self._cli.name))
        moments = {"started": recording.started, "flushed": time.time()}
        recording.stop()
        self._check_environment(recording.started)
        left_behind = tuple(end_orphans()) if container.goes_on() else ()  # whose clean-up sees only its own
        self.recorded = replace(self.recorded, exit_status=status, left_behind=left_behind, **moments)
        self._write_setup()
        write_json(self.folder.recording, self.recorded)
        if "check" not in self.phases and not container.goes_on():
            self._outcome = judging.judge_recording(self.folder, self.suite_dir)
        self.progress.say(self.folder.requests_log.read_text(errors="replace").rstrip())

    def _check_environment(self, since: float) -> None:
        """What an application keeps in its environment, its replay finds there. (A container's is its own.)"""
        home = self.folder.env_bin.parent
        path = None if container.world() else environments.changed(home, since)
        if path is not None:
            environments.discard(home)
            told = "what it keeps there reaches its replay; it is made anew for the next run"
            raise HarnessError(Code.FAILED, f"the application has changed its environment ({path}): {told}")

    def _set_up(self) -> None:
        """The suite's own, and what the services say about themselves: the replay's sentinels will say the same."""
        self.set_up(services.variables(self._services.addresses, self.folder.root))
        servers = self._services.versions
        self.recorded = replace(self.recorded, parameters=self._services.parameters, servers=servers)
        self.setup = replace(self.setup, versions={**self.setup.versions, **servers})
        self._write_setup()

    def _run_replay(self) -> None:
        with self._timed("replay"):
            self._allowance_s = self._cli.allowance_s(len(list(self.folder.traces.glob("*.jsonl"))))
            put_off(self._allowance_s)
            self._replay = Replay(self.folder, self.knobs, self.progress.tick)
            self._replay.finish()
        self.progress.say(last_lines(self.folder.cli_log, SHOWN_OF_CLI) or "")

    def _check(self) -> None:
        with self._timed("check"):
            self._outcome = judging.judge_run(self.folder, self.suite_dir)

    def _clean_up(self) -> None:
        """End what the run started, whatever state it is in, and leave the artifacts where they are looked for."""
        if "cleanup" in self.phases:
            self.progress.phase(BANNERS["cleanup"])
        with self._timed("cleanup"):
            for part in (self._replay, self._recording):
                if part is not None:
                    self._attempt(part.stop)
            self._services.close()
            if self._port is not None:
                self._port.release()
            left = [*self.recorded.left_behind, *end_orphans()]
            if left and self._is_well() and not container.goes_on():  # else the other container tells it
                self._outcome = self._stopped(
                    Code.LEFT_BEHIND, f"the application left processes behind: {'; '.join(left)}"
                )
            if "cleanup" in self.phases and self.verb == "e2e":
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

    def _without_room(self, outcome: judging.Outcome | None) -> judging.Outcome:
        """Whatever the verdict is: a log that lacks its end may lack the warning that would have made it red."""
        first = f" (before that: {outcome.result['reason']})" if outcome and outcome.code else ""
        told = f"{self.folder.root}: no space is left, so nothing there can be trusted to be whole"
        return self._stopped(Code.ENVIRONMENT, f"{told}; {MAKE_ROOM}{first}")

    def _broken(self, error: Exception) -> judging.Outcome:
        told = of_the_machine(error) if isinstance(error, OSError) else None
        if told is not None:
            return self._stopped(told.code, str(told))
        log = self.folder.logs / "harness.log"
        try:
            log.write_text("".join(traceback.format_exception(type(error), error, error.__traceback__)))
        except OSError:  # there is no folder yet, or nothing can be written
            traceback.print_exception(type(error), error, error.__traceback__)
        return self._stopped(Code.FAILED, f"{type(error).__name__}: {error}", str(log))

    def _say(self) -> int:
        self.progress.clear()
        if self._outcome is None:
            if not container.goes_on():
                say(self._unjudged())
            return Code.PASSED
        self.seconds["total"] = round(time.monotonic() - self._started, 3)
        self._outcome.result["seconds"].update(self.seconds)
        again = asdict(rerun(self.suite_dir, self.suite, self.port, self.verb, self.phases))
        self._outcome.result["rerun"] = again
        try:
            write_json(self.folder.result, self._outcome.result)
        except OSError as error:
            told = f"result.json could not be written: {of_the_machine(error) or error}"
            if self._outcome.code == Code.PASSED:
                self._outcome = self._stopped(Code.ENVIRONMENT, told)
                self._outcome.result["rerun"] = again
            else:
                self._notes.append(told)
        say(summary(self._outcome, self.folder, self.suite_dir, self._notes))
        if self.verb == "e2e" and not container.driven():  # else who drives it does
            report_on(self.suite_dir, self.folder, self._outcome, self.knobs["E2E_REPORT"])
        return self._outcome.code

    def _unjudged(self) -> str:
        """What to say of a run without a verdict: it only records, most often."""
        done = [word for phase, word in (("record", "recorded"), ("replay", "replayed")) if phase in self.phases]
        told = f"{' and '.join(done) or 'nothing recorded or replayed of'} {self.suite}: {self.folder.root}"
        return f"{told} (not judged: that is the phase check)" if "replay" in self.phases else told

    def _stopped(self, code: int, reason: str, log: str | None = None) -> judging.Outcome:
        own = self._cleared and code < 128  # before that they are an earlier run's; interrupted, there is no time
        return judging.stopped(self.folder, self.suite_dir, self._known(), code, reason, log, has_artifacts=own)

    def _interrupted(self, signum: int) -> judging.Outcome:
        if signum == signal.SIGALRM:
            return self._stopped(Code.TIMED_OUT, not_done(self.knobs["E2E_TIMEOUT"], self._allowance_s))
        return self._stopped(128 + signum, f"interrupted by {signal.Signals(signum).name}")

    def _to_be_recorded(self, environment: environments.Environment) -> Recorded:
        """What is known of the recording before it begins."""
        return replace(
            NO_RECORDING,
            suite=self.suite,
            port=self.port,
            runtime=container.runtime(),
            partial=self.knobs["E2E_ONLY"] or None,
            services=self._services.addresses,
            app_port=self.port,
            sdk=environment.versions["sdk"] or "",
            rust_core=self.knobs["E2E_RUST_CORE"],
            locked=self._is_locked(environment),
        )

    def _recorded_before(self) -> Recorded:
        """What is known of the recording that is replayed now. Raises HarnessError (2) where it is of the other
        runtime, whose services are found elsewhere."""
        recorded = self.folder.read_recording()
        if recorded.runtime != container.runtime():
            raise usage(
                f"{self.folder.root} was recorded with E2E_RUNTIME={recorded.runtime}: replay it so, or record again"
            )
        if container.has_recorded():
            self.seconds = self.folder.read_setup().seconds
            self._started -= sum(self.seconds.values())
        return recorded

    def _has_sentinels(self) -> bool:
        """Beside the services, in the single container of `docker compose run`, there is no place for them."""
        return self.knobs["E2E_SENTINELS"] == "on" and not (container.world() == "record" and "replay" in self.phases)

    def _known(self) -> dict[str, Any]:
        """What is known of the run, whatever becomes of it; as in result.json."""
        known = {"suite": self.suite, "port": self.port, "runtime": container.runtime()}
        if self.setup is not NO_SETUP:
            known |= {"versions": self.setup.versions, "sdk_source": self.setup.sdk_source}
            known |= {"with": self.setup.laid_over, "partial": self.recorded.partial}
        return known

    def _write_setup(self) -> None:
        write_json(self.folder.setup, replace(self.setup, seconds=self.seconds))

    @contextlib.contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0) + time.monotonic() - began, 3)


def report_on(suite_dir: Path, folder: RunFolder, ended: judging.Outcome | Mapping[str, Any], asked: str) -> None:
    """What a run that has ended leaves beside its artifacts: the reports of E2E_REPORT (`asked`), and in a job of
    GitHub Actions an annotation for each failure. `ended`: its outcome, or its result.json, where another process was
    the run. Changes no verdict; imports nothing where there is nothing to do."""
    result = ended.result if isinstance(ended, judging.Outcome) else ended
    if result["code"] and os.environ.get("GITHUB_ACTIONS") == "true":
        from e2e_common.reports import github

        say("\n".join(github.of(result)))
    if asked:
        from e2e_common.reports import model, rendering

        if isinstance(ended, judging.Outcome):
            rendering.after_runs(lambda: [model.of_outcome(ended, folder, suite_dir)], folder.root, asked)
        else:
            rendering.after_runs(lambda: [rendering.read(suite_dir, folder.root)], folder.root, asked)
