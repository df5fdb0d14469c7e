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


def test_a_red_run_names_the_command_that_explains_it_and_a_typo_is_reported(ran: Ran) -> None:
    canary, red = ran(ALL)
    command = next(line.partition(": ")[2] for line in red.output.splitlines() if line.startswith("    all of it: "))
    assert "body $.fine: expected False, got True" in execute("bash", "-c", command, env=clean_environ()).stdout
    output = canary.verb("explain", E2E_ONLY="hidden miss or raw socket").output
    assert output.count("Answered in recording") == 2
    assert "NO RECORDED ANSWER" in output and "the nearest recorded: GET http://" in output
    assert "recorded, and NOT asked for (span " in output
    assert "connection.sendall(" in output and "/src/app.py" in output, "the line of the application"
    assert "site-packages" not in output, "the frames of libraries say nothing of the fault"
    table = canary.verb("traces")
    assert (table.code, "  hidden miss" in table.output) == (0, True)
    assert "asked for, not recorded: GET http://" in table.output
    assert table.output.startswith("canary-8000: 13 requests, 12 traces, 1 outbound calls; failed, exit 1")
    for verb in ("explain", "traces"):
        typo = canary.verb(verb, E2E_ONLY="GET /fien")
        assert (typo.code, "did you mean GET /fine?" in typo.output) == (2, True), typo.output


def test_where_there_is_nothing_to_explain_it_says_so(canary: Suite, ran: Ran) -> None:
    none = canary.verb("explain", E2E_ONLY="x")
    assert (none.code, none.output) == (2, f"e2e: there is no run in {canary.out}/canary-8000: make e2e-canary first\n")
    broken, _ = ran("does not start")
    for verb, only, says in (
        ("explain", "x", "the application exited with status 1 at start"),
        ("traces", "", "the application exited with status 1 at start"),
        ("explain", "", "e2e: which request? E2E_ONLY='its name' "),
    ):
        done = broken.verb(verb, E2E_ONLY=only)
        assert (done.code, says in done.output) == (2, True), done.output
