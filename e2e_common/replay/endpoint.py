"""Where the replayer listens, and the environment that tells the SDK (replay protocol, sections 2.1 and 3)."""

from __future__ import annotations

import shutil
import socket
import tempfile
from pathlib import Path

MAX_SOCKET_PATH = 107  # sun_path holds 108 bytes with the closing zero
BACKLOG = 512  # every mock request is a connection of its own


class Endpoint:
    """A listening socket in a folder of its own. It accepts nothing yet: connections wait in the backlog until the
    server starts."""

    def __init__(self, listener: socket.socket, folder: Path) -> None:
        self.listener = listener
        self.environment = {"TUSK_MOCK_SOCKET": str(folder / "s")}
        self._folder = folder

    def close(self) -> None:
        """Stop listening and remove the socket file with its folder. May be called twice."""
        self.listener.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def listen() -> Endpoint:
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
        Endpoint(listener, folder).close()
        raise
    return Endpoint(listener, folder)
