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
    """A parsed file. `lines`: the line of each value, by its keys and indices joined to one string."""

    name: str
    value: Any
    lines: dict[str, int] = field(default_factory=dict)

    def place(self, *keys: str | int) -> str:
        """`file:line` of the value at `keys`, or of the nearest enclosing value."""
        for end in range(len(keys), 0, -1):
            line = self.lines.get(_joined(keys[:end]))
            if line is not None:
                return f"{self.name}:{line}"
        return self.name


def load_document(path: Path) -> Document:
    """The document in `path` with its lines. Raises HarnessError (2) as `load_yaml` does."""
    value, lines = _cached(path)
    return Document(path.name, value, lines)


def parse_document(text: str, name: str) -> Document:
    """The document in `text`. Raises HarnessError (2) if it is not YAML."""
    value, lines = json.loads(_parse(text.encode(), Path(name)))
    return Document(name, value, lines)


def load_yaml(path: Path) -> Any:
    """The document in `path` as JSON values; a date is a string. Raises HarnessError (2) if the file cannot be read or
    is not YAML."""
    return _cached(path)[0]


def _cached(path: Path) -> Any:
    """[document, lines], from the cache or parsed."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise usage(f"{path}: {error.strerror}") from error
    cached = PARSED / f"{hashlib.sha256(text).hexdigest()}-2.json"
    try:
        return json.loads(cached.read_bytes())
    except (OSError, ValueError):
        parsed = _parse(text, path)
    with contextlib.suppress(OSError):
        PARSED.mkdir(parents=True, exist_ok=True)
        draft = cached.with_name(f"{cached.name}.{os.getpid()}")
        draft.write_text(parsed)
        draft.replace(cached)
    return json.loads(parsed)  # decoded as from the cache, so that all runs get the same


def _parse(text: bytes, path: Path) -> str:
    """[document, lines] as JSON."""
    import yaml

    try:
        node = yaml.compose(text, yaml.SafeLoader)
        lines = dict(_lines(node, ())) if node is not None else {}
        return json.dumps([yaml.safe_load(text), lines], default=str)
    except yaml.YAMLError as error:
        raise usage(f"{path}: not YAML: {error}") from error
    except (TypeError, ValueError, RecursionError) as error:  # for instance a key that JSON cannot have, such as a date
        raise usage(f"{path}: {error}; put it in quotes") from error


def _lines(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str, int]]:
    """(path, line) of each value below `node`: the line of its key, or of the list item."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, str(key.value))
            yield _joined(below), key.start_mark.line + 1
            yield from _lines(value, below)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield _joined((*path, index)), value.start_mark.line + 1
            yield from _lines(value, (*path, index))


def _joined(keys: tuple[str | int, ...]) -> str:
    return "\0".join(map(str, keys))
