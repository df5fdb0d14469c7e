"""The judge's only I/O: reads all files as bytes; the rest of the judge works on values."""

from __future__ import annotations

import errno
import stat
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.util.yaml_files import Document


@dataclass(frozen=True)
class Artifacts:
    """The files of one run (docs/artifacts.md) as bytes, or None if missing.

    `traces` and `replay_logs`: path relative to the run's folder (`traces/x.jsonl`) → bytes, in lexical order.
    `known_failures`, `known_causes`: parsed already (judging.py). `unreadable`: name of a file that exists but cannot
    be read → reason. `retries`: trace id → output and log of the CLI for the retry of that test. `agent`: path
    (`agent/…/deviation-….md`) → the official CLI's own report on a failed test.
    """

    setup: bytes | None = None
    recording: bytes | None = None
    requests: bytes | None = None
    traces: dict[str, bytes] = field(default_factory=dict)
    record_log: bytes | None = None
    upstream_log: bytes | None = None
    replay: bytes | None = None
    results: bytes | None = None
    cli_log: bytes | None = None
    replay_logs: dict[str, bytes] = field(default_factory=dict)
    touched: bytes | None = None
    mocks: bytes | None = None
    retries: dict[str, tuple[bytes | None, bytes | None]] = field(default_factory=dict)
    agent: dict[str, bytes] = field(default_factory=dict)
    known_failures: Document | None = None
    known_causes: Document | None = None
    unreadable: dict[str, str] = field(default_factory=dict)


SINGLE = [each.name for each in fields(Artifacts) if each.type == "bytes | None"]
"""The artifacts that are one file, whose paths RunFolder has under the same names."""


def bytes_of(path: Path) -> bytes:
    """The content of a file. Raises OSError, also for a pipe or a device: reading one may never end."""
    if stat.S_IFMT(path.stat().st_mode) not in (stat.S_IFREG, stat.S_IFDIR):
        raise OSError(errno.EINVAL, "it is no file")
    return path.read_bytes()


def load(out_dir: Path) -> Artifacts:
    """Reads the artifacts of the run in `out_dir`. Raises nothing: a missing file is None or absent, an unreadable one
    is listed in `unreadable`."""
    folder = RunFolder(out_dir)
    unreadable: dict[str, str] = {}

    def read(path: Path) -> bytes | None:
        try:
            return bytes_of(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            unreadable[path.relative_to(out_dir).as_posix()] = error.strerror or type(error).__name__
            return None

    def read_all(*patterns: str) -> dict[str, bytes]:
        found = [path for pattern in patterns for path in sorted(out_dir.glob(pattern))]
        return {path.relative_to(out_dir).as_posix(): data for path in found if (data := read(path)) is not None}

    def retry(id_: str) -> tuple[bytes | None, bytes | None]:
        return read(folder.retries / id_ / "results.json"), read(folder.logs / f"tusk-cli-retry-{id_}.log")

    single: dict[str, Any] = {name: read(getattr(folder, name)) for name in SINGLE}
    return Artifacts(
        **single,
        traces=read_all("traces/**/*.jsonl"),
        replay_logs=read_all("logs/tusk-replay-*.log"),
        retries={path.name: retry(path.name) for path in sorted(folder.retries.glob("*"))},
        agent=read_all("agent/**/deviation-*.md", "retries/**/deviation-*.md"),
        unreadable=unreadable,
    )
