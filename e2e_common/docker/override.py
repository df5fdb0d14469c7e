"""Generates the second Compose file of a run, in addition to the suite's docker-compose.yml. It contains all options,
so that commands need no environment or further arguments. It is JSON, which Compose reads."""

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
from e2e_common.util.errors import environment
from e2e_common.util.names import READY_OPTION
from e2e_common.util.paths import CACHE, ROOT
from e2e_common.util.yaml_files import load_yaml

INSIDE = Path("/e2e")
"""Where compose.base.yml mounts the checkout."""
WORLDS = ("app", "replay")
"""The services that run entrypoint.py: `app` with the other services, `replay` without a network."""
TUSK, CA, ENVIRONMENTS = "/opt/tusk/tusk", "/run/extra-ca.pem", "/var/cache/e2e"
FOR_THE_INSIDE = (
    "E2E_WITH", "E2E_RUST_CORE", "E2E_ONLY", "E2E_TIMEOUT", READY_OPTION, "E2E_REPORT", "E2E_VERBOSE", "TUSK_CLI",
)  # fmt: skip


def project_of(folder: RunFolder) -> str:
    """Returns the Compose project of the runs in this folder. It contains a digest of the path, since another checkout
    or E2E_OUT may have a folder of the same name."""
    where = hashlib.sha256(str(folder.root.resolve()).encode()).hexdigest()[:6]
    return f"python-{folder.root.name}-{where}"


class Override:
    """The file for a run of the suite in `suite_dir` with artifacts in `folder`. Raises HarnessError (2, 3) for options
    with invalid values."""

    def __init__(self, suite_dir: Path, folder: RunFolder, options: Mapping[str, str]) -> None:
        self._suite_dir, self._folder, self._options = suite_dir, folder, options
        self._out = folder.root.parent.resolve()
        self._inside_out = INSIDE / self._out.relative_to(ROOT) if self._out.is_relative_to(ROOT) else self._out
        sdk = (ROOT / Path(options["E2E_SDK"]).expanduser()).resolve()
        self._sdk = str(sdk) if options["E2E_SDK"] and sdk.exists() else ""
        self._ca, self._tusk = _extra_ca(options["E2E_EXTRA_CA"]), _tusk(options)
        owner = suite_dir.stat()
        self.owner = int(options["E2E_UID"] or owner.st_uid), int(options["E2E_GID"] or owner.st_gid)
        needs_environment = options["E2E_SDK"] or options["E2E_WITH"] or options["E2E_RUST_CORE"] == "1"
        self.environments = CACHE / f"docker-{self.owner[0]}" if needs_environment else None
        """The folder of the application's environment, or None for the image's own."""

    def text(self, image: str, commands: Mapping[str, Sequence[str]], extra: Mapping[str, str]) -> str:
        """Returns the file's text. `image`: the suite's; `commands`: service → command; `extra`: additional environment
        variables."""
        labels = {objects.RUN: str(self._folder.root)}
        build = {"args": {"BASE_IMAGE": images.base_name(self._options)}}
        common: dict[str, Any] = {
            "image": image, "pull_policy": "missing", "build": build, "labels": labels, "volumes": self._mounts(),
            "user": "{}:{}".format(*self.owner), "environment": {**self._variables(), **extra},
        }  # fmt: skip
        entries: dict[str, Any] = {}
        for service, entry in load_yaml(self._suite_dir / "docker-compose.yml")["services"].items():
            option = images.OF_SERVICES.get(re.sub(r"-\d+$", "", service))
            entries[service] = {"labels": labels, **({"image": self._options[option]} if option else {})}
            if option and (arguments := services.behind(service).arguments):
                entries[service]["command"] = [*entry["command"], *arguments]
            if service in WORLDS:
                entries[service] = {**common, "command": commands.get(service, [])}
        entries["replay"]["environment"] = {**common["environment"], "E2E_SENTINELS": self._options["E2E_SENTINELS"]}
        networks, ca = {"default": {"labels": labels}}, {"extra_ca": {"file": self._ca or os.devnull}}
        document = {"services": entries, "networks": networks, "secrets": ca}
        return json.dumps(document, indent=2, ensure_ascii=False).replace("$", "$$")  # else Compose expands variables

    def _variables(self) -> dict[str, str]:
        """The options as environment variables of the containers."""
        variables = {name: self._options[name] for name in FOR_THE_INSIDE}
        passed_on = application.passed_on(self._options["E2E_APP_ENV"], os.environ)
        variables["E2E_APP_ENV"] = shlex.join(f"{name}={value}" for name, value in passed_on.items())
        variables |= {name: os.environ[name] for name in application.OF_THE_DEVELOPER if name in os.environ}
        variables["E2E_OUT"] = str(self._inside_out)
        variables["PYTHONPYCACHEPREFIX"] = str(self._inside_out / ".pycache")  # the checkout is read-only inside
        variables["E2E_SDK"] = self._sdk or self._options["E2E_SDK"]
        variables["UV_CACHE_DIR"] = f"{ENVIRONMENTS}/uv" if self.environments else ""
        variables["TUSK_CLI_PATH"] = TUSK if self._tusk else ""
        variables["SSL_CERT_FILE"] = CA if self._ca else ""
        variables["FORCE_COLOR"] = "1" if has_colour(sys.stdout) else ""
        return {name: value for name, value in variables.items() if value}

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
    """Returns the variables with which an application finds the services that Compose runs."""
    composed = [services.known()[name].composed() for name in services.declared(suite_dir)]
    return services.variables({server.name: server.address for servers in composed for server in servers})


def _tusk(options: Mapping[str, str]) -> str:
    """The path of this machine's official CLI, if it is named, or requested and installed (for Linux); else empty."""
    path, wanted = options["TUSK_CLI_PATH"], options["TUSK_CLI"]
    program = str(ROOT / Path(path).expanduser()) if "/" in path else path
    if not path and wanted == "official" and sys.platform == "linux":
        program = "tusk"
    found = "" if wanted == "bundled" else shutil.which(program) or ""
    if path and not found and wanted != "bundled":
        raise environment(f"TUSK_CLI_PATH={path}: there is no such program")
    return found


def _extra_ca(wanted: str) -> str:
    path = (ROOT / Path(wanted).expanduser()).resolve()
    if wanted and not path.is_file():
        raise environment(f"E2E_EXTRA_CA={wanted}: there is no such file ({path})")
    return str(path) if wanted else ""
