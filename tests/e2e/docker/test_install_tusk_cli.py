"""scripts/install-tusk-cli.sh with a release server on loopback. (The real release is not tested.)"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e_common.util.paths import ROOT
from tests.conftest import execute
from tests.e2e.docker.release import VERSION, Release, archive, name_of, program, served, sum_of

X86 = name_of("x86_64")
SUMS = "checksums.txt"
ZERO = "0" * 64


@dataclass(frozen=True)
class Installed:
    """The script's exit status and output, and the content of the folder afterwards."""

    code: int
    said: str
    files: list[str]
    tusk: Path


@dataclass
class Machine:
    """A machine to install on: its `uname -m`, and a folder that may contain an older `tusk`."""

    scratch: Path
    name: str = "x86_64"

    def install(self, *words: str, **env: str) -> Installed:
        self.shim("uname", f'#!/bin/sh\n[ "$1" = -m ] && echo {self.name} || echo Linux\n')
        folder = self.scratch / "bin"
        kept = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        path = f"{self.scratch / 'shims'}:{os.environ['PATH']}"
        options = {"TUSK_CLI_VERSION": f"v{VERSION}", **env, "PATH": path}
        done = execute(ROOT / "scripts" / "install-tusk-cli.sh", folder, *words, env={**kept, **options})
        assert done.stdout == ""
        files = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
        return Installed(done.returncode, done.stderr, files, folder / "tusk")

    def shim(self, name: str, text: str) -> None:
        path = self.scratch / "shims" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def release() -> Iterator[Release]:
    with served() as release:
        yield release


def refused(installed: Installed, *words: str) -> None:
    """Checks exit 3, an error message with these words, and an empty folder."""
    assert installed.code == 3
    assert installed.files == []
    for word in words:
        assert word in installed.said


@pytest.mark.parametrize(
    ("uname", "name"), [("x86_64", "x86_64"), ("amd64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")]
)
def test_the_archive_of_the_architecture_is_installed(
    machine: Machine, release: Release, uname: str, name: str
) -> None:
    machine.name = uname
    installed = machine.install(TUSK_CLI_URL=release.url)
    assert installed.code == 0, installed.said
    assert installed.files == ["tusk"]
    assert f"Tusk CLI (version: {VERSION})" in installed.said
    assert execute(installed.tusk, "--version").stdout.splitlines()[1] == f"for {name}"
    assert release.asked == [SUMS, name_of(name)]


@pytest.mark.parametrize("version", [VERSION, f"v{VERSION}"])
def test_the_version_as_an_argument_with_and_without_its_v(machine: Machine, release: Release, version: str) -> None:
    installed = machine.install(version, TUSK_CLI_VERSION="none", TUSK_CLI_URL=f"{release.url}/")
    assert (installed.code, installed.files) == (0, ["tusk"])


def test_an_earlier_one_is_replaced_or_stays_as_it_was(machine: Machine, release: Release) -> None:
    old = machine.scratch / "bin" / "tusk"
    old.parent.mkdir()
    old.write_text("an earlier one")
    release.checksums({X86: ZERO})
    assert machine.install(TUSK_CLI_URL=release.url).code == 3
    assert old.read_text() == "an earlier one"
    release.add("x86_64", archive({"tusk": program("x86_64")}))
    assert machine.install(TUSK_CLI_URL=release.url).code == 0
    assert old.read_bytes() == program("x86_64")


def test_the_sum_may_be_pinned_besides(machine: Machine, release: Release) -> None:
    right = sum_of(release.files[X86])
    wrong = machine.install(TUSK_CLI_URL=release.url, TUSK_CLI_SHA256="1" * 64)
    refused(wrong, "TUSK_CLI_SHA256", "1" * 64, right)
    assert machine.install(TUSK_CLI_URL=release.url, TUSK_CLI_SHA256=right.upper()).code == 0
    release.checksums({X86: ZERO})
    wrong.tusk.unlink()
    refused(machine.install(TUSK_CLI_URL=release.url, TUSK_CLI_SHA256=right), "checksums.txt has")


def packed(files: dict[str, bytes], upto: int | None = None) -> Callable[[Release], None]:
    return lambda release: release.add("x86_64", archive(files)[:upto])


HARM: dict[str, tuple[Callable[[Release], object], tuple[str, ...]]] = {
    "wrong sum": (lambda it: it.checksums({X86: ZERO}), (X86, ZERO, "do not use it")),
    "no release": (lambda it: it.files.pop(SUMS), ("there is no http", SUMS, "TUSK_CLI_VERSION")),
    "no archive": (lambda it: it.files.pop(X86), ("there is no http", X86, "TUSK_CLI_VERSION")),
    "sums refused": (lambda it: it.status.update({SUMS: 403}), (f"{SUMS} cannot be downloaded: HTTP 403", "_URL")),
    "archive refused": (lambda it: it.status.update({X86: 500}), (f"{X86} cannot be downloaded: HTTP 500", "_URL")),
    "sums cut off": (lambda it: it.cut.add(SUMS), (f"{SUMS} came incomplete", "try again")),
    "archive cut off": (lambda it: it.cut.add(X86), (f"{X86} came incomplete", "try again")),
    "sum of Darwin": (lambda it: it.checksums({X86.replace("Linux", "Darwin"): ZERO}), ("no sum for",)),
    "sum of a longer name": (lambda it: it.checksums({f"{X86}.sbom": ZERO}), ("no sum for",)),
    "no sum": (lambda it: it.files.update({SUMS: f"not-a-sum  {X86}\n".encode()}), ("no sum for",)),
    "two sums": (lambda it: it.files.update({SUMS: f"{ZERO}  {X86}\n".encode() * 2}), ("no sum for",)),
    "README alone": (packed({"README.md": b"no program"}), ("holds no program tusk",)),
    "another name": (packed({"not-tusk": b"no program"}), ("holds no program tusk",)),
    "not an archive": (lambda it: it.add("x86_64", b"no archive"), ("holds no program tusk",)),
    "truncated archive": (packed({"tusk": b""}, -20), ("holds no program tusk",)),
    "other machine": (
        packed({"tusk": b"#!/bin/sh\necho wrong >&2\nexit 126\n"}),
        ("does not run here: wrong",),
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_of_a_release_that_is_wrong_nothing_is_installed(machine: Machine, release: Release, harm: str) -> None:
    act, words = HARM[harm]
    act(release)
    refused(machine.install(TUSK_CLI_URL=release.url), *words)


def test_a_tusk_in_a_folder_of_the_archive(machine: Machine, release: Release) -> None:
    release.add("x86_64", archive({"tusk-cli/README.md": b"", "tusk-cli/tusk": program("x86_64")}))
    assert machine.install(TUSK_CLI_URL=release.url).files == ["tusk"]


def without(installed: Installed) -> None:
    """Checks exit 0, a visible message, and an empty folder."""
    assert installed.code == 0, installed.said
    assert installed.files == []
    assert "!!! no Tusk CLI" in installed.said
    assert "bundled CLI only" in installed.said


@pytest.mark.parametrize("url", ["http://:80", "no-such-protocol://host", "http://[::1"])
def test_an_address_that_is_none(machine: Machine, url: str) -> None:
    refused(machine.install(TUSK_CLI_URL=url), "TUSK_CLI_URL names the folder")


def test_a_host_or_a_proxy_that_cannot_be_reached(machine: Machine, release: Release) -> None:
    """It refuses, has no address, or speaks no TLS. The last one is the real address with a proxy that refuses."""
    for url in ("http://127.0.0.1:9", "http://no-such-host.invalid", release.url.replace("http:", "https:")):
        without(machine.install(TUSK_CLI_URL=url))
    without(machine.install(TUSK_CLI_URL="", https_proxy=release.url.rpartition("/")[0]))


@pytest.mark.parametrize("status", [403, 407, 502, 503, 504])
def test_a_proxy_that_answers_for_the_real_host(machine: Machine, status: int) -> None:
    machine.shim("curl", f'#!/bin/sh\necho "$@" >{machine.scratch}/curl-words\nprintf {status}\n')
    without(machine.install(TUSK_CLI_URL=""))
    words = (machine.scratch / "curl-words").read_text().split()
    assert words[-1] == f"https://github.com/Use-Tusk/tusk-cli/releases/download/v{VERSION}/checksums.txt"
    assert {"--max-time", "--connect-timeout"} <= set(words), "a host that never responds would take a minute here"


def test_a_certificate_that_is_not_trusted_is_no_way_in(machine: Machine) -> None:
    machine.shim("curl", "#!/bin/sh\nprintf 000\necho 'curl: (60) self-signed certificate' >&2\nexit 60\n")
    installed = machine.install()
    without(installed)
    assert "self-signed certificate" in installed.said
    assert "E2E_EXTRA_CA" in installed.said


@pytest.mark.parametrize("version", ["", "none"])
def test_none_is_asked_for(machine: Machine, release: Release, version: str) -> None:
    installed = machine.install(TUSK_CLI_VERSION=version, TUSK_CLI_URL=release.url)
    assert (installed.code, installed.files, release.asked) == (0, [], [])
    assert "as asked for" in installed.said


def test_a_machine_that_has_none(machine: Machine, release: Release) -> None:
    machine.name = "riscv64"
    refused(machine.install(TUSK_CLI_URL=release.url), "riscv64", "TUSK_CLI_VERSION=none")
    assert release.asked == []


def test_wrong_usage() -> None:
    done = execute(ROOT / "scripts" / "install-tusk-cli.sh")
    assert (done.returncode, done.stderr) == (2, "e2e: install-tusk-cli.sh FOLDER [VERSION]\n")
