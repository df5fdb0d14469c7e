"""Generates the second Compose file of a run, in addition to the suite's docker-compose.yml. It contains all options,
so that commands need no environment or further arguments. It is JSON, which Compose reads."""

from __future__ import annotations

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
from e2e_common.docker import engine, images
from e2e_common.record import application
from e2e_common.report.write import has_colour
from e2e_common.setup.environments import digest
from e2e_common.util.errors import environment
from e2e_common.util.names import READY_OPTION
from e2e_common.util.paths import CACHE, ROOT
from e2e_common.util.yaml_files import load_yaml

INSIDE = Path("/e2e")
"""Where compose.base.yml mounts the checkout."""
ENVIRONMENTS = "/var/cache/e2e"
PASSED = (
    "E2E_SDK", "E2E_WITH", "E2E_RUST_CORE", "E2E_ONLY", "E2E_TIMEOUT", READY_OPTION, "E2E_REPORT", "E2E_VERBOSE",
    "TUSK_CLI",
)  # fmt: skip
"""Options whose value is the same inside, apart from an E2E_SDK that is a path."""


def project_of(folder: RunFolder) -> str:
    """Returns the Compose project of the runs in this folder. It contains a digest of the path, since another checkout
    or E2E_OUT may have a folder of the same name."""
    return f"python-{folder.root.name}-{digest(str(folder.root.resolve()).encode())[:6]}"


class Override:
    """The file for a run of the suite in `suite_dir` with artifacts in `folder`. Raises HarnessError (3) if
    TUSK_CLI_PATH names no program."""

    def __init__(self, suite_dir: Path, folder: RunFolder, options: Mapping[str, str]) -> None:
        self._suite_dir, self._folder, self._options = suite_dir, folder, options
        owner = suite_dir.stat()
        self.owner = int(options["E2E_UID"] or owner.st_uid), int(options["E2E_GID"] or owner.st_gid)
        needs_environment = options["E2E_SDK"] or options["E2E_WITH"] or options["E2E_RUST_CORE"] == "1"
        self.environments = CACHE / f"docker-{self.owner[0]}" if needs_environment else None
        """The folder of the application's environment, or None for the image's own."""
        out, sdk = folder.root.parent.resolve(), _path(options["E2E_SDK"])
        self._inside_out = INSIDE / out.relative_to(ROOT) if out.is_relative_to(ROOT) else out
        self._ca = _path(options["E2E_EXTRA_CA"])
        shared = (
            ("E2E_OUT", out, self._inside_out, False),
            ("E2E_SDK", sdk if sdk and sdk.exists() else None, sdk, True),
            ("TUSK_CLI_PATH", _tusk(options), "/opt/tusk/tusk", True),
            ("SSL_CERT_FILE", self._ca, "/run/extra-ca.pem", True),
            ("DRIFT_E2E_ENVIRONMENTS", self.environments, ENVIRONMENTS, False),
        )
        self._shared = [(name, str(path), str(inside), read_only) for name, path, inside, read_only in shared if path]
        """What is mounted: the variable with its path inside, the path outside, the path inside."""

    def text(self, image: str, commands: Mapping[str, Sequence[str]], extra: Mapping[str, str]) -> str:
        """Returns the file's text. `image`: the suite's; `commands`: service → command; `extra`: additional environment
        variables."""
        labels = {engine.RUN: str(self._folder.root)}
        common: dict[str, Any] = {
            "image": image, "pull_policy": "missing", "labels": labels, "user": "{}:{}".format(*self.owner),
            "build": {"args": {"BASE_IMAGE": images.base_name(self._options)}},
            "environment": {**self._variables(), **extra},
            "volumes": [
                {"type": "bind", "source": source, "target": target, "read_only": read_only}
                for _, source, target, read_only in self._shared
            ],
        }  # fmt: skip
        entries: dict[str, Any] = {}
        for service, entry in load_yaml(self._suite_dir / "docker-compose.yml")["services"].items():
            entries[service] = {"labels": labels}
            if service in ("app", "replay"):
                entries[service] = {**common, "command": commands.get(service, [])}
            elif option := images.OF_SERVICES.get(re.sub(r"-\d+$", "", service)):
                entries[service]["image"] = self._options[option]
                if arguments := services.behind(service).arguments:
                    entries[service]["command"] = [*entry["command"], *arguments]
        entries["replay"]["environment"] = {**common["environment"], "E2E_SENTINELS": self._options["E2E_SENTINELS"]}
        networks, secrets = {"default": {"labels": labels}}, {"extra_ca": {"file": str(self._ca or os.devnull)}}
        document = {"services": entries, "networks": networks, "secrets": secrets}
        return json.dumps(document, indent=2, ensure_ascii=False).replace("$", "$$")  # else Compose expands variables

    def _variables(self) -> dict[str, str]:
        """The options as environment variables of the containers."""
        passed_on = application.passed_on(self._options["E2E_APP_ENV"], os.environ)
        variables = {
            **{name: self._options[name] for name in PASSED},
            "E2E_APP_ENV": shlex.join(f"{name}={value}" for name, value in passed_on.items()),
            **{name: os.environ.get(name, "") for name in application.OF_THE_DEVELOPER},
            "PYTHONPYCACHEPREFIX": str(self._inside_out / ".pycache"),  # the checkout is read-only inside
            "UV_CACHE_DIR": f"{ENVIRONMENTS}/uv" if self.environments else "",
            "FORCE_COLOR": "1" if has_colour(sys.stdout) else "",
            **{name: inside for name, _, inside, _ in self._shared},
        }
        return {name: value for name, value in variables.items() if value}


def _path(option: str) -> Path | None:
    """The absolute path that an option names, relative to the checkout; None if it is not set."""
    return (ROOT / Path(option).expanduser()).resolve() if option else None


def _tusk(options: Mapping[str, str]) -> str:
    """The path of this machine's official CLI, if it is named, or requested and installed (for Linux); else empty."""
    path, wanted = options["TUSK_CLI_PATH"], options["TUSK_CLI"]
    if wanted == "bundled" or not (path or (wanted == "official" and sys.platform == "linux")):
        return ""
    found = shutil.which(str(ROOT / Path(path).expanduser()) if "/" in path else path or "tusk")
    if path and not found:
        raise environment(f"TUSK_CLI_PATH={path}: there is no such program")
    return found or ""
