"""What a verdict costs does not grow as a product; it imports little."""

from __future__ import annotations

import sys
from pathlib import Path

from e2e_common.judge.verdict import judge
from tests.conftest import execute
from tests.unit.judge.good_run import ORDER, WARNING, GoodRun


def test_fifty_megabytes_and_eight_thousand_warnings_are_judged() -> None:
    """With what grows as their product this takes minutes."""
    run, times = GoodRun(), 8_000
    warning = WARNING.format(method="connect", trace=ORDER)
    traceback = 'Traceback (most recent call last):\n  File "app.py", line 7, in leak\nOSError: {}\n'
    filler = f"{'x' * 99}\n" * 60
    run.log += "".join(warning + traceback.format(number) + filler for number in range(times))
    assert len(run.log) > 50_000_000
    messages = [failure.message for failure in judge(run.artifacts()).failures]
    assert "unpatched dependency: TCP connect() 8000 times in replay reached past the SDK" in messages
    assert sum("an exception that no request declares" in message for message in messages) == times


def test_a_green_run_imports_no_parser_of_yaml() -> None:
    code = (
        "import sys\n"
        "from tests.unit.judge.good_run import CAUSE, GoodRun\n"
        "from e2e_common.judge.verdict import judge\n"
        "run = GoodRun()\n"
        "assert judge(run.artifacts()).code == 0\n"
        "run.known = [dict(cause=CAUSE, requests=['leak'], replay={'status': 500}, when={'cli': 'official'})]\n"
        "assert judge(run.artifacts()).code == 0\n"
        "print(sorted({'yaml', 'packaging', 'requests'} & set(sys.modules)))\n"
    )
    root_folder = Path(__file__).parents[3]
    done = execute(sys.executable, "-c", code, cwd=root_folder, check=True)
    assert done.stdout == "[]\n"
