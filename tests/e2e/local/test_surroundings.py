"""A full disk, unread streams, odd paths: a run succeeds, or is not green and reports what to do."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from e2e_common.util.paths import CACHE
from tests.conftest import CANARIES, E2E, Copied, Finished, Suite, clean_environ, copy_checkout, execute
from tests.e2e.local.test_canaries import ALL

NO_ROOM = "free some space, or name another folder for the artifacts (E2E_OUT)"
FILL = """
def fill():
    if os.environ.get("FILL") == os.environ.get("TUSK_DRIFT_MODE"):
        with open("ballast", "ab", 0) as ballast:
            try:
                while True:
                    ballast.write(b"x" * 4096)
            except OSError:
                pass


@app.get("/fine")
def fine() -> Response:
    fill()
"""
ODD = """it's `a` "$x" ;&|*? ü %"""
NAMES = """    api.get("/fine", name="Grüße, 日本", body={"fine": True})
    api.get("/random-number", name="naïve «miss»", body={"text": matches("[0-9]+")})
"""
SOCKET_PATH_MOST = 107


def on_disk(suite: Suite, mount_options: str, **options: str) -> Finished:
    """Runs the suite with its artifacts on a separate disk."""
    unshare = ["unshare", "-Urm", "sh", "-c"]
    if execute(*unshare, "mount -t tmpfs tmpfs /mnt").returncode != 0:
        pytest.skip("this machine lets no user mount anything")
    suite.out.mkdir()
    mount = f'mount -t tmpfs -o {mount_options} tmpfs {shlex.quote(str(suite.out))} || exit 99; exec "$@"'
    return suite.under([*unshare, mount, "sh"], **options)


def assert_not_green(run: Finished, *says: str) -> None:
    assert run.code == 3, run.output
    assert not {"✓", "Traceback"} & set(run.output.split())
    for words in says:
        assert words in run.output


@pytest.mark.parametrize("size", ["4k", pytest.param("48k", marks=pytest.mark.slow)])
def test_a_disk_that_is_full_from_the_start(canary: Suite, size: str) -> None:
    assert_not_green(on_disk(canary, f"size={size}"), NO_ROOM)


@pytest.mark.slow
@pytest.mark.parametrize("when", ["RECORD", "REPLAY", "never"])
def test_a_disk_that_fills_on_the_way(canary: Suite, when: str) -> None:
    app = canary.folder / "src" / "app.py"
    app.write_text(app.read_text().replace('\n@app.get("/fine")\ndef fine() -> Response:\n', FILL))
    run = on_disk(canary, "size=20m", FILL=when)
    if when == "never":
        assert run.code == 0, run.output
    else:
        no_room = "no space is left, so nothing there can be trusted to be whole"
        assert_not_green(run, no_room, NO_ROOM, "result.json could not be written")


def test_a_green_run_without_its_verdict_on_disk_is_not_green(copied: Copied) -> None:
    canary = copied("", *Suite.RECORD)
    app = canary.folder / "src" / "app.py"
    takes_its_place = 'import os\nos.makedirs("../result.json/taken", exist_ok=True)\n'
    app.write_text(takes_its_place + app.read_text())
    assert_not_green(canary.under([], *Suite.REPLAY), "could not be written: ")


def test_a_folder_of_artifacts_that_is_read_only(canary: Suite) -> None:
    run = on_disk(canary, "ro")
    assert_not_green(run, "Read-only file system; make it writable for this user, or name another folder")


@pytest.mark.slow
@pytest.mark.parametrize(
    "script", ['"$@" >&-', '"$@" <&- >&- 2>&-', '"$@" >/dev/full', '"$@" | true; exit ${PIPESTATUS[0]}']
)
def test_a_run_needs_nobody_who_reads(canary: Suite, script: str) -> None:
    run = canary.under(["bash", "-c", script, "sh"])
    assert (run.code, run.result["verdict"]) == (0, "passed"), run.output


def test_a_red_run_is_red_though_nobody_reads(copied: Copied) -> None:
    run = copied(ALL).under(["bash", "-c", '"$@" <&- >&- 2>&-', "sh"], *Suite.REPLAY, CANARY=ALL)
    assert (run.code, run.result["verdict"]) == (1, "failed")


@pytest.mark.slow
@pytest.mark.parametrize("locale", [{"PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}], ids=str)
def test_names_beyond_ascii_in_the_locale_c(canary: Suite, locale: dict[str, str]) -> None:
    """One of two requests is red, so that both names are logged, judged and printed."""
    script = canary.folder / "src" / "test_requests.py"
    script.write_text(script.read_text() + NAMES)
    run = canary.under([], LC_ALL="C", **locale)
    assert run.code == 1, run.output
    assert "'naïve «miss»': response.body: Response body content mismatch" in run.output
    assert run.test("Grüße, 日本")["verdict"] == "passed"


def test_a_suite_folder_of_any_name(tmp_path: Path) -> None:
    """A red run, then the command that its output names."""
    suite = Suite(tmp_path / ODD, CANARIES)
    red = suite.run(CANARY="wrong answer")
    assert (red.code, red.result["suite"]) == (1, ODD), red.output
    assert len(list((suite.folder / ".tusk" / "traces").iterdir())) == 2
    words = next(line for line in red.output.splitlines() if ": E2E_" in line or "rerun: " in line).partition(": ")[2]
    done = execute("bash", "-c", words, env=suite.environ({"CANARY": "wrong answer"}))
    rerun = suite.finished(done.returncode, done.stdout)
    assert (rerun.code, rerun.result["partial"]) == (1, True), words
    assert [test["name"] for test in rerun.result["tests"]] == ["wrong answer"]


@pytest.mark.slow
def test_a_path_that_begins_with_a_dash(tmp_path: Path) -> None:
    suite = Suite(tmp_path / "-rf", CANARIES)
    execute(E2E, "run", "-rf/e2e-tests", env=suite.environ({"CANARY": ""}), cwd=tmp_path, check=True)


@pytest.mark.slow
def test_a_checkout_so_deep_that_no_path_of_a_socket_fits(tmp_path: Path) -> None:
    """A copy of the checkout, with a space in its path and this checkout's environments."""
    checkout = tmp_path / "a deep".ljust(SOCKET_PATH_MOST, "x")
    copy_checkout(checkout)
    (checkout / ".cache").symlink_to(CACHE)
    temporary = checkout / "tmp"
    temporary.mkdir()
    run = checkout / "drift" / "instrumentation" / "psycopg" / "e2e-tests" / "run.sh"
    execute(run, "8811", env=clean_environ(TMPDIR=str(temporary)), cwd=checkout, check=True)
    result = json.loads((checkout / "out" / "psycopg-8811" / "result.json").read_text())
    assert result["verdict"] == "passed", "it is the copy that ran"
    assert list(temporary.iterdir()) == []
