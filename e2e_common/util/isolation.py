"""Isolation of the replay: no network and empty temporary folders where the machine allows it, and a probe that checks
the network.

Linux gives a user a user namespace with its own network namespace (only loopback) and its own mount namespace
(unshare(2), user_namespaces(7), mount_namespaces(7)). An ordinary container refuses that; it has `network_mode: none`
and its own folders instead.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import stat
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

from e2e_common.util.processes import die_with_parent
from e2e_common.util.readiness import tcp_answers

CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWNS = 0x10000000, 0x40000000, 0x00020000
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_SLAVE = 2, 4, 4096, 16384, 1 << 19
TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - a replay must not find what its recording left there
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def isolate(kept: Sequence[Path] = ()) -> str:
    """Move this process and its future children into a network namespace with only loopback, and a mount namespace in
    which the folders of TEMPORARY are empty except for the `kept` paths, and Unix sockets cannot be reached.

    Returns the outcome as text; `probe` checks it. Call it before any thread starts. Raises OSError if the kernel
    grants the namespaces but not their set-up; the process must then end.
    """
    if sys.platform != "linux":
        return "no network namespaces on this system"
    sockets = _unix_sockets()
    refused = _enter(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS)
    if refused:
        return f"network namespace refused ({refused})"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))
    _empty_temporary(kept)
    for path in sockets:
        if path.exists():
            _mount("/dev/null", path, "", MS_BIND)
    die_with_parent()  # the kernel forgets this setting when credentials change
    return "own network namespace"


def _unix_sockets() -> list[Path]:
    """The listed Unix sockets that have a path: a network namespace does not hide them."""
    lines = (line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:])
    return [Path(words[7]) for words in lines if len(words) == 8 and words[7].startswith("/")]


def _empty_temporary(kept: Sequence[Path]) -> None:
    _mount("", Path("/"), "", MS_SLAVE | MS_REC)  # mounts made here do not show outside
    folders = {Path(name).resolve() for name in TEMPORARY if Path(name).is_dir()}
    named = {path.parent.resolve() / path.name for path in kept}
    inside = [path for path in sorted(named | {path.resolve() for path in kept}) if folders.intersection(path.parents)]
    # The tmpfs will hide their names: a link is remembered by its target, anything else is opened.
    opened = {path: path.readlink() if path.is_symlink() else os.open(path, os.O_PATH) for path in inside}
    here = Path.cwd()
    for folder in folders:
        _mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
    for path, original in opened.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(original, Path):
            if not path.is_symlink():  # it exists already if it is in a kept folder
                path.symlink_to(original)
            continue
        path.mkdir(exist_ok=True) if stat.S_ISDIR(os.fstat(original).st_mode) else path.touch()
        _mount(f"/proc/self/fd/{original}", path, "", MS_BIND | MS_REC)
        os.close(original)
    with contextlib.suppress(OSError):  # enter the new folder of this name; there may be none
        os.chdir(here)


def _mount(source: str, target: Path, kind: str, flags: int, data: str = "") -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [word.encode() for word in (source, str(target), kind)]
    if libc.mount(*words, ctypes.c_ulong(flags), data.encode()) != 0:
        raise OSError(ctypes.get_errno(), f"{os.strerror(ctypes.get_errno())}: mounting {target}")


def enter_user_namespace(inside: int) -> None:
    """Move this process into a user namespace in which its user and group id is `inside`. Raises OSError if the kernel
    refuses."""
    refused = _enter(CLONE_NEWUSER, inside) if sys.platform == "linux" else "no user namespaces on this system"
    if refused:
        raise OSError(refused)


def _enter(flags: int, inside: int | None = None) -> str:
    """Enter new namespaces. The user and group id in them is `inside`, by default as before. Returns the kernel's error
    message; empty on success."""
    ids = {"uid": os.getuid(), "gid": os.getgid()}
    if ctypes.CDLL(None, use_errno=True).unshare(flags) != 0:
        return os.strerror(ctypes.get_errno())
    Path("/proc/self/setgroups").write_text("deny")
    for kind, own in ids.items():
        Path(f"/proc/self/{kind}_map").write_text(f"{own if inside is None else inside} {own} 1")
    return ""


def temporary() -> set[tuple[int, int]]:
    """(device, inode) of each folder in TEMPORARY. `isolate` changes all of them."""
    stats = (Path(name).stat() for name in TEMPORARY if Path(name).is_dir())
    return {(status.st_dev, status.st_ino) for status in stats}


def probe(beacon: str | None) -> tuple[bool, str]:
    """(whether this process is cut off from the network, the reason as text).

    `beacon` is `host:port` of a listener that the run opened on the machine's loopback. The process is cut off if it
    has no interface except loopback and cannot reach the beacon.
    """
    interfaces = [name for _, name in socket.if_nameindex() if name != "lo" and _is_up(name)]
    if interfaces:
        return False, f"interfaces besides loopback: {', '.join(sorted(interfaces))}"
    host, _, port = (beacon or "").rpartition(":")
    if port and tcp_answers(host, int(port)):
        return False, "a listener on the machine's own loopback can be reached"
    return True, "nothing but a loopback of its own"


def _is_up(name: str) -> bool:
    """Whether an interface is up; True if unknown. A kernel with tunnels gives every namespace idle ones (tunl0)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        try:
            answer = fcntl.ioctl(handle, SIOCGIFFLAGS, struct.pack("16sH14x", name.encode(), 0))
        except OSError:
            return True
    return bool(struct.unpack("16sH14x", answer)[1] & IFF_UP)
