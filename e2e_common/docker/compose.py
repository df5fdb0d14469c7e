"""How a run calls Compose: the project, the environment that compose.base.yml is filled in with, mounts, variables."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from e2e_common import application, container, services
from e2e_common.docker import images, objects
from e2e_common.docker.engine import attempt, docker
from e2e_common.errors import HarnessError, environment, usage
from e2e_common.names import READY_KNOB
from e2e_common.paths import ROOT
from e2e_common.report import has_colour
from e2e_common.reports.rerun import Rerun
from e2e_common.run_folder import RunFolder

INSIDE = Path("/e2e")
"""Where compose.base.yml mounts the checkout."""
TUSK = "/opt/tusk/tusk"
CA = "/run/extra-ca.pem"
FOR_THE_INSIDE = (
    "E2E_WITH", "E2E_RUST_CORE", "E2E_ONLY", "E2E_SENTINELS", "E2E_TIMEOUT", READY_KNOB, "E2E_VERBOSE", "TUSK_CLI",
)  # fmt: skip


class Compose:
    """The calls for one run of the suite in `suite_dir`, whose artifacts go into `folder`. `rerun`: what was typed."""

    def __init__(
        self, suite_dir: Path, folder: RunFolder, knobs: Mapping[str, str], rerun: Rerun | None = None
    ) -> None:
        self._suite_dir, self._folder, self._knobs, self._rerun = suite_dir, folder, knobs, rerun
        self._out = folder.root.parent.resolve()
        where = hashlib.sha256(str(folder.root.resolve()).encode()).hexdigest()[:6]
        self.project = f"python-{folder.root.name}-{where}"
        """Of this run's folder, as its lock is: another checkout, or another E2E_OUT, may have a run of this name."""
        self._base = images.base_name(knobs)
        owner = suite_dir.stat()
        self._ca = _file(knobs, "E2E_EXTRA_CA")
        self._owner = _number(knobs, "E2E_UID", owner.st_uid), _number(knobs, "E2E_GID", owner.st_gid)
        self._environments = f"{objects.ENVIRONMENTS}-{self._owner[0]}"

    @functools.cached_property
    def image(self) -> str:
        """The suite's, by its files at the first use: a run asks when its lock is fresh."""
        return images.suite_name(self._suite_dir, self._knobs)

    @functools.cached_property
    def environ(self) -> dict[str, str]:
        """For every call of `docker compose`."""
        return {
            **os.environ,
            "E2E_UID": str(self._owner[0]),
            "E2E_GID": str(self._owner[1]),
            "E2E_RUN": str(self._folder.root),
            "E2E_BASE_IMAGE": self._base,
            "E2E_TAG": self.image.rpartition(":")[2],
            "E2E_PULL_POLICY": "missing",
            "E2E_POSTGRES_IMAGE": self._knobs["E2E_POSTGRES_IMAGE"],
            "E2E_REDIS_IMAGE": self._knobs["E2E_REDIS_IMAGE"],
            "E2E_EXTRA_CA": self._ca or os.devnull,
        }

    def run(self, service: str, words: Sequence[str], began: float, *, goes_on: bool = False) -> list[str]:
        """The command that runs the suite's entrypoint with `words` in a container of `service`, then removes it.
        `began`: when the run did, in seconds since the epoch; `goes_on`: whether it does in another container."""
        command = [*self._command(), "run", "--rm", "-T", "--quiet-pull"]
        command += ["--no-deps"] if service == "replay" else []
        told = {container.BEGAN: str(began), **({container.GOES_ON: "1"} if goes_on else {})}
        told |= {container.AGAIN: self._rerun.to_json()} if self._rerun else {}
        for name, value in {**self._variables(), **told}.items():
            command += ["-e", f"{name}={value}"]
        for mount in self._mounts():
            command += ["-v", mount]
        return [*command, service, "/opt/e2e/harness/bin/python", "entrypoint.py", *words]

    def shell(self) -> list[str]:
        """The command that opens a shell in the container that records, beside the services."""
        variables = {**self._variables(), **self._found()}
        told = [word for name, value in variables.items() for word in ("-e", f"{name}={value}")]
        mounts = [word for mount in self._mounts() for word in ("-v", mount)]
        return [*self._command(), "run", "--rm", *told, *mounts, "app", "/bin/bash"]

    def give_folders(self) -> None:
        """Make the folder of the artifacts."""
        self._folder.root.mkdir(parents=True, exist_ok=True)
        self.give_away()

    def give_away(self) -> None:
        """Where root runs this, for somebody else's checkout: the artifacts belong to who runs inside, and what is in
        the suite's .tusk to the suite's owner. (Root's own runs may have left some there.)"""
        if os.getuid() != 0:
            return
        beside = self._out.glob(f".{self._folder.root.name}.*")
        _give([self._out, *beside, self._folder.root, *self._folder.root.rglob("*")], *self._owner)
        owner = self._suite_dir.stat()
        _give((self._suite_dir / ".tusk").rglob("*"), owner.st_uid, owner.st_gid)

    def remove_services(self) -> None:
        """End the services: the recording is done."""
        objects.remove_services(self.project)

    def keep_logs(self) -> None:
        """What the services have said, into the run's logs, as far as they are still there."""
        for id_ in objects.services_of(self.project):
            named = attempt(["inspect", "--format", '{{index .Config.Labels "com.docker.compose.service"}}', id_])
            said = attempt(["logs", id_])
            if name := named.stdout.strip():
                (self._folder.logs / f"{name}.log").write_text(said.stdout + said.stderr)

    def fault(self, code: int, log: str, printed: str) -> HarnessError:
        """What to say when Compose could not run a container. `log`: its last words."""
        words = "\n".join(filter(None, [printed.strip(), log, self._last_words()]))
        return environment(f"docker compose run ended with {code} before the run could say how:\n{words}")

    def _last_words(self) -> str:
        """What the services said that have ended by themselves."""
        ended = docker(
            "ps", "--all", "--quiet", "--filter", f"label={objects.PROJECT}={self.project}", "--filter", "status=exited"
        )
        said = [attempt(["logs", "--tail", "10", id_]) for id_ in ended.split()]
        return "\n".join(f"    | {line}" for one in said for line in (one.stdout + one.stderr).splitlines())

    def _command(self) -> list[str]:
        return ["docker", "compose", "-p", self.project, "-f", str(self._suite_dir / "docker-compose.yml")]

    def _found(self) -> dict[str, str]:
        """The variables by which an application finds the services beside it."""
        found = [services.known()[name].composed() for name in services.declared(self._suite_dir)]
        return services.variables({server.name: server.address for servers in found for server in servers})

    def _variables(self) -> dict[str, str]:
        """The knobs, in the container's terms."""
        told = {name: self._knobs[name] for name in FOR_THE_INSIDE}
        passed_on = application.passed_on(self._knobs["E2E_APP_ENV"], os.environ)
        told["E2E_APP_ENV"] = shlex.join(f"{name}={value}" for name, value in passed_on.items())
        told |= {name: os.environ[name] for name in application.OF_THE_DEVELOPER if name in os.environ}
        told["E2E_OUT"] = str(self._inside_out())
        told["PYTHONPYCACHEPREFIX"] = str(self._inside_out() / ".pycache")  # the checkout cannot be written from inside
        told["E2E_SDK"] = str(self._sdk() or self._knobs["E2E_SDK"])
        if self._own_environment():
            told["UV_CACHE_DIR"] = "/var/cache/e2e/uv"
        if self._tusk():
            told["TUSK_CLI_PATH"] = TUSK
        if self._ca:
            told["SSL_CERT_FILE"] = CA
        if has_colour(sys.stdout):
            told["FORCE_COLOR"] = "1"
        return {name: value for name, value in told.items() if value}

    def _mounts(self) -> list[str]:
        mounts = [f"{self._out}:{self._inside_out()}"]
        if sdk := self._sdk():
            mounts.append(f"{sdk}:{sdk}:ro")
        if tusk := self._tusk():
            mounts.append(f"{tusk}:{TUSK}:ro")
        if self._ca:
            mounts.append(f"{self._ca}:{CA}:ro")
        if self._own_environment():
            mounts.append(f"{self._environments}:/var/cache/e2e")
        return mounts

    def _inside_out(self) -> Path:
        return INSIDE / self._out.relative_to(ROOT) if self._out.is_relative_to(ROOT) else self._out

    def _sdk(self) -> Path | None:
        """The wheel or the folder that E2E_SDK names, if it is not a version."""
        wanted = self._knobs["E2E_SDK"]
        path = (ROOT / Path(wanted).expanduser()).resolve()
        return path if wanted and path.exists() else None

    def _tusk(self) -> str:
        """The official CLI of this machine, where it is named, or asked for and here (and made for Linux)."""
        named, wanted = self._knobs["TUSK_CLI_PATH"], self._knobs["TUSK_CLI"]
        if wanted == "bundled":
            return ""
        if not named:
            return shutil.which("tusk") or "" if wanted == "official" and sys.platform == "linux" else ""
        if "/" in named:
            return _file(self._knobs, "TUSK_CLI_PATH")
        if found := shutil.which(named):
            return found
        raise environment(f"TUSK_CLI_PATH={named}: there is no such program on PATH")

    def _own_environment(self) -> bool:
        return any(self._knobs[name] for name in ("E2E_SDK", "E2E_WITH")) or self._knobs["E2E_RUST_CORE"] == "1"


def _number(knobs: Mapping[str, str], name: str, default: int) -> int:
    """A user's or a group's. Raises HarnessError (2) for what is none."""
    wanted = knobs[name] or str(default)
    if not wanted.isdecimal():
        raise usage(f"{name}={wanted}: a number, as `id` prints it")
    return int(wanted)


def _file(knobs: Mapping[str, str], name: str) -> str:
    """The absolute path of the file that a knob names; empty where it names none. Raises HarnessError (3) for one that
    is not there: the engine would make it, a folder of root's."""
    if not knobs[name]:
        return ""
    path = (ROOT / Path(knobs[name]).expanduser()).resolve()
    if not path.is_file():
        raise environment(f"{name}={knobs[name]}: there is no such file ({path})")
    return str(path)


def _give(paths: Iterable[Path], uid: int, gid: int) -> None:
    for path in paths:
        with contextlib.suppress(FileNotFoundError):  # a draft that has got its name meanwhile
            if path.lstat()[4:6] != (uid, gid):
                os.chown(path, uid, gid, follow_symlinks=False)
