"""One run of one suite, in the runtime of E2E_RUNTIME, or the one that `auto` selects: only this module knows both.
Under Docker: what happens before and after scripts/run-docker.sh runs the containers. Inside them runs base_runner."""

from __future__ import annotations

import contextlib
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from e2e_common import services
from e2e_common.docker import engine, images
from e2e_common.docker.override import Override, project_of
from e2e_common.report.write import annotate
from e2e_common.run.state import Run
from e2e_common.run.suite_run import result_of
from e2e_common.setup.bootstrap import fresh_lock
from e2e_common.setup.options import load_options
from e2e_common.setup.suites import folder_of
from e2e_common.util import container
from e2e_common.util.command_line import LOCAL_ONLY
from e2e_common.util.errors import Code, HarnessError, environment, usage
from e2e_common.util.interrupts import Interrupted, Interrupts
from e2e_common.util.paths import KNOWN_CAUSES, ROOT
from e2e_common.util.processes import last_lines
from e2e_common.util.streams import inert, say
from e2e_common.util.yaml_files import load_yaml

PYTHON = "/opt/e2e/harness/bin/python"
LOCK: int | None = 9
"""The file descriptor of the run's lock in run-docker.sh."""
PRINTED, LOGS = "printed", ("compose.log", "services.log")
"""Files that run-docker.sh writes next to the run's folder: output of the containers, of Compose, and of services."""
SET_UP_LIMIT_S = 1800
"""For the set-up inside and stalls of the official CLI. E2E_TIMEOUT, which is checked inside, does not include them."""


def main(words: Sequence[str]) -> int:
    """`run SUITE|FOLDER [port] […]`: run one suite. Returns the exit code, or exits with it."""
    if not words:
        raise usage("which suite? e2e.sh run SUITE [port]")
    folder, argv = folder_of(words[0]), words[1:]
    runtime, reason = chosen(argv)
    if runtime == "docker":
        return DockerRun(folder, argv).start()
    os.environ["DRIFT_E2E_LOCAL_BECAUSE"] = reason
    entrypoint = str(folder / "entrypoint.py")
    sys.path.insert(0, str(folder))
    sys.argv = [entrypoint, *argv]
    runpy.run_path(entrypoint, run_name="__main__")  # exits with the run's exit code, unless its last line is missing
    reason = f"{entrypoint} has run nothing: it must end with the call of its runner's main(__file__)"
    raise HarnessError(Code.NOTHING_VERIFIED, reason)


def chosen(argv: Sequence[str]) -> tuple[str, str]:
    """Returns the runtime for a run with these arguments, and why E2E_RUNTIME=auto did not select docker (else empty).
    Raises HarnessError (2) for an invalid option."""
    options = load_options()
    if list(argv[-2:]) == ["--phases", "check"]:  # reads only files, needs no container
        return "local", ""
    if options["E2E_RUNTIME"] != "auto":
        return options["E2E_RUNTIME"], ""
    if {f"--{verb}" for verb in LOCAL_ONLY} & set(argv) or "/" in options["E2E_PYTHON"]:
        return "local", ""
    reason = engine.absence(images.base_name(options))
    return ("local", reason) if reason else ("docker", "")


class DockerRun:
    """One run, before and after its containers. `verb`: the default verb. Raises HarnessError (2) for a verb that does
    not work with Docker."""

    def __init__(self, suite_dir: Path, argv: Sequence[str], verb: str = "") -> None:
        run = self._run = Run(suite_dir, argv, verb, "docker")
        if run.verb in LOCAL_ONLY:
            raise usage(f"--{run.verb} works without Docker: E2E_RUNTIME=local make {run.verb}-{run.suite}")
        self._argv, self._options, self.suite_dir, self.folder = argv, run.options, suite_dir, run.folder
        self._project = project_of(self.folder)
        self._label = f"com.docker.compose.project={self._project}"
        self._override = Override(suite_dir, self.folder, self._options)

    def start(self) -> int:
        """Prepare the containers, and replace this process with the script that runs them. Returns the exit code if
        that fails."""
        self.folder.lock(LOCK)
        with Interrupts():
            try:
                commands = self._commands()
                self.prepare(commands, {container.RERUN: self._run.rerun.to_json()})
                os.environ["E2E_VERBOSE"] = self._options["E2E_VERBOSE"]
                limit_s = int(float(self._options["E2E_TIMEOUT"])) + SET_UP_LIMIT_S
                words = [self._project, self._sibling("compose.json"), " ".join(commands), limit_s, self.suite_dir]
                script = ROOT / "scripts" / "run-docker.sh"
                os.execv(script, [str(script), *map(str, words), *self._argv])  # noqa: S606
            except (Exception, Interrupted) as error:  # write result.json in any case
                return self._stopped(error)

    def prepare(self, commands: Mapping[str, Sequence[str]], variables: Mapping[str, str]) -> None:
        """Create all that the containers need. `commands`: service → command; `variables`: additional environment
        variables."""
        self._run.progress.phase("Images")
        engine.require_engine()
        fresh_lock(self.suite_dir)
        for path in (KNOWN_CAUSES, *self.suite_dir.glob("*.yaml"), *self.suite_dir.glob(".tusk/*.yaml")):
            load_yaml(path)  # fill the parser's cache here: containers cannot write it
        base = images.require_base(self._options, build=self._run.build)
        image = images.suite_name(self.suite_dir, self._options, base)
        self._sibling("compose.json").write_text(self._override.text(image, commands, variables))
        images.require_suite(self.suite_dir, image, self._sibling("compose.json"))
        self.folder.root.mkdir(exist_ok=True)
        if self._override.environments:
            self._override.environments.mkdir(parents=True, exist_ok=True)
        self.folder.result.unlink(missing_ok=True)
        for name in (PRINTED, *LOGS):
            self._sibling(name).write_text("")
        self._give_away()
        engine.remove(self._label)  # objects of a killed run

    def _commands(self) -> dict[str, list[str]]:
        """Service → its command, for the services that run the suite's entrypoint.py."""
        program, phases = [PYTHON, "entrypoint.py", str(self._run.port)], self._run.phases
        if self._run.verb == "baseline":
            return {"app": [*program, "--baseline"]}
        if not {"record", "replay"} <= set(phases):
            return {"app" if "record" in phases else "replay": [*program, "--phases", ",".join(phases)]}
        rest = ",".join(phase for phase in phases if phase != "record")
        return {"app": [*program, "--phases", "setup,record"], "replay": [*program, "--phases", rest]}

    def shell(self) -> int:
        """Run a shell in the recording container, with the services, which end with it. Returns its exit status."""
        self.folder.lock()
        with Interrupts() as interrupts:
            try:
                composed = [services.known()[name].composed() for name in services.declared(self.suite_dir)]
                addresses = {server.name: server.address for servers in composed for server in servers}
                self.prepare({"app": ["/bin/bash"]}, services.variables(addresses))
                files = ["-f", str(self.suite_dir / "docker-compose.yml"), "-f", str(self._sibling("compose.json"))]
                # A Ctrl-C is for the shell only, which has the terminal.
                return subprocess.call(["docker", "compose", "-p", self._project, *files, "run", "--rm", "app"])
            finally:
                interrupts.hold()
                with contextlib.suppress(HarnessError):
                    engine.remove(self._label)

    def end(self, status: int, interrupted: str) -> int:
        """Finish the run after its containers have ended, the last one with `status` (`interrupted`: name of the
        signal, or empty). Prints and writes the result. Returns the exit code."""
        self._run.started -= time.time() - self._sibling("compose.json").stat().st_mtime
        if self.folder.logs.is_dir():
            for name in LOGS:
                with contextlib.suppress(OSError):  # for instance a full disk
                    if self._sibling(name).stat().st_size:
                        shutil.copyfile(self._sibling(name), self.folder.logs / name)
        printed, result = self._sibling(PRINTED).read_text(errors="replace"), result_of(self.folder.result, status)
        code = result["code"] if result else 0
        try:
            engine.remove(self._label)  # whatever Compose did not remove
            if interrupted and not 0 < code < 128:
                return self._stopped(Interrupted(signal.Signals[f"SIG{interrupted}"]))
            if result is None and (status or self._run.verb == "baseline" or "check" in self._run.phases):
                outputs = [printed.strip(), *(last_lines(self._sibling(name)) for name in LOGS)]
                text = "\n".join(filter(None, outputs))
                raise environment(f"docker compose run ended with {status} before the run could say how:\n{text}")
        except HarnessError as error:
            if not code:
                return self._stopped(error)
        self._give_away()
        self._run.progress.clear()
        say(inert(printed), end="")
        if result is not None and self._run.verb == "e2e":
            annotate(result)
        return status

    def _stopped(self, error: Exception | Interrupted) -> int:
        """Write and print the result of a run whose containers could not do so."""
        code = self._run.end(self._run.stopped(error))
        self._give_away()
        return code

    def _sibling(self, name: str) -> Path:
        """The path of a file of the run that is not in its folder, since a recording clears the folder."""
        return self.folder.root.with_name(f".{self.folder.root.name}.{name}")

    def _give_away(self) -> None:
        """If root runs this in another user's checkout: change the owner of the artifacts to the user inside the
        containers, and of the suite's .tusk, where runs of root may have left files, to the suite's owner."""
        if os.getuid() != 0:
            return
        root, environments = self.folder.root, self._override.environments
        artifacts = [root.parent, *root.parent.glob(f".{root.name}.*"), root, *root.rglob("*")]
        given = [(path, self._override.owner) for path in (*artifacts, *filter(None, [environments]))]
        given += [(path, self.suite_dir.stat()[4:6]) for path in (self.suite_dir / ".tusk").rglob("*")]
        for path, owner in given:
            with contextlib.suppress(FileNotFoundError):  # a temporary file that has been renamed meanwhile
                if path.lstat()[4:6] != owner:
                    os.chown(path, *owner, follow_symlinks=False)


def end(words: Sequence[str]) -> int:
    """`docker-end STATUS SIGNAL FOLDER [WORD…]`: the last step of run-docker.sh. SIGNAL is empty if there was none."""
    status, interrupted, folder, *argv = words
    return DockerRun(Path(folder), argv).end(int(status), interrupted)


def shell(words: Sequence[str]) -> int:
    """`shell SUITE [port]`. Returns the shell's exit status; raises HarnessError."""
    return DockerRun(folder_of(words[0]), [*words[1:], "--build"], "shell").shell()
