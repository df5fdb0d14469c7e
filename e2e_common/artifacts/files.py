"""The judge's only I/O: reads all files as bytes; the rest of the judge works on values."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

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


def bytes_of(path: Path) -> bytes:
    """The content of a file. Raises OSError, also for a pipe or a device: reading one may never end."""
    if stat.S_IFMT(path.stat().st_mode) not in (stat.S_IFREG, stat.S_IFDIR):
        raise OSError(errno.EINVAL, "it is no file")
    return path.read_bytes()


def load(out_dir: Path) -> Artifacts:
    """Reads the artifacts of the run in `out_dir`. Raises nothing: a missing file is None or absent, an unreadable one
    is listed in `unreadable`."""
    unreadable: dict[str, str] = {}

    def read(name: str) -> bytes | None:
        try:
            return bytes_of(out_dir / name)
        except FileNotFoundError:
            return None
        except OSError as error:
            unreadable[name] = error.strerror or type(error).__name__
            return None

    def read_all(paths: Iterable[Path]) -> dict[str, bytes]:
        names = [path.relative_to(out_dir).as_posix() for path in sorted(paths)]
        return {name: data for name in names if (data := read(name)) is not None}

    retries = [path.name for path in sorted((out_dir / "retries").glob("*"))]
    return Artifacts(
        setup=read("setup.json"),
        recording=read("recording.json"),
        requests=read("requests.jsonl"),
        traces=read_all((out_dir / "traces").rglob("*.jsonl")),
        record_log=read("logs/record.log"),
        upstream_log=read("logs/upstream.log"),
        replay=read("replay.json"),
        results=read("results.json"),
        cli_log=read("logs/tusk-cli.log"),
        replay_logs=read_all((out_dir / "logs").glob("tusk-replay-*.log")),
        touched=read("touched.jsonl"),
        mocks=read("mocks.jsonl"),
        retries={id_: (read(f"retries/{id_}/results.json"), read(f"logs/tusk-cli-retry-{id_}.log")) for id_ in retries},
        agent=read_all([*(out_dir / "agent").rglob("deviation-*.md"), *(out_dir / "retries").rglob("deviation-*.md")]),
        unreadable=unreadable,
    )
