"""One run of one suite under Docker: what happens before and after scripts/run-docker.sh runs the containers. Inside
them runs base_runner."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from e2e_common.docker import images, objects
from e2e_common.docker.engine import require_engine
from e2e_common.docker.override import Override, found_by_name, project_of
from e2e_common.report.write import annotate
from e2e_common.run.state import Run
from e2e_common.run.suite_run import result_of
from e2e_common.setup.locks import fresh_lock
from e2e_common.setup.suites import folder_of
from e2e_common.util import world
from e2e_common.util.command_line import LOCAL_ONLY
from e2e_common.util.errors import HarnessError, environment, usage
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


class DockerRun:
    """One run, before and after its containers. `verb`: the default verb. Raises HarnessError (2) for a verb that does
    not work with Docker."""

    def __init__(self, suite_dir: Path, argv: Sequence[str], verb: str = "") -> None:
        run = self._run = Run(suite_dir, argv, verb, "docker")
        if run.verb in LOCAL_ONLY:
            raise usage(f"--{run.verb} works without Docker: E2E_RUNTIME=local make {run.verb}-{run.suite}")
        self._argv, self._options, self.suite_dir, self.folder = argv, run.options, suite_dir, run.folder
        self._project = project_of(self.folder)
        self.label = f"{objects.PROJECT}={self._project}"
        images.base_name(self._options)  # rejects an invalid E2E_PYTHON
        self._override = Override(suite_dir, self.folder, self._options)

    def start(self) -> int:
        """Prepare the containers, and replace this process with the script that runs them. Returns the exit code if
        that fails."""
        self.folder.lock(LOCK)
        commands = self._commands()
        with Interrupts():
            try:
                self.prepare(commands, {world.RERUN: self._run.rerun.to_json()})
                self._become(commands)
            except (Exception, Interrupted) as error:  # write result.json in any case
                return self._stopped(error)

    def prepare(self, commands: Mapping[str, Sequence[str]], variables: Mapping[str, str]) -> None:
        """Create all that the containers need. `commands`: service → command; `variables`: additional environment
        variables."""
        self._run.progress.phase("Images")
        require_engine()
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
        objects.remove(self.label)  # objects of a killed run

    def compose(self) -> list[str]:
        """The start of this run's Compose commands."""
        files = [self.suite_dir / "docker-compose.yml", self._sibling("compose.json")]
        return ["docker", "compose", "-p", self._project, *(word for file in files for word in ("-f", str(file)))]

    def _commands(self) -> dict[str, list[str]]:
        """Service → its command, for the services that run the suite's entrypoint.py."""
        program, phases = [PYTHON, "entrypoint.py", str(self._run.port)], self._run.phases
        if self._run.verb == "baseline":
            return {"app": [*program, "--baseline"]}
        if not {"record", "replay"} <= set(phases):
            return {"app" if "record" in phases else "replay": [*program, "--phases", ",".join(phases)]}
        rest = ",".join(phase for phase in phases if phase != "record")
        return {"app": [*program, "--phases", "setup,record"], "replay": [*program, "--phases", rest]}

    def _become(self, services: Iterable[str]) -> NoReturn:
        limit_s = int(float(self._options["E2E_TIMEOUT"])) + SET_UP_LIMIT_S
        override = str(self._sibling("compose.json"))
        words = [self._project, override, " ".join(services), str(limit_s), str(self.suite_dir), *self._argv]
        script = ROOT / "scripts" / "run-docker.sh"
        os.environ["E2E_VERBOSE"] = self._options["E2E_VERBOSE"]
        os.execv(script, [str(script), *words])  # noqa: S606

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
        try:
            objects.remove(self.label)  # whatever Compose did not remove
            if interrupted and not 0 < (result or {"code": 0})["code"] < 128:
                return self._stopped(Interrupted(signal.Signals[f"SIG{interrupted}"]))
            if result is None and (status or self._run.verb == "baseline" or "check" in self._run.phases):
                outputs = [printed.strip(), *(last_lines(self._sibling(name)) for name in LOGS)]
                text = "\n".join(filter(None, outputs))
                raise environment(f"docker compose run ended with {status} before the run could say how:\n{text}")
        except HarnessError as error:
            if result is None or not result["code"]:
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
        out, owner = self.folder.root.parent, self.suite_dir.stat()
        artifacts = [out, *out.glob(f".{self.folder.root.name}.*"), self.folder.root, *self.folder.root.rglob("*")]
        _give([*artifacts, *filter(None, [self._override.environments])], *self._override.owner)
        _give((self.suite_dir / ".tusk").rglob("*"), owner.st_uid, owner.st_gid)


def _give(paths: Iterable[Path], uid: int, gid: int) -> None:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):  # a temporary file that has been renamed meanwhile
            if path.lstat()[4:6] != (uid, gid):
                os.chown(path, uid, gid, follow_symlinks=False)


def main(argv: Sequence[str]) -> int:
    """`docker-end STATUS SIGNAL FOLDER [WORD…]`: the last step of run-docker.sh. SIGNAL is empty if there was none."""
    status, interrupted, folder, *words = argv
    return DockerRun(Path(folder), words).end(int(status), interrupted)


def shell(argv: Sequence[str]) -> int:
    """`shell SUITE [port]`: a shell in the recording container, with the services, which end with it. Returns the
    shell's exit status; raises HarnessError."""
    suite_dir = folder_of(argv[0])
    run = DockerRun(suite_dir, [*argv[1:], "--build"], "shell")
    run.folder.lock()
    with Interrupts() as interrupts:
        try:
            run.prepare({"app": ["/bin/bash"]}, found_by_name(suite_dir))
            # A Ctrl-C is for the shell only, which has the terminal.
            return subprocess.call([*run.compose(), "run", "--rm", "app"])
        finally:
            interrupts.hold()
            with contextlib.suppress(HarnessError):
                objects.remove(run.label)
