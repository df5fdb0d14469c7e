"""scripts/install-tusk-cli.sh with a release server on loopback. (The real release is not tested.)"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from e2e_common.util.paths import ROOT
from tests.conftest import execute
from tests.e2e.docker.release import VERSION, Release, archive, name_of, program, served, sum_of

X86 = name_of("x86_64")
SUM_LINE = "checksums.txt"


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
        done = execute(ROOT / "scripts" / "install-tusk-cli.sh", folder, *words, env={**kept, "PATH": path, **env})
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


def from_release(machine: Machine, release: Release, **env: str) -> Installed:
    return machine.install(TUSK_CLI_VERSION=f"v{VERSION}", TUSK_CLI_URL=release.url, **env)


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
    installed = from_release(machine, release)
    assert installed.code == 0, installed.said
    assert installed.files == ["tusk"]
    assert f"Tusk CLI (version: {VERSION})" in installed.said
    assert subprocess.check_output([installed.tusk, "--version"], text=True).splitlines()[1] == f"for {name}"
    assert release.asked == ["checksums.txt", name_of(name)]


@pytest.mark.parametrize("version", [VERSION, f"v{VERSION}"])
def test_the_version_as_an_argument_with_and_without_its_v(machine: Machine, release: Release, version: str) -> None:
    installed = machine.install(version, TUSK_CLI_VERSION="none", TUSK_CLI_URL=f"{release.url}/")
    assert (installed.code, installed.files) == (0, ["tusk"])


def test_an_earlier_one_is_replaced_or_stays_as_it_was(machine: Machine, release: Release) -> None:
    old = machine.scratch / "bin" / "tusk"
    old.parent.mkdir()
    old.write_text("an earlier one")
    release.checksums({X86: "0" * 64})
    assert from_release(machine, release).code == 3
    assert old.read_text() == "an earlier one"
    release.add("x86_64", archive({"tusk": program("x86_64")}))
    assert from_release(machine, release).code == 0
    assert old.read_bytes() == program("x86_64")


def test_a_wrong_sum(machine: Machine, release: Release) -> None:
    release.checksums({X86: "0" * 64})
    refused(from_release(machine, release), X86, "0" * 64, sum_of(release.files[X86]), "do not use it")


def test_the_sum_may_be_pinned_besides(machine: Machine, release: Release) -> None:
    right = sum_of(release.files[X86])
    refused(from_release(machine, release, TUSK_CLI_SHA256="1" * 64), "TUSK_CLI_SHA256", "1" * 64, right)
    assert from_release(machine, release, TUSK_CLI_SHA256=right.upper()).code == 0


def test_a_pinned_sum_does_not_stand_in_for_checksums_txt(machine: Machine, release: Release) -> None:
    pinned = sum_of(release.files[X86])
    release.checksums({X86: "0" * 64})
    refused(from_release(machine, release, TUSK_CLI_SHA256=pinned), "checksums.txt has")


@pytest.mark.parametrize("name", ["checksums.txt", X86])
def test_a_release_or_an_archive_that_does_not_exist(machine: Machine, release: Release, name: str) -> None:
    del release.files[name]
    refused(from_release(machine, release), f"there is no {release.url}/{name}", "TUSK_CLI_VERSION")


@pytest.mark.parametrize("name", ["checksums.txt", X86])
@pytest.mark.parametrize("status", [403, 500])
def test_a_mirror_that_refuses(machine: Machine, release: Release, name: str, status: int) -> None:
    release.status[name] = status
    refused(from_release(machine, release), f"{name} cannot be had: HTTP {status}", "TUSK_CLI_URL")


@pytest.mark.parametrize("name", ["checksums.txt", X86])
def test_a_download_that_is_cut_off(machine: Machine, release: Release, name: str) -> None:
    release.cut.add(name)
    refused(from_release(machine, release), f"{name} came incomplete", "try again")


@pytest.mark.parametrize("listed", ["tusk-cli_0.2.15_Darwin_x86_64.tar.gz", f"{X86}.sbom", f"other-{X86}"])
def test_checksums_txt_without_a_line_for_the_archive(machine: Machine, release: Release, listed: str) -> None:
    release.checksums({listed: sum_of(release.files[X86])})
    refused(from_release(machine, release), f"no sum for {X86}")
    assert release.asked == ["checksums.txt"]


@pytest.mark.parametrize(
    "line", [f"not-a-sum  {X86}\n", f"{'0' * 64}  {X86}\n{'0' * 64}  {X86}\n", "<html>sign in first</html>\n"]
)
def test_checksums_txt_that_is_not_what_it_should_be(machine: Machine, release: Release, line: str) -> None:
    release.files[SUM_LINE] = line.encode()
    refused(from_release(machine, release), f"no sum for {X86}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (archive({"README.md": b"no program"}), "holds no program tusk"),
        (archive({"not-tusk": b"no program"}), "holds no program tusk"),
        (b"no archive at all", "holds no program tusk"),
        (archive({"tusk": b"#!/bin/sh\necho wrong machine >&2\nexit 126\n"}), "does not run here: wrong machine"),
        (archive({"tusk": b""})[:-20], "holds no program tusk"),
    ],
    ids=["README alone", "another name", "no archive", "of another machine", "cut off"],  # archives contain the time
)
def test_an_archive_without_a_tusk_that_runs(machine: Machine, release: Release, content: bytes, said: str) -> None:
    release.add("x86_64", content)
    refused(from_release(machine, release), said)


def test_a_tusk_in_a_folder_of_the_archive(machine: Machine, release: Release) -> None:
    release.add("x86_64", archive({"tusk-cli/README.md": b"", "tusk-cli/tusk": program("x86_64")}))
    assert from_release(machine, release).files == ["tusk"]


def without(installed: Installed) -> None:
    """Checks exit 0, a visible message, and an empty folder."""
    assert installed.code == 0, installed.said
    assert installed.files == []
    assert "!!! no Tusk CLI" in installed.said
    assert "bundled replayer only" in installed.said


def test_a_host_that_refuses(machine: Machine) -> None:
    with socket.socket() as unused:  # bound but not listening, so no other process has the port
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        without(machine.install(TUSK_CLI_VERSION=VERSION, TUSK_CLI_URL=url))


@pytest.mark.parametrize("url", ["http://:80", "no-such-protocol://host", "http://[::1"])
def test_an_address_that_is_none(machine: Machine, url: str) -> None:
    refused(machine.install(TUSK_CLI_VERSION=VERSION, TUSK_CLI_URL=url), "TUSK_CLI_URL names the folder")


def test_a_host_that_has_no_address(machine: Machine) -> None:
    without(machine.install(TUSK_CLI_VERSION=VERSION, TUSK_CLI_URL="http://no-such-host.invalid"))


def test_a_host_that_speaks_no_tls(machine: Machine, release: Release) -> None:
    without(machine.install(TUSK_CLI_VERSION=VERSION, TUSK_CLI_URL=release.url.replace("http:", "https:")))


def test_a_proxy_that_refuses(machine: Machine, release: Release) -> None:
    """With the real address. Only the proxy is reached."""
    without(machine.install(TUSK_CLI_VERSION=VERSION, TUSK_CLI_URL="", https_proxy=release.url.rpartition("/")[0]))


@pytest.mark.parametrize("status", [403, 407, 502, 503, 504])
def test_a_proxy_that_answers_for_the_real_host(machine: Machine, status: int) -> None:
    machine.shim("curl", f'#!/bin/sh\necho "$@" >{machine.scratch}/curl-words\nprintf {status}\n')
    without(machine.install(TUSK_CLI_VERSION=VERSION, TUSK_CLI_URL=""))
    words = (machine.scratch / "curl-words").read_text().split()
    assert words[-1] == f"https://github.com/Use-Tusk/tusk-cli/releases/download/v{VERSION}/checksums.txt"
    assert "--max-time" in words  # no test covers a host that never responds: it would take a minute
    assert "--connect-timeout" in words


def test_a_certificate_that_is_not_trusted_is_no_way_in(machine: Machine) -> None:
    machine.shim("curl", "#!/bin/sh\nprintf 000\necho 'curl: (60) self-signed certificate' >&2\nexit 60\n")
    installed = machine.install(TUSK_CLI_VERSION=VERSION)
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
    refused(from_release(machine, release), "riscv64", "TUSK_CLI_VERSION=none")
    assert release.asked == []


def test_wrong_usage() -> None:
    done = execute(ROOT / "scripts" / "install-tusk-cli.sh")
    assert (done.returncode, done.stderr) == (2, "e2e: install-tusk-cli.sh FOLDER [VERSION]\n")
