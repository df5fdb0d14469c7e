"""One run's folder, out/<suite>-<port>/: the names of its artifacts, its lock, and the copy left in the suite."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from e2e_common.artifacts.decoding import Recording, Setup
from e2e_common.artifacts.strict_json import Malformed, decode, json_object
from e2e_common.util import world
from e2e_common.util.errors import MAKE_ROOM, environment, usage
from e2e_common.util.processes import end_replayed

T = TypeVar("T")
ROOM = 1 << 20  # bytes


class RunFolder:
    """Paths of a run's artifacts (docs/artifacts.md). Making one touches nothing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = root.with_name(f".{root.name}.env")  # beside it: a recording clears the folder
        self._home = root.with_name(f".{root.name}.home")
        self.work = root / "work"
        self.replay_work = root / "replay-work"
        self.traces = root / "traces"
        self.aside = root / "aside"
        self.logs = root / "logs"
        self.setup = root / "setup.json"
        self.recording = root / "recording.json"
        self._spoiled = root / "recording.spoiled.json"
        self.requests = root / "requests.jsonl"
        self.replay = root / "replay.json"
        self.results = root / "results.json"
        self.touched = root / "touched.jsonl"
        self.mocks = root / "mocks.jsonl"
        self.agent = root / "agent"
        self.again = root / "again"
        self.result = root / "result.json"
        self.record_log = self.logs / "record.log"
        self.requests_log = self.logs / "requests.log"
        self.cli_log = self.logs / "tusk-cli.log"
        self.work_traces = self.work / ".tusk" / "traces"
        self.work_logs = self.replay_work / ".tusk" / "logs"
        self._lock: IO[str] | None = None

    def lock(self, descriptor: int | None = None) -> None:
        """Hold this folder until the process ends; by this file descriptor, that which it becomes holds it too. Raises
        HarnessError (3) when another run holds it, or where nothing can be written."""
        if world.is_driven():  # who drives it holds the lock
            return
        path = self.root.with_name(f".{self.root.name}.lock")
        try:
            self.root.parent.mkdir(parents=True, exist_ok=True)
            handle = path.open("a+")
        except OSError as error:
            raise environment(f"{path}: {error.strerror}; artifacts go there (E2E_OUT names another folder)") from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.seek(0)
            raise environment(
                f"a run of {self.root.name} is under way in this checkout (process {handle.read().strip() or '?'}): "
                f"wait for it, or name another port (run.sh PORT)"
            ) from None
        self._lock = handle
        if descriptor is not None:
            os.dup2(handle.fileno(), descriptor)
        try:
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
        except OSError as error:
            raise environment(f"{path}: {error.strerror}; {MAKE_ROOM}") from error

    def is_held(self) -> bool:
        """Whether a run, of whatever checkout, holds it."""
        try:
            with self.root.with_name(f".{self.root.name}.lock").open() as handle:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def is_under_way(self) -> bool:
        """Whether a run holds it that has not come to its verdict."""
        return not self.result.exists() and self.is_held()

    def clear_recording(self) -> None:
        """Make room for a new recording: what an earlier run left goes, all of it."""
        if self.root.exists():
            shutil.rmtree(self.root)
        for folder in (self.work, self.traces, self.aside, self.logs):
            folder.mkdir(parents=True)

    def clear_replay(self) -> None:
        """Make room for a new replay of the recording that is here, and end what a killed one left."""
        end_replayed(self.replay_work)
        for path in (self.replay, self.results, self.touched, self.mocks, self.result, self.cli_log):
            _remove(path)
        for path in (*self.logs.glob("tusk-replay-*.log"), *self.logs.glob("tusk-cli-again-*.log")):
            _remove(path)
        for folder in (self.replay_work, self.agent, self.again):
            shutil.rmtree(folder, ignore_errors=True)

    def fingerprint(self) -> dict[str, str]:
        """What the recording is, by file: for telling whether somebody has changed it. A file's name below the folder →
        the hash of its content."""
        paths = (self.setup, self.recording, self.requests, *self.traces.rglob("*.jsonl"))
        return {str(path.relative_to(self.root)): _hash(path) for path in paths if path.is_file()}

    def spoil(self) -> None:
        """Take the recording for none any more: it is not what was recorded."""
        with contextlib.suppress(FileNotFoundError):
            self.recording.replace(self._spoiled)

    def is_full(self) -> bool:
        """Whether there is no room left where the artifacts are: what was written last may then lack its end."""
        try:
            return shutil.disk_usage(self.root.parent).free < ROOM
        except OSError:
            return False

    def use(self, home: Path) -> None:
        """The application's environment is that in `home`: a link beside the folder says so."""
        _remove(self._home)  # where the folder was copied, it is no link
        self._home.symlink_to(home)

    @property
    def env_bin(self) -> Path:
        """Where the programs of the application's environment are."""
        return self._home.resolve() / "bin"

    def read_setup(self) -> Setup:
        """setup.json. Raises HarnessError (2) where there is none that can be read."""
        return self._read(self.setup, Setup)

    def read_recording(self) -> Recording:
        """recording.json. Raises HarnessError (2) where there is no recording here, a broken one, or one that broke
        off."""
        return self._read(self.recording, Recording)

    def _read(self, path: Path, kind: type[T]) -> T:
        suite = self.root.name.rpartition("-")[0]
        try:
            return decode(json_object(path.read_bytes()), kind)
        except OSError:
            problem = f"there is no recording in {self.root}"
            if self.setup.exists() and not self._spoiled.exists():
                problem = f"the recording in {self.root} did not end"
            raise usage(f"{problem}: make record-{suite}") from None
        except Malformed as error:
            raise usage(f"{path}: {error}: record again (make record-{suite})") from error

    def publish(self, suite_dir: Path) -> None:
        """Make the suite's .tusk/traces and .tusk/logs a copy of this run's. Each is swapped by rename, under a lock
        on .tusk itself: of several runs that end together the last wins, and none is seen half copied."""
        tusk = suite_dir / ".tusk"
        holder = os.open(tusk, os.O_RDONLY)
        try:
            fcntl.flock(holder, fcntl.LOCK_EX)
            for source, target in ((self.traces, tusk / "traces"), (self.logs, tusk / "logs")):
                _swap(source, target)
        finally:
            os.close(holder)


def check_publishable(suite_dir: Path) -> None:
    """Raises HarnessError (3) where the suite's .tusk cannot be written: a run leaves a copy of its traces there."""
    tusk = suite_dir / ".tusk"
    if tusk.is_dir() and not os.access(tusk, os.W_OK):
        owner = tusk.stat()
        raise environment(
            f"{tusk} belongs to user {owner.st_uid} and cannot be written by user {os.getuid()} (a copy of the traces "
            f"goes there): make it writable, or, with Docker, put E2E_UID={owner.st_uid} E2E_GID={owner.st_gid} in "
            f"front of the command"
        )


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():  # a CLI may leave anything there
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
    """Of the `names` in `folder`, those that are not copied: a pipe or a device that somebody has put in place of a log
    has no end, and a link may lead to one."""
    paths = [Path(folder, name) for name in names]
    return [path.name for path in paths if path.is_symlink() or not (path.is_file() or path.is_dir())]


def write_json(path: Path, document: Mapping[str, Any] | msgspec.Struct) -> None:
    """Write `document` so that a reader sees all of it or the file that was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    try:
        text = json.dumps(msgspec.to_builtins(document), indent=2, ensure_ascii=False) + "\n"
        draft.write_bytes(text.encode(errors="backslashreplace"))  # half a surrogate pair: as JSON writes it
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
