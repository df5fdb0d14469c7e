"""The folder of a run, out/<suite>-<port>/: paths of its artifacts, its lock, and the copy in the suite's folder."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from e2e_common.artifacts.decoding import Recording, Setup
from e2e_common.artifacts.strict_json import Malformed, decode, json_object
from e2e_common.util import container
from e2e_common.util.errors import ADVICE, environment, usage
from e2e_common.util.processes import end_replayed

T = TypeVar("T")
RECORDED = ("setup.json", "recording.json", "requests.jsonl", "password", "traces", "aside", "logs")
"""What belongs to a recording. Of its logs, those of a replay do not."""
OF_REPLAYS = ("tusk-*", "isolated.log")
ROOM = 1 << 20  # bytes


class RunFolder:
    """Paths of a run's artifacts (docs/artifacts.md). The constructor does not touch the disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = root.with_name(f".{root.name}.env")  # outside `root`, which a recording clears
        self._home = root.with_name(f".{root.name}.home")
        self._lock_path = root.with_name(f".{root.name}.lock")
        self.work = root / "work"
        self.replay_work = root / "replay-work"
        self.traces = root / "traces"
        self.aside = root / "aside"
        self.logs = root / "logs"
        self.setup = root / "setup.json"
        self.recording = root / "recording.json"
        self.requests = root / "requests.jsonl"
        self.replay = root / "replay.json"
        self.results = root / "results.json"
        self.touched = root / "touched.jsonl"
        self.mocks = root / "mocks.jsonl"
        self.agent = root / "agent"
        self.retries = root / "retries"
        self.result = root / "result.json"
        self.record_log = self.logs / "record.log"
        self.requests_log = self.logs / "requests.log"
        self.upstream_log = self.logs / "upstream.log"
        self.cli_log = self.logs / "tusk-cli.log"
        self.work_traces = self.work / ".tusk" / "traces"
        self.work_logs = self.replay_work / ".tusk" / "logs"

    def lock(self, descriptor: int | None = None) -> None:
        """Lock this folder until the process ends. With `descriptor` (a file descriptor number) the lock survives exec.
        Raises HarnessError (3) if another run holds the lock, or if nothing can be written."""
        if container.is_driven():  # scripts/run-docker.sh holds the lock
            return
        try:
            self.root.parent.mkdir(parents=True, exist_ok=True)
            handle = self._lock = self._lock_path.open("a+")
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if descriptor is not None:
                os.dup2(handle.fileno(), descriptor)
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
        except BlockingIOError:
            who = f"(process {self._lock_path.read_text() or '?'}): wait for it, or name another port (run.sh PORT)"
            raise environment(f"a run of {self.root.name} is under way in this checkout {who}") from None
        except OSError as error:
            advice = ADVICE.get(error.errno or 0, "artifacts go there (E2E_OUT names another folder)")
            raise environment(f"{self._lock_path}: {error.strerror}; {advice}") from error

    def is_held(self) -> bool:
        """Whether a run, of any checkout, holds the lock."""
        try:
            with self._lock_path.open() as handle:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            return not isinstance(error, FileNotFoundError)
        return False

    def is_under_way(self) -> bool:
        """Whether a run that has no verdict yet holds the lock."""
        return not self.result.exists() and self.is_held()

    def clear_recording(self) -> None:
        """Remove everything an earlier run left, for a new recording."""
        if self.root.exists():
            shutil.rmtree(self.root)
        for folder in (self.work, self.traces, self.aside, self.logs):
            folder.mkdir(parents=True)

    def clear_replay(self) -> None:
        """Remove what an earlier replay left, and end its processes, for a new replay of this recording."""
        end_replayed(self.replay_work)
        logs = (*self.logs.glob("tusk-replay-*.log"), *self.logs.glob("tusk-cli-retry-*.log"))
        for path in (self.replay, self.results, self.touched, self.mocks, self.result, self.cli_log, *logs):
            _remove(path)
        for path in (self.replay_work, self.agent, self.retries):
            shutil.rmtree(path, ignore_errors=True)

    def take(self, saved: Path) -> None:
        """Take the recording in the folder `saved` as this run's own."""
        self.clear_recording()
        for source in (saved / name for name in RECORDED):
            if source.is_dir():
                ignored = shutil.ignore_patterns(*OF_REPLAYS)
                shutil.copytree(source, self.root / source.name, dirs_exist_ok=True, ignore=ignored)
            elif source.exists():
                shutil.copyfile(source, self.root / source.name)

    def fingerprint(self) -> dict[str, bytes]:
        """Path relative to the folder → content, for each file of the recording: shows whether it has changed."""
        paths = (self.setup, self.recording, self.requests, *self.traces.rglob("*.jsonl"))
        return {str(path.relative_to(self.root)): path.read_bytes() for path in paths if path.is_file()}

    def is_full(self) -> bool:
        """Whether the disk is full: the files written last may then be incomplete."""
        try:
            return shutil.disk_usage(self.root.parent).free < ROOM
        except OSError:
            return False

    def use(self, home: Path) -> None:
        """Make the link next to the folder that leads to `home`, the application's environment."""
        _remove(self._home)  # not a link if someone copied the folder
        self._home.symlink_to(home)

    @property
    def env_bin(self) -> Path:
        """The folder with the programs of the application's environment."""
        return self._home.resolve() / "bin"

    def read_setup(self) -> Setup:
        """setup.json. Raises HarnessError (2) if it is missing or invalid."""
        return self._read(self.setup, Setup)

    def read_recording(self) -> Recording:
        """recording.json. Raises HarnessError (2) if the recording is missing, invalid or incomplete."""
        return self._read(self.recording, Recording)

    def _read(self, path: Path, kind: type[T]) -> T:
        suite = self.root.name.rpartition("-")[0]
        try:
            return decode(json_object(path.read_bytes()), kind)
        except OSError:
            raise usage(f"there is no recording in {self.root}, or it did not end: make record-{suite}") from None
        except Malformed as error:
            raise usage(f"{path}: {error}: record again (make record-{suite})") from error

    def publish(self, suite_dir: Path) -> None:
        """Copy this run's traces and logs to the suite's .tusk/traces and .tusk/logs. Each is replaced by rename, under
        a lock on .tusk: if several runs end together, the last one wins, and no reader sees half a copy."""
        tusk = suite_dir / ".tusk"
        holder = os.open(tusk, os.O_RDONLY)
        try:
            fcntl.flock(holder, fcntl.LOCK_EX)
            for source in (self.traces, self.logs):
                _swap(source, tusk / source.name)
        finally:
            os.close(holder)


def check_publishable(suite_dir: Path) -> None:
    """Raises HarnessError (3) if the suite's .tusk, where a run copies its traces, is not writable."""
    tusk = suite_dir / ".tusk"
    if tusk.is_dir() and not os.access(tusk, os.W_OK):
        owner = tusk.stat()
        raise environment(
            f"{tusk} belongs to user {owner.st_uid} and cannot be written by user {os.getuid()} (a copy of the traces "
            f"goes there): make it writable, or, with Docker, put E2E_UID={owner.st_uid} E2E_GID={owner.st_gid} in "
            f"front of the command"
        )


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():  # a CLI may leave a folder in place of a file
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _swap(source: Path, target: Path) -> None:
    fresh, old = target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(source, fresh, ignore=_no_files) if source.is_dir() else fresh.mkdir()
    if target.exists():
        target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _no_files(folder: str, names: list[str]) -> list[str]:
    """Not copied: pipes and devices (reading one may never end), and links, which may lead to one."""
    paths = [Path(folder, name) for name in names]
    return [path.name for path in paths if path.is_symlink() or not (path.is_file() or path.is_dir())]


def write_json(path: Path, document: Mapping[str, Any] | msgspec.Struct) -> None:
    """Write `document` atomically: a reader sees all of it, or the previous file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    try:
        text = json.dumps(msgspec.to_builtins(document), indent=2, ensure_ascii=False) + "\n"
        draft.write_bytes(text.encode(errors="backslashreplace"))  # a lone surrogate becomes a JSON escape
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
