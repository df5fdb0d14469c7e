"""`make explain-<suite>` shows the difference for every known failure. Real runs and their artifacts."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.report.explain import explain
from e2e_common.report.model import load
from e2e_common.util.paths import SUITES, suite_names
from tests.conftest import E2E, Ran, Suite, clean_environ, execute
from tests.e2e.local.test_canaries import ALL


@pytest.mark.slow
@pytest.mark.parametrize("suite", suite_names())
def test_it_shows_every_known_failure(suite: str, tmp_path: Path) -> None:
    words = (suite, "8000", "--phases", "setup,record,replay,check")
    execute(E2E, "run", *words, env=clean_environ(E2E_OUT=str(tmp_path)), check=True)
    report = load(RunFolder(tmp_path / f"{suite}-8000"), SUITES / suite / "e2e-tests")
    for failure, entry in report.verdict.known:
        assert failure.request is not None
        text = "\n".join(explain(report, report.by_name[failure.request]))
        assert failure.message in text
        assert f"{entry.cause.id} ({entry.place}): {entry.cause.title}" in text
    assert bool(report.verdict.known) == (SUITES / suite / "e2e-tests" / "known_failures.yaml").exists()


def verb(name: str, suite: Suite, **options: str) -> tuple[int, str]:
    done = suite.verb(name, **options)
    return done.returncode, done.stdout + done.stderr


def test_a_red_run_names_the_command_that_explains_it_and_a_typo_is_reported(ran: Ran) -> None:
    canary, red = ran(ALL)
    command = next(line.partition(": ")[2] for line in red.output.splitlines() if line.startswith("    all of it: "))
    assert "body $.fine: expected False, got True" in execute("bash", "-c", command, env=clean_environ()).stdout
    _, output = verb("explain", canary, E2E_ONLY="hidden miss or raw socket")
    assert output.count("Answered in recording") == 2
    assert "NO RECORDED ANSWER" in output and "the nearest recorded: GET http://" in output
    assert "recorded, and NOT asked for (span " in output
    assert "connection.sendall(" in output and "/src/app.py" in output, "the line of the application"
    assert "site-packages" not in output, "the frames of libraries say nothing of the fault"
    code, table = verb("traces", canary)
    assert code == 0
    assert "  hidden miss" in table and "asked for, not recorded: GET http://" in table
    lines = table.splitlines()
    assert lines[0].startswith("canary-8000: 13 requests, 12 traces, 1 outbound calls; failed, exit 1")
    code, output = verb("explain", canary, E2E_ONLY="GET /fien")
    assert (code, "did you mean GET /fine?" in output) == (2, True), output
    assert verb("traces", canary, E2E_ONLY="GET /fien") == (code, output)


def test_where_there_is_nothing_to_explain_it_says_so(canary: Suite, ran: Ran) -> None:
    assert verb("explain", canary, E2E_ONLY="x") == (
        2,
        f"e2e: there is no run in {canary.out}/canary-8000: make e2e-canary first\n",
    )
    canary, _ = ran("does not start")
    code, output = verb("explain", canary, E2E_ONLY="x")
    assert (code, "the application exited with status 1 at start" in output) == (2, True)
    assert verb("traces", canary)[0] == 2
    code, output = verb("explain", canary)
    assert (code, output.startswith("e2e: which request? E2E_ONLY='its name' ")) == (2, True)
