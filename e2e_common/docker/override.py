"""What Compose is told of one run, beside the suite's docker-compose.yml: a second file, so that no command needs an
environment or more words. It is JSON, which Compose reads."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from e2e_common import services
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.docker import images, objects
from e2e_common.record import application
from e2e_common.report.write import has_colour
from e2e_common.util.errors import environment, usage
from e2e_common.util.names import READY_KNOB
from e2e_common.util.paths import CACHE, ROOT
from e2e_common.util.yaml_files import load_yaml

INSIDE = Path("/e2e")
"""Where compose.base.yml mounts the checkout."""
WORLDS = ("app", "replay")
"""The services that run entrypoint.py: beside the other services, and without a network."""
TUSK, CA, ENVIRONMENTS = "/opt/tusk/tusk", "/run/extra-ca.pem", "/var/cache/e2e"
FOR_THE_INSIDE = (
    "E2E_WITH", "E2E_RUST_CORE", "E2E_ONLY", "E2E_TIMEOUT", READY_KNOB, "E2E_REPORT", "E2E_VERBOSE", "TUSK_CLI",
)  # fmt: skip


def project_of(folder: RunFolder) -> str:
    """The Compose project of the runs in this folder: another checkout, or another E2E_OUT, may have one of the same
    name."""
    where = hashlib.sha256(str(folder.root.resolve()).encode()).hexdigest()[:6]
    return f"python-{folder.root.name}-{where}"


class Override:
    """The file for a run of the suite in `suite_dir`, whose artifacts go into `folder`. Raises HarnessError (2, 3) for
    knobs that name nothing."""

    def __init__(self, suite_dir: Path, folder: RunFolder, knobs: Mapping[str, str]) -> None:
        self._suite_dir, self._folder, self._knobs = suite_dir, folder, knobs
        self._out = folder.root.parent.resolve()
        self._inside_out = INSIDE / self._out.relative_to(ROOT) if self._out.is_relative_to(ROOT) else self._out
        sdk = (ROOT / Path(knobs["E2E_SDK"]).expanduser()).resolve()
        self._sdk = str(sdk) if knobs["E2E_SDK"] and sdk.exists() else ""
        self._ca, self._tusk = _file(knobs, "E2E_EXTRA_CA"), _tusk(knobs)
        owner = suite_dir.stat()
        self.owner = _number(knobs, "E2E_UID", owner.st_uid), _number(knobs, "E2E_GID", owner.st_gid)
        has_own = knobs["E2E_SDK"] or knobs["E2E_WITH"] or knobs["E2E_RUST_CORE"] == "1"
        self.environments = CACHE / f"docker-{self.owner[0]}" if has_own else None
        """Where the application's environment is, if that is another one than the image's."""

    def text(self, image: str, base: str, commands: Mapping[str, Sequence[str]], told: Mapping[str, str]) -> str:
        """What it holds. `image`: the suite's, made from the base image with the id `base`; `commands`: what is run in
        which service; `told`: more variables for it."""
        labels = {objects.RUN: str(self._folder.root)}
        build = {"args": {"BASE_IMAGE": images.base_name(self._knobs)}, "labels": {images.MADE_FROM: base}}
        common: dict[str, Any] = {
            "image": image, "pull_policy": "missing", "build": build, "labels": labels, "volumes": self._mounts(),
            "user": "{}:{}".format(*self.owner), "environment": {**self._variables(), **told},
        }  # fmt: skip
        found: dict[str, Any] = {}
        for service in load_yaml(self._suite_dir / "docker-compose.yml")["services"]:
            knob = images.OF_SERVICES.get(re.sub(r"-\d+$", "", service))
            found[service] = {"labels": labels, **({"image": self._knobs[knob]} if knob else {})}
            if service in WORLDS:
                found[service] = {**common, "command": commands.get(service, [])}
        if "replay" in found:
            found["replay"]["environment"] = {**common["environment"], "E2E_SENTINELS": self._knobs["E2E_SENTINELS"]}
        networks, ca = {"default": {"labels": labels}}, {"extra_ca": {"file": self._ca or os.devnull}}
        document = {"services": found, "networks": networks, "secrets": ca}
        return json.dumps(document, indent=2, ensure_ascii=False).replace("$", "$$")  # else Compose reads a variable

    def _variables(self) -> dict[str, str]:
        """The knobs, in the container's terms."""
        told = {name: self._knobs[name] for name in FOR_THE_INSIDE}
        passed_on = application.passed_on(self._knobs["E2E_APP_ENV"], os.environ)
        told["E2E_APP_ENV"] = shlex.join(f"{name}={value}" for name, value in passed_on.items())
        told |= {name: os.environ[name] for name in application.OF_THE_DEVELOPER if name in os.environ}
        told["E2E_OUT"] = str(self._inside_out)
        told["PYTHONPYCACHEPREFIX"] = str(self._inside_out / ".pycache")  # the checkout cannot be written from inside
        told["E2E_SDK"] = self._sdk or self._knobs["E2E_SDK"]
        told["UV_CACHE_DIR"] = f"{ENVIRONMENTS}/uv" if self.environments else ""
        told["TUSK_CLI_PATH"] = TUSK if self._tusk else ""
        told["SSL_CERT_FILE"] = CA if self._ca else ""
        told["FORCE_COLOR"] = "1" if has_colour(sys.stdout) else ""
        return {name: value for name, value in told.items() if value}

    def _mounts(self) -> list[dict[str, Any]]:
        mounts = [
            (str(self._out), str(self._inside_out), False),
            (self._sdk, self._sdk, True),
            (self._tusk, TUSK, True),
            (self._ca, CA, True),
            (str(self.environments or ""), ENVIRONMENTS, False),
        ]
        return [
            {"type": "bind", "source": source, "target": target, "read_only": read_only}
            for source, target, read_only in mounts if source
        ]  # fmt: skip


def found_by_name(suite_dir: Path) -> dict[str, str]:
    """The variables by which an application finds the services that Compose runs beside it."""
    found = [services.known()[name].composed() for name in services.declared(suite_dir)]
    return services.variables({server.name: server.address for servers in found for server in servers})


def _tusk(knobs: Mapping[str, str]) -> str:
    """The official CLI of this machine, where it is named, or asked for and here (and made for Linux)."""
    named, wanted = knobs["TUSK_CLI_PATH"], knobs["TUSK_CLI"]
    if wanted == "bundled":
        return ""
    if not named:
        return shutil.which("tusk") or "" if wanted == "official" and sys.platform == "linux" else ""
    if "/" in named:
        return _file(knobs, "TUSK_CLI_PATH")
    if found := shutil.which(named):
        return found
    raise environment(f"TUSK_CLI_PATH={named}: there is no such program on PATH")


def _number(knobs: Mapping[str, str], name: str, default: int) -> int:
    """A user's or a group's. Raises HarnessError (2) for what is none."""
    wanted = knobs[name] or str(default)
    if not wanted.isdecimal():
        raise usage(f"{name}={wanted}: a number, as `id` prints it")
    return int(wanted)


def _file(knobs: Mapping[str, str], name: str) -> str:
    """The absolute path of the file that a knob names; empty where it names none. Raises HarnessError (3) for one that
    is not there."""
    if not knobs[name]:
        return ""
    path = (ROOT / Path(knobs[name]).expanduser()).resolve()
    if not path.is_file():
        raise environment(f"{name}={knobs[name]}: there is no such file ({path})")
    return str(path)
