"""e2e_common/report/rerun.py: what a red run says that one should type."""

from __future__ import annotations

import fnmatch
import shlex
from pathlib import Path

import pytest

from e2e_common.report.rerun import LONGEST_NAME, Rerun, pattern_of, rerun
from e2e_common.util.command_line import BANNERS
from e2e_common.util.paths import SUITES
from tests.conftest import execute

FLASK = SUITES / "flask" / "e2e-tests"


def of_flask(port: int = 8000, verb: str = "e2e", phases: list[str] | None = None, **environ: str) -> Rerun:
    return rerun(FLASK, "flask", port, verb, phases or list(BANNERS), environ)


def test_a_suite_is_run_again_by_make() -> None:
    found, some = of_flask(), of_flask(E2E_ONLY="*call*")
    assert [found.command(), found.command("one call"), some.command(), some.command("one call")] == [
        "make e2e-flask",
        "E2E_ONLY='one call' make e2e-flask",
        "E2E_ONLY='*call*' make e2e-flask",
        "E2E_ONLY='one call' make e2e-flask",
    ]


def test_with_the_options_that_made_the_run_what_it_is() -> None:
    environ = {
        "E2E_SDK": "../my sdk", "E2E_PYTHON": "3.12", "E2E_WITH": "flask<3.1", "E2E_RUST_CORE": "1",
        "TUSK_CLI": "official", "E2E_RUNTIME": "local", "HOME": "/root", "E2E_VERBOSE": "1",
        "E2E_SENTINELS": "on", "E2E_TIMEOUT": "", "E2E_OUT": "my out",
    }  # fmt: skip
    found = of_flask(8600, "e2e", None, **environ)
    words = shlex.split(found.command("a"))
    assert words[-3:] == ["make", "e2e-flask", "PORT=8600"]
    assert set(words[:-3]) == {
        "E2E_ONLY=a", "E2E_SDK=../my sdk", "E2E_PYTHON=3.12", "E2E_WITH=flask<3.1", "E2E_RUST_CORE=1",
        "TUSK_CLI=official", "E2E_RUNTIME=local", "E2E_OUT=my out",
    }  # fmt: skip
    assert found.explanation("a") == "E2E_ONLY=a E2E_OUT='my out' make explain-flask PORT=8600"


@pytest.mark.parametrize(
    ("verb", "phases", "command"),
    [
        ("e2e", ["setup", "record", "cleanup"], "make record-flask"),
        ("e2e", ["setup", "replay", "check", "cleanup"], "make replay-flask"),
        ("e2e", ["check"], "make check-flask"),
        ("e2e", ["setup", "record", "replay"], "make e2e-flask"),
        ("e2e", ["setup"], "make e2e-flask"),
        ("baseline", ["setup", "record", "cleanup"], "make baseline-flask"),
        ("coverage", list(BANNERS), "make coverage-flask"),
    ],
)
def test_the_verb_is_that_of_the_phases(verb: str, phases: list[str], command: str) -> None:
    assert of_flask(verb=verb, phases=phases).command() == command


def test_a_replay_is_always_of_all_that_was_recorded() -> None:
    found = of_flask(phases=["setup", "replay", "check", "cleanup"])
    assert (found.sends, found.command("create order")) == (False, "make replay-flask")


def test_a_suite_that_make_does_not_know_is_run_by_the_script(tmp_path: Path) -> None:
    folder = tmp_path / "my suite" / "e2e-tests"
    found = rerun(folder, "my suite", 8600, "e2e", ["check"], {})
    assert shlex.split(found.command()) == ["scripts/e2e.sh", "run", str(folder), "8600", "--phases", "check"]
    assert shlex.split(found.explanation("a")) == ["E2E_ONLY=a", "scripts/e2e.sh", "explain", str(folder), "8600"]
    assert "--" not in rerun(folder, "my suite", 8600, "e2e", list(BANNERS), {}).command()
    assert rerun(folder, "my suite", 8600, "baseline", ["setup"], {}).command().endswith(" 8600 --baseline")


def test_in_a_container_it_is_what_was_typed_outside() -> None:
    outside = of_flask(8600, E2E_SDK="../sdk")
    inside = rerun(Path("/e2e/x"), "x", 8000, "e2e", [], {"DRIFT_E2E_RERUN": outside.to_json(), "E2E_SDK": "/sdk"})
    assert inside == outside


@pytest.mark.parametrize(
    "name",
    ["create order", "GET /items?a=1&b[]=*", "it's", "[", "]", "a*b?c[d]e", '$HOME `id` \\ "', "-x", "ü 🐎", "a;b"],
)
def test_a_pattern_is_that_of_this_name_alone_and_a_shell_leaves_it_as_it_is(name: str) -> None:
    assert fnmatch.fnmatchcase(name, pattern_of(name))
    assert not fnmatch.fnmatchcase(f"{name}x", pattern_of(name))
    assert not fnmatch.fnmatchcase(name.replace("*", "other"), pattern_of(name)) or "*" not in name
    command = of_flask().command(name).replace("make e2e-flask", "printenv E2E_ONLY")
    done = execute("bash", "-c", command, check=True)
    assert done.stdout == f"{pattern_of(name)}\n"


def test_of_a_long_name_its_beginning_is_typed() -> None:
    name = "it's [long]" + "x" * 10_000
    assert fnmatch.fnmatchcase(name, pattern_of(name))
    assert not fnmatch.fnmatchcase("y" + name, pattern_of(name))
    assert len(of_flask().command(name)) < 200, "a line of the terminal holds it whole"
    assert pattern_of("a\nb\x1b\ud800") == "a?b??", "what cannot be typed is any character"
    assert "*" not in pattern_of("x" * LONGEST_NAME) and pattern_of("x" * (LONGEST_NAME + 1)).endswith("x*")
