"""`make explain-<suite>` shows the difference for every known failure. Real runs and their artifacts."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.report.explain import explain
from e2e_common.report.model import load
from e2e_common.report.rerun import pattern_of
from e2e_common.util.paths import ROOT, SUITES, suite_names
from tests.conftest import Ran, Suite, clean_environ, execute


@pytest.mark.slow
@pytest.mark.parametrize("suite", suite_names())
def test_it_shows_every_known_failure(suite: str, tmp_path: Path) -> None:
    words = [ROOT / "scripts" / "e2e.sh", "run", suite, "8000", "--phases", "setup,record,replay,check"]
    done = execute(*words, env=clean_environ(E2E_OUT=str(tmp_path)))
    assert done.returncode == 0, done.stdout + done.stderr
    report = load(RunFolder(tmp_path / f"{suite}-8000"), SUITES / suite / "e2e-tests")
    for failure, entry in report.verdict.known:
        assert failure.request is not None
        text = "\n".join(explain(report, report.by_name[failure.request]))
        assert failure.message in text
        assert f"{entry.cause.id} ({entry.place}): {entry.cause.title}" in text
    assert bool(report.verdict.known) == (SUITES / suite / "e2e-tests" / "known_failures.yaml").exists()


def verb(name: str, suite: Suite, **options: str) -> tuple[int, str]:
    done = execute(ROOT / "scripts" / "e2e.sh", name, suite.folder, env=suite.environ(options))
    return done.returncode, done.stdout + done.stderr


def test_a_red_run_names_the_command_that_explains_it_and_a_typo_is_reported(ran: Ran) -> None:
    canary, red = ran("hidden miss")
    assert red.code == 1
    command = next(line.partition(": ")[2] for line in red.output.splitlines() if line.startswith("    all of it: "))
    done = execute("bash", "-c", command, env=clean_environ(), check=True)
    assert "NO RECORDED ANSWER" in done.stdout and "the nearest recorded: GET http://" in done.stdout
    assert "recorded, and NOT asked for (span " in done.stdout
    code, table = verb("traces", canary)
    assert code == 0
    assert "  hidden miss" in table and "asked for, not recorded: GET http://" in table
    lines = table.splitlines()
    assert lines[0].startswith("canary-8000: 2 requests, 2 traces, 1 outbound calls; failed, exit 1")
    code, output = verb("explain", canary, E2E_ONLY="GET /fien")
    assert (code, "did you mean GET /fine?" in output) == (2, True), output
    assert verb("traces", canary, E2E_ONLY="GET /fien") == (code, output)
    assert verb("explain", canary, E2E_ONLY=pattern_of("GET /fine"))[0] == 0
    assert verb("explain", canary, E2E_ONLY="GET*")[1].count("Answered in recording") == 1


def test_where_there_is_nothing_to_explain_it_says_so(canary: Suite, ran: Ran) -> None:
    assert verb("explain", canary, E2E_ONLY="x") == (
        2,
        f"e2e: there is no run in {canary.out}/canary-8000: make e2e-canary first\n",
    )
    canary, red = ran("does not start")
    assert red.code == 1
    code, output = verb("explain", canary, E2E_ONLY="x")
    assert code == 2 and "the application exited with status 1 at start" in output
    assert verb("traces", canary)[0] == 2
    code, output = verb("explain", canary)
    assert code == 2 and output.startswith("e2e: which request? E2E_ONLY='its name' ")
