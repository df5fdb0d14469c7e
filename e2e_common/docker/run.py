"""One run of one suite under Docker: record in a container beside the services, replay in one without a network.

`python -m e2e_common.docker.run FOLDER [port] [--phases LIST | --baseline] [--build]`, called by scripts/e2e.sh.
What happens inside is base_runner's; here is what is outside: images, containers, the lock, signals, the end.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import asdict

from e2e_common import known_failures, services
from e2e_common.base_runner import report_on
from e2e_common.command_line import BANNERS, LOCAL_ONLY, parse_words
from e2e_common.docker import images, objects
from e2e_common.docker.compose import Compose
from e2e_common.docker.engine import require_engine
from e2e_common.errors import Code, HarnessError, of_the_machine, usage
from e2e_common.interrupts import Interrupted, Interrupts, not_done, put_off
from e2e_common.judging import stopped
from e2e_common.knobs import load_knobs
from e2e_common.locks import fresh_lock
from e2e_common.paths import KNOWN_CAUSES, ROOT
from e2e_common.processes import has_exited, last_lines, spawn, stop
from e2e_common.readiness import NO_LIMIT_S, wait_until
from e2e_common.report import Progress, summary
from e2e_common.reports.rerun import rerun
from e2e_common.run_folder import RunFolder, write_json
from e2e_common.streams import inert, say
from e2e_common.suite_run import identity
from e2e_common.suites import name_of
from e2e_common.tusk_cli import Cli
from e2e_common.yaml_files import load_yaml


class Contained:
    """A call of `docker compose run`, started at once. `log`: what Compose itself says goes there; `judges`: it ends
    with a verdict, in result.json."""

    def __init__(
        self,
        service: str,
        command: Sequence[str],
        cwd: Path,
        env: Mapping[str, str],
        log: Path,
        *,
        judges: bool = False,
    ) -> None:
        self.service, self.log, self.judges = service, log, judges
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 - open until `end` has read it
        with log.open("wb") as compose_log:
            self._process = spawn(command, cwd=cwd, env=env, stdout=self._printed, stderr=compose_log)

    def has_ended(self) -> bool:
        return has_exited(self._process)

    def end(self) -> tuple[int, str, str]:
        """End the call, if it has not ended, whatever becomes of the container. Returns its exit status, what the
        container printed, and Compose's own last words."""
        code = stop(self._process)
        self._printed.seek(0)
        return code, self._printed.read().decode(errors="replace"), last_lines(self.log) or ""


class DockerRun:
    """One run. `run` does it all and returns the exit code of the contract."""

    def __init__(self, suite_dir: Path, argv: Sequence[str]) -> None:
        words = parse_words(argv)
        if words.verb in LOCAL_ONLY:
            raise usage(
                f"--{words.verb} works without Docker: E2E_RUNTIME=local make {words.verb}-{name_of(suite_dir)}"
            )
        self._knobs = load_knobs()
        self._suite_dir, self._suite, self._port = suite_dir, name_of(suite_dir), words.port
        self._verb, self._phases, self._build = words.verb, words.phases, words.build
        name = f"{self._suite}-{self._port}{'' if self._verb == 'e2e' else f'-{self._verb}'}"
        self._folder = RunFolder(ROOT / self._knobs["E2E_OUT"] / name)
        self._rerun = rerun(suite_dir, self._suite, self._port, self._verb, self._phases)
        self._compose = Compose(suite_dir, self._folder, self._knobs, self._rerun)
        self._progress = Progress(self._suite, self._knobs["E2E_VERBOSE"] == "1")
        self._contained: list[Contained] = []
        self._printed = ""
        self._result: dict[str, Any] | None = None
        self._before: tuple[int, int] | None = None
        self._allowance_s = 0.0

    def run(self) -> int:
        self._began = time.time()
        try:
            self._folder.lock()
        except HarnessError as error:
            sys.stderr.write(f"e2e: {error}\n")
            return error.code
        code: int = Code.FAILED
        with Interrupts() as interrupts:
            try:
                self._prepare()
                interrupts.limit(float(self._knobs["E2E_TIMEOUT"]))  # images are made once, and take what they take
                code = self._run_worlds()
            except HarnessError as error:
                code = self._stopped(error.code, str(error), error.log)
            except Interrupted as error:
                code = self._interrupted(error.signum)
            except Exception as error:  # the clean-up and result.json all the same
                code = self._broken(error)
            finally:
                interrupts.hold()
                code = self._clean_up(code)
        if interrupts.first is not None and code == Code.PASSED:
            code = self._interrupted(interrupts.first)
        self._keep_result()
        self._progress.clear()
        say(inert(self._printed), end="")
        if self._result is not None and self._verb == "e2e":
            report_on(self._suite_dir, self._folder, self._result, self._knobs["E2E_REPORT"])
        return code

    def _broken(self, error: Exception) -> int:
        """What the machine refuses, or a fault of ours."""
        told = of_the_machine(error) if isinstance(error, OSError) else None
        if told is not None:
            return self._stopped(told.code, str(told))
        traceback.print_exc()
        return self._stopped(Code.FAILED, f"{type(error).__name__}: {error} (the traceback is above)")

    def _prepare(self) -> None:
        self._progress.phase("Images")
        require_engine()
        fresh_lock(self._suite_dir)
        files = (self._suite_dir / name for name in ("docker-compose.yml", ".tusk/config.yaml", known_failures.FILE))
        for path in (*files, KNOWN_CAUSES):
            if path.exists():
                load_yaml(path)  # parsed once, here: the containers cannot keep it
        base = images.require_base(self._knobs, build=self._build)
        images.require_suite(self._suite_dir, self._compose.image, base, self._compose.environ)
        if "record" in self._phases:
            images.require_of_services(services.declared(self._suite_dir), self._knobs)
        self._compose.give_folders()
        objects.remove_project(self._compose.project)  # what a killed run has left

    def _run_worlds(self) -> int:
        """The containers that the phases ask for, one after the other. Returns the exit code of the last one."""
        here, there = self._split()
        self._before = identity(self._folder.result)
        if here:
            self._progress.phase(BANNERS["record"])
            code = self._end(self._start("app", here, goes_on=bool(there)))
            if code != 0 or not there:
                return code
        self._progress.phase(BANNERS["replay"])
        replay = self._start("replay", there)
        self._compose.remove_services()
        if self._knobs["TUSK_CLI"] != "bundled":  # which one it is, the container finds out
            traces = len(list(self._folder.traces.glob("*.jsonl")))
            self._allowance_s = Cli("official", "", ()).allowance_s(traces)
            put_off(self._allowance_s)
        return self._end(replay)

    def _split(self) -> tuple[list[str], list[str]]:
        """The words for the container that records, and for the one that replays; none where there is nothing to do."""
        if self._verb == "baseline":
            return ["--baseline"], []
        if "record" not in self._phases:
            return [], ["--phases", ",".join(self._phases)]
        if "replay" not in self._phases:
            return ["--phases", ",".join(self._phases)], []
        return ["--phases", "setup,record"], ["--phases", ",".join(p for p in self._phases if p != "record")]

    def _start(self, service: str, words: list[str], *, goes_on: bool = False) -> Contained:
        """Run the suite's entrypoint in a container of `service`. `goes_on`: the run does, in another one."""
        command = self._compose.run(service, [str(self._port), *words], self._began, goes_on=goes_on)
        log = self._folder.root.with_name(f".{self._folder.root.name}.{service}.log")
        judges = words == ["--baseline"] or "check" in words[-1].split(",")
        self._contained.append(Contained(service, command, self._suite_dir, self._compose.environ, log, judges=judges))
        return self._contained[-1]

    def _end(self, contained: Contained) -> int:
        """Wait for the end of a container. Returns its exit code; what it printed is kept, to be said at the end.
        Raises HarnessError (3) when Compose could not run it."""

        def ended() -> bool:
            self._progress.tick()
            return contained.has_ended()

        wait_until(ended, timeout_s=NO_LIMIT_S, what="the container")
        code, self._printed, log = contained.end()
        self._result = self._said(code)
        if self._result is None and (code != 0 or contained.judges):
            raise self._compose.fault(code, log, self._printed)
        return code

    def _said(self, code: int) -> dict[str, Any] | None:
        """What the run says by itself, in result.json, if that it ended with `code`."""
        with contextlib.suppress(OSError, ValueError):
            if identity(self._folder.result) != self._before:
                result: dict[str, Any] = json.loads(self._folder.result.read_bytes())
                return result if result["code"] == code else None
        return None

    def _keep_result(self) -> None:
        """result.json says how the run ended; a container that was ended before its time may have said so there."""
        if self._result is not None:
            with contextlib.suppress(OSError):
                write_json(self._folder.result, self._result)
        self._compose.give_away()

    def _clean_up(self, code: int) -> int:
        for contained in self._contained:
            contained.end()
        red = Code.PASSED < code < 128
        try:
            with contextlib.suppress(OSError):  # on a full disk, say: the containers go all the same
                self._keep_logs(red)
            objects.remove_project(self._compose.project)
        except HarnessError as error:
            return code or self._stopped(error.code, str(error))
        return code

    def _keep_logs(self, red: bool) -> None:
        """What Compose and, of a run that failed, its services have said, beside the other logs."""
        if not self._folder.logs.is_dir():
            return
        for contained in self._contained:
            shutil.copyfile(contained.log, self._folder.logs / f"compose-{contained.service}.log")
        if red:
            self._compose.keep_logs()

    def _interrupted(self, signum: int) -> int:
        if signum == signal.SIGALRM:
            return self._stopped(Code.TIMED_OUT, not_done(self._knobs["E2E_TIMEOUT"], self._allowance_s))
        return self._stopped(128 + signum, f"interrupted by {signal.Signals(signum).name}")

    def _stopped(self, code: int, reason: str, log: str | None = None) -> int:
        """The run ended before its containers could say how: write the result, and keep what to say."""
        facts: dict[str, Any] = {"suite": self._suite, "port": self._port, "runtime": "docker"}
        facts["partial"] = self._knobs["E2E_ONLY"] or None
        outcome = stopped(self._folder, self._suite_dir, facts, code, reason, log, has_artifacts=False)
        outcome.result["rerun"] = asdict(self._rerun)
        outcome.result["seconds"]["total"] = round(time.time() - self._began, 3)
        self._result = outcome.result
        self._printed = summary(outcome, self._folder, self._suite_dir, ()) + "\n"
        return code


def main(argv: Sequence[str]) -> int:
    """Run the suite in the folder that comes first in `argv`. Returns the exit code of the contract."""
    try:
        run = DockerRun(Path(argv[0]).resolve(), argv[1:])
    except HarnessError as error:
        sys.stderr.write(f"e2e: {error}\n")
        return error.code
    try:
        return run.run()
    except Interrupted as error:  # in the moment before the clean-up, which has run all the same
        return 128 + error.signum


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
