"""YAML files, parsed once: later runs read JSON from `.cache/` and do not import a YAML library. A container can read
that cache but not write it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from e2e_common.util.errors import usage
from e2e_common.util.paths import ROOT

PARSED = ROOT / ".cache" / "yaml"


@dataclass(frozen=True)
class Document:
    """A parsed file. `lines`: the line of each value, by its keys and indices as one string, each after a NUL."""

    name: str
    value: Any
    lines: dict[str, int] = field(default_factory=dict)

    def place(self, *keys: str | int) -> str:
        """`file:line` of the value at `keys`, or of the nearest enclosing value."""
        for end in range(len(keys), 0, -1):
            line = self.lines.get("".join(f"\0{key}" for key in keys[:end]))
            if line is not None:
                return f"{self.name}:{line}"
        return self.name


def load_document(path: Path) -> Document:
    """The document in `path` as JSON values, with its lines; a date is a string. Raises HarnessError (2) if the file
    cannot be read or is not YAML."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise usage(f"{path}: {error.strerror}") from error
    cached = PARSED / f"{hashlib.sha256(text).hexdigest()}-3.json"
    with contextlib.suppress(OSError, ValueError):
        return Document(path.name, *json.loads(cached.read_bytes()))
    parsed = _parse(text, path)
    with contextlib.suppress(OSError):
        PARSED.mkdir(parents=True, exist_ok=True)
        draft = cached.with_name(f"{cached.name}.{os.getpid()}")
        draft.write_text(parsed)
        draft.replace(cached)
    return Document(path.name, *json.loads(parsed))  # decoded as from the cache, so that all runs get the same


def load_yaml(path: Path) -> Any:
    return load_document(path).value


def parse_document(text: str, name: str) -> Document:
    """The document in `text`. Raises HarnessError (2) if it is not YAML."""
    return Document(name, *json.loads(_parse(text.encode(), Path(name))))


def _parse(text: bytes, path: Path) -> str:
    """[document, lines] as JSON."""
    import yaml

    try:
        lines = dict(_lines(yaml.compose(text, yaml.SafeLoader)))
        return json.dumps([yaml.safe_load(text), lines], default=str)
    except yaml.YAMLError as error:
        raise usage(f"{path}: not YAML: {error}") from error
    except (TypeError, ValueError, RecursionError) as error:  # for instance a key that JSON cannot have, such as a date
        raise usage(f"{path}: {error}; put it in quotes") from error


def _lines(node: Any, path: str = "") -> Iterator[tuple[str, int]]:
    """(path, line) of each value below `node`: the line of its key, or of the list item."""
    kind, values = getattr(node, "id", ""), getattr(node, "value", ())
    if kind == "mapping":
        children = [(key.value, key, value) for key, value in values]
    else:
        children = [(index, value, value) for index, value in enumerate(values) if kind == "sequence"]
    for name, place, value in children:
        below = f"{path}\0{name}"
        yield below, place.start_mark.line + 1
        yield from _lines(value, below)
