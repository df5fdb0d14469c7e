"""Rule 4: the CLI's exit status and totals agree with its results."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

from collections.abc import Callable

from tests.unit.judge.good_run import HEALTH, LEAK, ORDER, GoodRun, result
from tests.unit.judge.verdict.spoiling import Said, Spoiled, all_of, order_result, raw, results


def exit_status_0(run: GoodRun) -> None:
    run.replay["exit_status"] = run.mocks[-1]["exit_status"] = 0


def totals_of_three(counts: str) -> Callable[[GoodRun], None]:
    return lambda run: setattr(run, "totals", f"Tests: 3 total, {counts}\n")


# fmt: off
CASES = [
    Spoiled("totals disagree", lambda run: setattr(run, "totals", "Tests: 4 total, 4 passed, 0 failed\n"), "the CLI's totals (4 total, 4 passed, 0 failed, 0 crashed) disagree with its 3 results, of which 3 passed", 4, "run"),
    Spoiled("totals: one failed", lambda run: setattr(run, "totals", "Tests: 3 total, 3 passed, 1 failed\n"), "the CLI's totals (3 total, 3 passed, 1 failed, 0 crashed) disagree with its 3 results, of which 3 passed", 4, "run"),
    Spoiled("totals: one did not pass", lambda run: setattr(run, "totals", "Tests: 3 total, 2 passed, 0 failed\n"), "the CLI's totals (3 total, 2 passed, 0 failed, 0 crashed) disagree with its 3 results, of which 3 passed", 4, "run"),
    Spoiled("two totals", lambda run: setattr(run, "totals", run.totals + "Tests: 1 total, 1 passed, 0 failed\n"), "logs/tusk-cli.log holds several totals lines ('Tests: N total, …') that differ", 4, "run"),
    Spoiled("no totals", lambda run: setattr(run, "totals", ""), "logs/tusk-cli.log holds no totals ('Tests: N total, …')", 4, "run"),
    Spoiled("no CLI log", raw(cli_log=None), "logs/tusk-cli.log is missing: the CLI's totals cannot be compared with its results", 4, "run"),
    Spoiled("exit status 1", results(result(HEALTH), result(ORDER), result(LEAK), status=1), "the CLI ended with status 1, but 3 of its 3 results passed", 4, "run"),
    Spoiled("ended by a signal", results(result(HEALTH), result(ORDER), result(LEAK), status=-11), "the bundled CLI was ended by SIGSEGV when 3 tests were done", 4, "run"),
    Spoiled("totals: 0 of 0", lambda run: setattr(run, "totals", "Tests: 0 total, 0 passed, 0 failed\n"), "the CLI's totals (0 total, 0 passed, 0 failed, 0 crashed) disagree with its 3 results, of which 3 passed", 4, "run"),
    Spoiled("exit status null", lambda run: (run.replay.update(exit_status=None), run.mocks[-1].update(exit_status=None)), "the CLI ended with status None, but 3 of its 3 results passed", 4, "run"),
    Spoiled("replay.json missing", raw(replay=None), "replay.json is missing: the replay did not run to its end", 4, "run"),
    Spoiled("replay.json broken", raw(replay=b"{"), "replay.json: no JSON: Expecting property name enclosed in double quotes (column 2)", 4, "run"),
    Spoiled("unknown CLI", lambda run: run.replay.update(cli={"name": "other", "version": ""}), "replay.json: Expected `str` matching regex '\\\\A(bundled|official)\\\\Z' - at `$.cli.name`", 4, "run"),
    Spoiled("left_behind is no list", lambda run: run.replay.update(left_behind="none"), "replay.json: Expected `array`, got `str` - at `$.left_behind`", 4, "run"),
    Spoiled("again is no list of objects", lambda run: run.replay.update(retries=[HEALTH]), "replay.json: Expected `object`, got `str` - at `$.retries[0]`", 4, "run"),
    Spoiled("ended by a signal without a name", results(result(HEALTH), result(ORDER), result(LEAK), status=-99), "the bundled CLI was ended by signal 99 when 3 tests were done", 4, "run"),
]
EXACT = [
    *(Said(f"a crashed test, {totals}", all_of(order_result(passed=False, crashed_server=True, error="EOF"), totals_of_three(totals)), ("crashed server; EOF",)) for totals in ("2 passed, 0 failed, 1 crashed server", "2 passed, 1 failed, 1 crashed server")),
    Said("a CLI that ends well in spite of a failed test", all_of(order_result(passed=False), exit_status_0), ("did not pass (the CLI gives no reason)", "the CLI ended with status 0, but 2 of its 3 results passed")),
]
# fmt: on
