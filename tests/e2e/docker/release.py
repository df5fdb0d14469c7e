"""A release of the Tusk CLI for the tests: archives, checksums.txt, and a server that can fail in each possible way."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = "0.2.15"


class Release:
    """The server's files, by name.

    It sends only half of those in `cut`, responds to those in `status` with that status only, and never responds to
    those in `held`. `asked` collects the requested names."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.files: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.status: dict[str, int] = {}
        self.held: set[str] = set()
        self.holds = threading.Event()
        self.let_go = threading.Event()
        self.asked: list[str] = []
        self.url = ""
        for machine in ("x86_64", "arm64"):
            self.add({"README.md": b"a program\n", "tusk": program(machine)}, machine=machine)

    def add(self, files: dict[str, bytes], upto: int | None = None, machine: str = "x86_64") -> None:
        """Adds the first `upto` bytes of an archive, and its line in checksums.txt."""
        self.files[name_of(machine)] = archive(files)[:upto]
        self.checksums({name: sum_of(data) for name, data in self.files.items() if name != "checksums.txt"})

    def checksums(self, sums: dict[str, str]) -> None:
        self.files["checksums.txt"] = "".join(f"{value}  {name}\n" for name, value in sums.items()).encode()


def name_of(machine: str) -> str:
    return f"tusk-cli_{VERSION}_Linux_{machine}.tar.gz"


def sum_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def program(machine: str) -> bytes:
    """Returns a `tusk` program that prints its version like the real one."""
    return f'#!/bin/sh\n[ "$1" = --version ] && echo "Tusk CLI (version: {VERSION})" && echo "for {machine}"\n'.encode()


def archive(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            member.mode = 0o755
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@contextlib.contextmanager
def served(address: str = "127.0.0.1") -> Iterator[Release]:
    """Serves a release on a free port of `address` until the block ends."""
    release = Release(address)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            release.asked.append(name)
            if name in release.held:
                release.holds.set()
                release.let_go.wait(120)
                return
            content = release.files.get(name, b"not found\n")
            self.send_response(release.status.get(name, 200 if name in release.files else 404))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if name in release.cut else content)

        def do_CONNECT(self) -> None:
            self.send_error(403)

        def log_message(self, format: str, *args: object) -> None:
            """Keeps the server's log out of the test's standard error."""

    with ThreadingHTTPServer((address, 0), Handler) as server:
        release.url = f"http://{address}:{server.server_port}/v{VERSION}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)  # how soon it sees the end
        thread.start()
        try:
            yield release
        finally:
            release.let_go.set()
            server.shutdown()
            thread.join()
