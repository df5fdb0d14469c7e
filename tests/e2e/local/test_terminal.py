"""The output of a run, and the modules that a green one does not need."""

from __future__ import annotations

from e2e_common.report.terminal import LINES
from e2e_common.util.paths import CACHE
from tests.conftest import Copied, Ran, Suite, execute
from tests.e2e.local.test_canaries import ALL

NEEDLESS = {
    "yaml", "flask", "werkzeug", "requests", "packaging", "google", "psycopg2", "redis", "jinja2", "xml",
    *(f"e2e_common.report.{name}" for name in ("model", "terminal", "junit")),
}  # fmt: skip


def test_a_green_run_imports_only_what_it_needs() -> None:
    script = "import sys, e2e_common.base_runner; print(*sys.modules)"
    done = execute(CACHE / "harness" / "bin" / "python", "-c", script, check=True)
    assert "e2e_common.base_runner" in done.stdout
    assert not NEEDLESS & set(done.stdout.split())


def test_a_fault_in_the_suites_set_up_shows_its_line(canary: Suite) -> None:
    entrypoint = canary.folder / "entrypoint.py"
    fault = "\n    def set_up(self, _):\n        self.seed()\n\n    def seed(self):\n        raise KeyError('tea')\n"
    text = entrypoint.read_text()
    assert "E2ETestRunnerBase):\n" in text
    entrypoint.write_text(text.replace("E2ETestRunnerBase):\n", f"E2ETestRunnerBase):{fault}"))
    run = canary.run(CANARY="")
    assert run.code == 1, run.output
    lines = run.output.splitlines()
    assert lines[0] == "✗ canary    KeyError: 'tea'"
    assert "    |     raise KeyError('tea')" in lines and "    |     self.seed()" in lines
    assert len(lines) <= LINES
    assert "e2e_common/base_runner.py" in (run.folder / "logs" / "harness.log").read_text()


def test_no_such_request(canary: Suite) -> None:
    run = canary.run(CANARY="", E2E_ONLY="GET /fien")
    assert (run.code, len(run.output.splitlines())) == (2, 3), run.output
    assert run.output.startswith("✗ canary    E2E_ONLY=GET /fien: ") and "did you mean GET /fine?" in run.output


def test_colours_are_for_terminals(ran: Ran, copied: Copied) -> None:
    _, red = ran(ALL)
    assert "\x1b" not in red.output
    canary = copied(ALL)
    output = canary.run(*Suite.CHECK, NO_COLOR="1", FORCE_COLOR="1").output
    assert "\x1b[31m- body $.fine: False\x1b[0m" in output
