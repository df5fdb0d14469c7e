"""Run a Python program as a fork of this process, which has most of its modules already: half of a start is saved."""

from __future__ import annotations

import contextlib
import gc
import os
import runpy
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

from e2e_common.util.processes import die_with_parent, name_process

DEFAULTS = {signal.SIGINT: signal.default_int_handler}
"""The handlers of a new Python, where they are not SIG_DFL."""


class Forked:
    """The process, as far as processes.py needs a Popen."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self.returncode

    def wait(self) -> int:
        if self.returncode is None:
            self.returncode = 0
            with contextlib.suppress(ChildProcessError):  # reaped elsewhere; Popen returns 0 then, too
                self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode


def fork(
    program: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdout: IO[Any], stderr: IO[Any] | None = None
) -> Forked:
    """Start `python script.py words…` or `python -m module words…`, as `processes.spawn` does; call it before any
    thread runs. `program`: the script (relative to `cwd`) or module, and its words; `stderr`: by default stdout. The
    last part of the program's name is the process's name (proc(5), comm)."""
    sys.stdout.flush()
    sys.stderr.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # until the child has its own handlers
    try:
        pid = os.fork()
        if pid == 0:
            _become(program, cwd, env, (os.open(os.devnull, os.O_RDONLY), stdout.fileno(), (stderr or stdout).fileno()))
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
    return Forked(pid)


def _become(program: Sequence[str], cwd: Path, env: Mapping[str, str], streams: tuple[int, int, int]) -> NoReturn:
    """In the new process: become the leader of a session, run the program, and exit as Python does."""
    status = 1
    try:
        os.setsid()
        die_with_parent()
        gc.freeze()  # a collection would copy the parent's memory
        for target, source in enumerate(streams):
            os.dup2(source, target)
        os.chdir(cwd)
        variables = dict(env)  # it may be os.environ itself
        os.environ.clear()
        os.environ.update(variables)
        for signum in signal.valid_signals():
            if callable(signal.getsignal(signum)):
                signal.signal(signum, DEFAULTS.get(signum, signal.SIG_DFL))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
        _run(program)
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else int(error.code is not None)
        if isinstance(error.code, str):
            sys.stderr.write(f"{error.code}\n")
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        os._exit(status)


def _run(program: Sequence[str]) -> None:
    name = program[0]
    sys.argv[:] = program
    name_process(name.removesuffix(".py").replace("/", ".").rpartition(".")[2])
    if name.endswith(".py"):
        sys.path.insert(0, str(Path(name).resolve().parent))
        runpy.run_path(name, run_name="__main__")
    else:
        sys.modules.pop(name, None)  # else runpy warns
        runpy.run_module(name, run_name="__main__", alter_sys=True)
