"""YAML files, parsed once: a green run reads the parsed form from `.cache/` and never imports a YAML library. (A
container sees the checkout's, and cannot write there.)"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from e2e_common.errors import usage
from e2e_common.paths import ROOT

PARSED = ROOT / ".cache" / "yaml"


def load_yaml(path: Path) -> Any:
    """The document in `path`, as JSON has it: a date is its text. Raises HarnessError (2) where there is no such file
    or it is not YAML."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise usage(f"{path}: {error.strerror}") from error
    cached = PARSED / f"{hashlib.sha256(text).hexdigest()}.json"
    try:
        return json.loads(cached.read_bytes())
    except (OSError, ValueError):
        parsed = _parse(text, path)
    with contextlib.suppress(OSError):
        PARSED.mkdir(parents=True, exist_ok=True)
        draft = cached.with_name(f"{cached.name}.{os.getpid()}")
        draft.write_text(parsed)
        draft.replace(cached)
    return json.loads(parsed)  # what every later run reads, and no other


def _parse(text: bytes, path: Path) -> str:
    """The document as JSON."""
    import yaml

    try:
        return json.dumps(yaml.safe_load(text), default=str)
    except yaml.YAMLError as error:
        raise usage(f"{path}: not YAML: {error}") from error
    except TypeError as error:  # of a key that JSON does not have, a date say
        raise usage(f"{path}: {error}; put it in quotes") from error
