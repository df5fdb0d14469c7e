"""make new-suite: its names, its errors, and what it makes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from e2e_common.__main__ import main
from e2e_common.setup import new_suite
from e2e_common.util import paths
from e2e_common.util.errors import environment
from e2e_common.util.paths import SUITES

PIN = "tusk-drift-python-sdk==0.1.29"
WHY = "# Used by the template's call: remove it if no handler uses it."


@pytest.fixture
def suites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty drift/instrumentation/ for the suites that a test makes; the SDK has requests, grpc and socket."""
    folder = tmp_path / "instrumentation"
    folder.mkdir()
    monkeypatch.setattr(paths, "SUITES", folder)
    monkeypatch.setattr(new_suite, "is_instrumented", lambda name, _: name in ("requests", "grpc", "socket"))
    monkeypatch.setattr(new_suite, "fresh_lock", lambda draft: (draft / paths.LOCK).write_text("pinned"))
    yield folder
    assert not list(folder.glob(".*")), "a draft is left"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "which name? make new-suite NAME=urllib3"),
        ([""], "which name?"),
        (["one", "two"], "which name?"),
        (["Requests"], "NAME=Requests: not a name like that of a package"),
        *(([name], "not a name like") for name in ("../flask", "psycopg2-binary", "2to3", "grpc_")),  # grpc_: no image
        (["all"], "NAME=all: make e2e-all runs every suite"),
        (["base"], "python-e2e-base is the base image"),
        (["flask"], "flask/e2e-tests already"),
        (["e2e_common"], "e2e_common/e2e-tests already"),  # a symlink to the harness
    ],
)
def test_wrong_names_are_exit_2(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(SUITES.iterdir())
    assert main(["new-suite", *words]) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert (printed.out, sorted(SUITES.iterdir())) == ("", before)


@pytest.mark.parametrize(
    ("name", "runner", "requirements", "is_known"),
    [
        ("requests", "RequestsRunner", ["flask", "requests"], True),
        ("grpc", "GrpcRunner", ["flask", WHY, "requests", "grpcio"], True),
        ("socket", "SocketRunner", ["flask", WHY, "requests"], True),
        ("my_own", "MyOwnRunner", ["flask", WHY, "requests"], False),
    ],
)
def test_what_is_made(
    suites: Path, name: str, runner: str, requirements: list[str], is_known: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new-suite", name]) == 0
    folder = suites / name / "e2e-tests"
    assert (folder / "requirements.txt").read_text().splitlines() == ["tusk-drift-python-sdk", *requirements]
    assert runner in (folder / "entrypoint.py").read_text()
    assert (folder / "requirements.lock").read_text() == "pinned"
    assert os.access(folder / "run.sh", os.X_OK)
    causes = [entry["cause"] for entry in yaml.safe_load((folder / "known_failures.yaml").read_text())]
    assert causes == ["whole-numbers-replayed-as-floats"]
    printed = capsys.readouterr().out
    assert ("The SDK has no instrumentation called" in printed) is not is_known
    assert f"make e2e-{name}\n" in printed
    assert main(["new-suite", name]) == 2, "it is there already"
    assert "already" in capsys.readouterr().err


def test_the_sdk_is_the_newest_that_a_suite_names(suites: Path) -> None:
    assert new_suite.pinned_sdk() == "tusk-drift-python-sdk"
    for name, pin in {"a": "0.1.9", "b": "0.1.29", "c": "0.1.30.dev0", "d": "0.1.10"}.items():
        folder = suites / name / "e2e-tests"
        folder.mkdir(parents=True)
        (folder / "entrypoint.py").touch()
        (folder / "requirements.txt").write_text(f"flask\ntusk-drift-python-sdk=={pin}\n")
    assert new_suite.pinned_sdk() == "tusk-drift-python-sdk==0.1.30.dev0"


@pytest.mark.parametrize("stage", ["the SDK", "the lock"])
def test_without_an_index_nothing_is_made(
    suites: Path, stage: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise environment(f"{stage} cannot be downloaded")

    monkeypatch.setattr(new_suite, "is_instrumented" if stage == "the SDK" else "fresh_lock", fails)
    assert main(["new-suite", "requests"]) == 3
    assert "cannot be downloaded\n     nothing was made; is the package index reachable?\n" in capsys.readouterr().err
    assert not list(suites.iterdir())


def test_the_sdk_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout of it, as E2E_SDK names one; the release is looked into by tests/e2e/local/test_new_suite.py."""
    (tmp_path / "pyproject.toml").touch()
    library = tmp_path / "drift" / "instrumentation" / "aiohttp"
    library.mkdir(parents=True)
    monkeypatch.setenv("E2E_SDK", str(tmp_path))
    assert not new_suite.is_instrumented("aiohttp", PIN)
    (library / "instrumentation.py").touch()
    assert new_suite.is_instrumented("aiohttp", PIN)
