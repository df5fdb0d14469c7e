"""The service under test: started, waited for, stopped (replay protocol, section 16)."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from e2e_common.ports import connect
from e2e_common.processes import exit_status, has_exited, last_lines, spawn, stop
from e2e_common.replay.config import Config

POLL_S = 0.01
FIRST_PROBE_PAUSE_S = 0.02  # doubled after each failed probe, up to the configured interval
STOP_COMMAND_TIMEOUT_S = 10.0

# Recorded variables never replace these of the replayer (section 16.4).
KEPT = frozenset(
    "HOME LOGNAME OLDPWD PATH PWD SHELL SHLVL TEMP TERM TMP TMPDIR USER".split()  # noqa: SIM905 - a list of names
)
KEPT_PREFIXES = ("ASDF_", "FNM_", "NVM_", "PYENV_", "RBENV_", "SDKMAN_", "VOLTA_", "UV_")


class ServiceError(Exception):
    """The service did not start, or not as it should. The message ends with the last lines of its log."""


def base_environment(environ: Mapping[str, str], snapshot: Mapping[str, str]) -> dict[str, str]:
    """The replayer's environment overlaid with the recorded one."""
    recorded = {k: v for k, v in snapshot.items() if k not in KEPT and not k.startswith(KEPT_PREFIXES)}
    return {**environ, **recorded}


def port_is_taken(port: int) -> bool:
    """Whether something accepts connections on localhost (section 16, step 2), of whichever family."""
    try:
        connect(port, timeout_s=0.5).close()
    except OSError:
        return False
    return True


def new_log(folder: Path) -> Path:
    """A new, empty `tusk-replay-YYYYMMDD-HHMMSS.log`; a run within the same second gets a number after it."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = time.strftime("tusk-replay-%Y%m%d-%H%M%S")
    for number in range(1, 1000):
        path = folder / (f"{stem}.log" if number == 1 else f"{stem}-{number}.log")
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"{folder / stem}.log and 998 numbered ones exist already")


class Service:
    """The process started by `service.start.command`, with its log."""

    def __init__(self, config: Config, log: Path, environment: dict[str, str], cwd: Path) -> None:
        """`environment`: base_environment; the readiness and stop commands get it as it is."""
        self._config = config
        self.log = log
        self._environment = environment
        self._cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, tusk_variables: Mapping[str, str]) -> None:
        """Start it; call from the main thread. Raises ServiceError when the shell cannot be started."""
        environment = {**self._environment, **tusk_variables, "TUSK_DRIFT_MODE": "REPLAY"}
        try:
            with self.log.open("ab") as log:  # appending: what it writes never lands on top of what we write
                self._process = spawn(self._config.start_command, cwd=self._cwd, env=environment, stdout=log)
        except OSError as error:
            raise ServiceError(f"service cannot be started: {error}") from error

    def exit_status(self) -> int | None:
        """The exit status (negative: a signal) once it has ended, else None."""
        return None if self._process is None else exit_status(self._process)

    @property
    def group(self) -> int:
        """The id of its process group; 0 before it is started."""
        return 0 if self._process is None else self._process.pid

    def check_alive(self) -> None:
        """Raises ServiceError when it has ended."""
        status = self.exit_status()
        if status is not None:
            raise self.failure(f"service process exited during startup: {describe_status(status)}")

    def wait_ready(self) -> None:
        """Wait until its port accepts connections and the readiness command succeeds.

        The command is not run before the port is open: it could not succeed, and would slow the start that it waits
        for. Raises ServiceError when the time is up or the service has ended.
        """
        from e2e_common.readiness import wait_until  # imports http.client, for which the service need not wait

        probe = _Probe(self._config, self._environment, self._cwd)

        def ready() -> bool:
            self.check_alive()
            return probe.succeeded()

        timeout_s = self._config.readiness_timeout_s
        try:
            wait_until(ready, timeout_s=timeout_s, what="service", interval_s=POLL_S)
        except TimeoutError:
            message = f"service failed to become ready within {timeout_s:g} s: {probe.last}"
            raise self.failure(message) from None
        finally:
            probe.close()

    def failure(self, message: str) -> ServiceError:
        """An error with the end of the service's log and its path."""
        lines = last_lines(self.log)
        return ServiceError(f"{message}\n{lines or '(the service wrote nothing)'}\nService log: {self.log}")

    def stop(self) -> None:
        """Run the configured stop command, then end the process and its whole group. May be called twice."""
        if self._process is None:
            return
        if self._config.stop_command and self._process.returncode is None:
            self._run_stop_command()
        stop(self._process)

    def _run_stop_command(self) -> None:
        command = _run(self._config.stop_command, self._environment, self._cwd)
        try:
            command.wait(STOP_COMMAND_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            stop(command)


class _Probe:
    """The readiness command, run again and again, without ever blocking the caller."""

    def __init__(self, config: Config, environment: dict[str, str], cwd: Path) -> None:
        self._config = config
        self._environment = environment
        self._cwd = cwd
        self._running: subprocess.Popen[bytes] | None = None
        self._next = 0.0
        self._pause_s = min(FIRST_PROBE_PAUSE_S, config.readiness_interval_s)
        self.last = f"nothing accepts connections on port {config.port}"

    def succeeded(self) -> bool:
        """Whether the service is ready now; starts and collects the command as needed."""
        command = self._config.readiness_command
        if self._running is not None:
            if not has_exited(self._running):
                return False
            status = self._running.wait()
            self._running = None
            self.last = f"`{command}` ended with {describe_status(status)}"
            self._next = time.monotonic() + self._pause_s
            self._pause_s = min(2 * self._pause_s, self._config.readiness_interval_s)
            return status == 0
        if time.monotonic() < self._next or not port_is_taken(self._config.port):
            return False
        if not command:
            return True
        self.last = f"`{command}` has not ended"
        self._running = _run(command, self._environment, self._cwd)
        return False

    def close(self) -> None:
        if self._running is not None:
            stop(self._running)


def _run(command: str, environment: dict[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    """A short command in a group of its own. Not processes.spawn: that forks through Python code, which is for a
    process without threads, and these run while the server's threads do."""
    return subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def describe_status(status: int) -> str:
    """`exit status 3`, or the signal by its number."""
    return f"exit status {status}" if status >= 0 else f"signal {-status}"
