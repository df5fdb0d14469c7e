"""scripts/install-tusk-cli.sh with a release server on loopback. (The real release is not tested.)"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from e2e_common.util.paths import ROOT
from tests.conftest import execute
from tests.e2e.docker.release import VERSION, Release, name_of, program, served, sum_of

X86 = name_of("x86_64")
SUMS = "checksums.txt"
ZERO = "0" * 64
SCRIPT = ROOT / "scripts" / "install-tusk-cli.sh"


class Machine:
    """A machine to install on: a release that its options name by default, and a folder for `tusk`."""

    def __init__(self, folder: Path, release: Release) -> None:
        self.folder, self.release = folder, release
        self.tusk = folder / "bin" / "tusk"
        self.shim("uname", 'if [ "$1" = -m ]; then echo x86_64; else echo Linux; fi')

    def shim(self, name: str, text: str) -> None:
        path = self.folder / "shims" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def install(self, *words: str, **env: str) -> tuple[int, str, list[str]]:
        """Returns the script's exit status and messages, and the files in the folder afterwards."""
        kept = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        options = {"TUSK_CLI_VERSION": f"v{VERSION}", "TUSK_CLI_URL": self.release.url, **env}
        path = f"{self.folder / 'shims'}:{os.environ['PATH']}"
        done = execute(SCRIPT, self.tusk.parent, *words, env={**kept, **options, "PATH": path})
        assert done.stdout == ""
        return done.returncode, done.stderr, sorted(path.name for path in self.tusk.parent.glob("*"))

    def installs(self, *words: str, **env: str) -> None:
        code, says, files = self.install(*words, **env)
        assert (code, files, f"Tusk CLI (version: {VERSION})" in says) == (0, ["tusk"], True), says

    def refuses(self, *named: str, code: int = 3, **env: str) -> None:
        """An error message with these words, and an empty folder."""
        found, says, files = self.install(**env)
        assert (found, files, [words for words in named if words not in says]) == (code, [], []), says

    def goes_without(self, *named: str, **env: str) -> None:
        self.refuses("!!! no Tusk CLI", "only the bundled CLI", *named, code=0, **env)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with served() as release:
        yield Machine(tmp_path, release)


@pytest.mark.parametrize(
    ("uname", "name"), [("x86_64", "x86_64"), ("amd64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")]
)
def test_the_archive_of_the_architecture_is_installed(machine: Machine, uname: str, name: str) -> None:
    machine.shim("uname", f'if [ "$1" = -m ]; then echo {uname}; else echo Linux; fi')
    machine.installs()
    assert execute(machine.tusk, "--version").stdout.splitlines()[1] == f"for {name}"
    assert machine.release.asked == [SUMS, name_of(name)]


@pytest.mark.parametrize("version", [VERSION, f"v{VERSION}"])
def test_the_version_as_an_argument_with_and_without_its_v(machine: Machine, version: str) -> None:
    machine.installs(version, TUSK_CLI_VERSION="none", TUSK_CLI_URL=f"{machine.release.url}/")


def test_an_earlier_one_is_replaced_or_stays_as_it_was(machine: Machine) -> None:
    machine.tusk.parent.mkdir()
    machine.tusk.write_text("an earlier one")
    machine.release.checksums({X86: ZERO})
    assert machine.install()[0] == 3
    assert machine.tusk.read_text() == "an earlier one"
    machine.release.add({"tusk": program("x86_64")})
    machine.installs()
    assert machine.tusk.read_bytes() == program("x86_64")


def test_the_sum_may_be_pinned_besides(machine: Machine) -> None:
    right = sum_of(machine.release.files[X86])
    machine.refuses("TUSK_CLI_SHA256", "1" * 64, right, TUSK_CLI_SHA256="1" * 64)
    machine.installs(TUSK_CLI_SHA256=right.upper())
    machine.tusk.unlink()
    machine.release.checksums({X86: ZERO})
    machine.refuses("checksums.txt has", TUSK_CLI_SHA256=right)


HARM: dict[str, tuple[Callable[[Release], object], tuple[str, ...]]] = {
    "wrong sum": (lambda it: it.checksums({X86: ZERO}), (X86, ZERO, "do not use it")),
    "no release": (lambda it: it.files.pop(SUMS), ("there is no http", SUMS, "TUSK_CLI_VERSION")),
    "no archive": (lambda it: it.files.pop(X86), ("there is no http", X86, "TUSK_CLI_VERSION")),
    "sums refused": (lambda it: it.status.update({SUMS: 403}), (f"{SUMS} cannot be downloaded: HTTP 403", "_URL")),
    "archive refused": (lambda it: it.status.update({X86: 403}), (f"{X86} cannot be downloaded: HTTP 403", "_URL")),
    "sums cut off": (lambda it: it.cut.add(SUMS), (f"{SUMS} is incomplete", "try again")),
    "archive cut off": (lambda it: it.cut.add(X86), (f"{X86} is incomplete", "try again")),
    "sum of Darwin": (lambda it: it.checksums({X86.replace("Linux", "Darwin"): ZERO}), ("no sum for",)),
    "sum of a longer name": (lambda it: it.checksums({f"{X86}.sbom": ZERO}), ("no sum for",)),
    "no sum": (lambda it: it.files.update({SUMS: f"not-a-sum  {X86}\n".encode()}), ("no sum for",)),
    "two sums": (lambda it: it.files.update({SUMS: f"{ZERO}  {X86}\n".encode() * 2}), ("no sum for",)),
    "README alone": (lambda it: it.add({"README.md": b"no program"}), ("contains no program tusk",)),
    "another name": (lambda it: it.add({"not-tusk": b"no program"}), ("contains no program tusk",)),
    "not an archive": (lambda it: it.add({}, 0), ("contains no program tusk",)),
    "truncated archive": (lambda it: it.add({"tusk": b""}, -20), ("contains no program tusk",)),
    "other machine": (
        lambda it: it.add({"tusk": b"#!/bin/sh\necho wrong >&2\nexit 126\n"}), ("does not run here: wrong",)
    ),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARM)
def test_of_a_release_that_is_wrong_nothing_is_installed(machine: Machine, harm: str) -> None:
    act, named = HARM[harm]
    act(machine.release)
    machine.refuses(*named)


def test_a_tusk_in_a_folder_of_the_archive(machine: Machine) -> None:
    machine.release.add({"tusk-cli/README.md": b"", "tusk-cli/tusk": program("x86_64")})
    machine.installs()


@pytest.mark.parametrize("url", ["http://:80", "no-such-protocol://host", "http://[::1"])
def test_an_address_that_is_none(machine: Machine, url: str) -> None:
    machine.refuses("TUSK_CLI_URL names the folder", TUSK_CLI_URL=url)


def test_a_host_or_a_proxy_that_cannot_be_reached(machine: Machine) -> None:
    """It refuses, has no address, or speaks no TLS. The last one is the real address with a proxy that refuses."""
    url = machine.release.url
    for other in ("http://127.0.0.1:9", "http://no-such-host.invalid", url.replace("http:", "https:")):
        machine.goes_without(TUSK_CLI_URL=other)
    machine.goes_without(TUSK_CLI_URL="", https_proxy=url.rpartition("/")[0])


@pytest.mark.parametrize("status", [403, 407, 502, 503, 504])
def test_a_proxy_that_answers_for_the_real_host(machine: Machine, status: int) -> None:
    machine.shim("curl", f'echo "$@" >{machine.folder}/curl-words\nprintf {status}')
    machine.goes_without(TUSK_CLI_URL="")
    words = (machine.folder / "curl-words").read_text().split()
    assert words[-1] == f"https://github.com/Use-Tusk/tusk-cli/releases/download/v{VERSION}/checksums.txt"
    assert {"--max-time", "--connect-timeout"} <= set(words), "a host that never responds would take a minute here"


def test_a_certificate_that_is_not_trusted_is_no_way_in(machine: Machine) -> None:
    machine.shim("curl", "printf 000\necho 'curl: (60) self-signed certificate' >&2\nexit 60")
    machine.goes_without("self-signed certificate", "E2E_EXTRA_CA", TUSK_CLI_URL="")


@pytest.mark.parametrize("version", ["", "none"])
def test_none_is_asked_for(machine: Machine, version: str) -> None:
    machine.refuses("as requested", code=0, TUSK_CLI_VERSION=version)
    assert machine.release.asked == []


def test_a_machine_that_has_none(machine: Machine) -> None:
    machine.shim("uname", "echo riscv64")
    machine.refuses("riscv64", "TUSK_CLI_VERSION=none")
    assert machine.release.asked == []


def test_wrong_usage() -> None:
    done = execute(SCRIPT)
    assert (done.returncode, done.stderr) == (2, "e2e: install-tusk-cli.sh FOLDER [VERSION]\n")
