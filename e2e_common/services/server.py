"""Base classes of servers: a process with a port and a log, or a server of Compose with only an address."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from e2e_common.util.paths import ROOT
from e2e_common.util.ports import Port
from e2e_common.util.processes import die_with_parent, exit_status, spawn, stop

LOOK_EVERY_S, ANSWER_LIMIT_S = 1.0, 2.0


class Server:
    """One server process. Subclasses define how it is started and when it is ready."""

    host = "127.0.0.1"
    _process: subprocess.Popen[bytes] | None = None

    def __init__(self, name: str, port: Port) -> None:
        self.name, self.port = name, port

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port.number}"

    def start(self, log: Path) -> None:
        command = self.prepare()
        with log.open("ab") as output:
            self._process = spawn(command, cwd=ROOT, env=self.environ(), stdout=output, in_child=self.in_child)

    def prepare(self) -> Sequence[str]:
        """Prepare the data folder, and return the command that serves from it."""
        raise NotImplementedError

    def environ(self) -> dict[str, str]:
        """The server's environment, without the caller's variables that would affect it (PGDATA, PGPORT, …)."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def in_child(self) -> None:
        """Called in the new process, before the program."""
        die_with_parent()

    def ended(self) -> str:
        """How the process has ended (negative status: a signal's number); empty while it runs or if there is none."""
        status = exit_status(self._process) if self._process is not None else None
        return "" if status is None else f"exit status {status}"

    def accepts(self) -> bool:
        """Whether an application may connect."""
        return True

    def ready(self) -> bool:
        """Whether requests may be sent."""
        return self.accepts()

    def versions(self) -> dict[str, str]:
        """Name in result.json → version. Only while it runs."""
        return {}

    def parameters(self) -> dict[str, str]:
        """Parameters that it reports to every client at log-in. Only while it runs."""
        return {}

    def stop(self) -> None:
        """End the process and its group."""
        if self._process is not None:
            stop(self._process)
            self._process = None

    def release(self) -> None:
        self.port.release()


class Composed(Server):
    """A server that Compose has started, and found healthy, before the container of a recording. It is reached by its
    name; this class neither starts nor stops it."""

    def __init__(self, name: str, port: int) -> None:
        Server.__init__(self, name, Port(port, lambda: None))
        self.host = name
        self._at = ""  # its IP address; the name cannot be resolved any more when it has gone
        self._next_look = 0.0

    def start(self, log: Path) -> None:
        """Nothing: Compose has started it."""

    def accepts(self) -> bool:
        return True

    def ended(self) -> str:
        """The process is not visible from here, so check whether it accepts connections, at most once a second."""
        if time.monotonic() < self._next_look:
            return ""
        self._next_look = time.monotonic() + LOOK_EVERY_S
        try:
            self._at = self._at or socket.gethostbyname(self.name)
            socket.create_connection((self._at, self.port.number), timeout=ANSWER_LIMIT_S).close()
        except OSError as error:
            return f"nothing answers at {self.address}: {error}"
        return ""
