"""Where the replayer listens, and the environment that tells the SDK (replay protocol, sections 2.1 and 3)."""

from __future__ import annotations

import shutil
import socket
import tempfile
from pathlib import Path

MAX_SOCKET_PATH = 107  # sun_path holds 108 bytes with the closing zero
BACKLOG = 512  # every mock request is a connection of its own


class Endpoint:
    """A listening socket. It accepts nothing yet: connections wait in the backlog until the server starts."""

    def __init__(self, listener: socket.socket, environment: dict[str, str], folder: Path | None = None) -> None:
        self.listener = listener
        self.environment = environment
        self._folder = folder

    def close(self) -> None:
        """Stop listening and remove the socket file with its folder. May be called twice."""
        self.listener.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def listen_unix() -> Endpoint:
    """Listen in a new temporary folder. Raises OSError when no temporary folder has a path that is short enough."""
    folder = Path(tempfile.mkdtemp(prefix="tusk-"))
    if len(str(folder / "s")) > MAX_SOCKET_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="tusk-", dir="/tmp"))
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(folder / "s"))
        listener.listen(BACKLOG)
    except OSError:
        Endpoint(listener, {}, folder).close()
        raise
    return Endpoint(listener, {"TUSK_MOCK_SOCKET": str(folder / "s")}, folder)


def listen_tcp(port: int, *, in_docker: bool) -> Endpoint:
    """Listen on a TCP port. `in_docker`: the service runs in a container and reaches us as host.docker.internal (the
    official CLI always says so, which fails anywhere else). Raises OSError when the port is taken."""
    address = "0.0.0.0" if in_docker else "127.0.0.1"  # noqa: S104 - a container comes in over the bridge
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    host = "host.docker.internal" if in_docker else address
    return Endpoint(listener, {"TUSK_MOCK_HOST": host, "TUSK_MOCK_PORT": str(listener.getsockname()[1])})
