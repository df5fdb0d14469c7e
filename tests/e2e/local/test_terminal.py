"""The output of a run, and the modules that it does not need to import: real runs."""

from __future__ import annotations

from pathlib import Path

from e2e_common.report.terminal import LINES
from tests.conftest import Finished, Ran, Suite

OF_A_RED_RUN = {"jinja2", "xml", "e2e_common.report.model", "e2e_common.report.terminal", "e2e_common.report.junit"}
TELLS_ITS_IMPORTS = """
import atexit, os, sys
from pathlib import Path
atexit.register(lambda: Path(os.environ["IMPORTS"]).write_text("\\n".join(sys.modules)))
"""


def run_and_list(suite: Suite, imports: Path, *words: str, **options: str) -> tuple[Finished, set[str]]:
    """Runs the suite in a process that reports its imported modules at its end."""
    entrypoint = suite.folder / "entrypoint.py"
    entrypoint.write_text(
        TELLS_ITS_IMPORTS + entrypoint.read_text().replace("from __future__ import annotations\n", "")
    )
    run = suite.run(*words, IMPORTS=str(imports), **options)
    return run, set(imports.read_text().split())


def test_a_green_run_says_one_line_and_imports_nothing_of_a_red_one(canary: Suite, tmp_path: Path) -> None:
    run, imported = run_and_list(canary, tmp_path / "imports", CANARY="")
    assert run.code == 0, run.output
    assert run.output.count("\n") == 1 and run.output.startswith("✓ canary ")
    assert {"e2e_common.base_runner", "e2e_common.judge.verdict"} <= imported, "the list is that of the run"
    assert not OF_A_RED_RUN & imported


def test_a_red_one_imports_them_and_shows_a_differing_answer_at_once(canary: Suite, tmp_path: Path) -> None:
    run, imported = run_and_list(canary, tmp_path / "imports", "8610", CANARY="random number")
    assert run.code == 1, run.output
    assert {"e2e_common.report.model", "e2e_common.report.terminal"} <= imported, "the names above are right"
    assert not {"jinja2", "e2e_common.report.junit"} & imported
    lines = run.output.splitlines()
    assert lines[0].startswith("✗ canary    'random number': response.body")
    assert lines[1] == "    expected (-), and got in replay (+):"
    assert lines[2].startswith('    - response.body.text: "') and lines[3].startswith('    + response.body.text: "')
    assert lines[-2].startswith("    only this: E2E_ONLY='random number' ") and lines[-2].endswith(" 8610")


def test_a_fault_in_the_suites_set_up_shows_its_line(canary: Suite) -> None:
    entrypoint = canary.folder / "entrypoint.py"
    fault = (
        "    def set_up(self, variables):\n        self.seed()\n\n    def seed(self):\n        raise KeyError('tea')\n"
    )
    text = entrypoint.read_text()
    head, base, rest = text.partition("E2ETestRunnerBase):\n")
    assert base, text
    entrypoint.write_text(head + base + fault + rest)
    run = canary.run(CANARY="")
    assert run.code == 1, run.output
    lines = run.output.splitlines()
    assert lines[0] == "✗ canary    KeyError: 'tea'"
    assert "    |     raise KeyError('tea')" in lines and "    |     self.seed()" in lines
    assert len(lines) <= LINES
    assert "e2e_common/base_runner.py" in (run.folder / "logs" / "harness.log").read_text()


def test_no_such_request(canary: Suite) -> None:
    run = canary.run(CANARY="", E2E_ONLY="GET /fien")
    assert run.code == 2, run.output
    assert run.output.splitlines()[0].startswith("✗ canary    E2E_ONLY=GET /fien: ")
    assert "did you mean GET /fine?" in run.output
    assert len(run.output.splitlines()) == 3


def test_colours_are_for_terminals(ran: Ran, tmp_path: Path) -> None:
    suite, red = ran("wrong answer")
    assert "\x1b" not in red.output
    canary = suite.copied(tmp_path / "canary")
    for options, coloured in (({}, False), ({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True)):
        output = canary.run("--phases", "check", **options).output
        assert ("\x1b[31m- body $.fine: False\x1b[0m" in output) is coloured
        assert ("\x1b" in output) is coloured
