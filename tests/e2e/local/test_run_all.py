"""Several suites in one run: real concurrent runs, and small stand-ins for rare outcomes."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e_common.run.all_suites import exit_code
from e2e_common.util.paths import ROOT
from tests.conftest import CANARIES, Suite, clean_environ, execute, hangs_in_recording
from tests.processes import at_terminal, interrupted, running

RUN_ALL = ROOT / "scripts" / "run-all-e2e-tests.sh"

STAND_IN = """
import json, os, sys, time
from pathlib import Path

name, code, leaves, wanted = {name!r}, {code!r}, {leaves!r}, {wanted!r}
print(name, "begins", flush=True)
out = Path(os.environ["E2E_OUT"])
marks = out / "marks"
marks.mkdir(parents=True, exist_ok=True)

(marks / name).touch()
limit = time.monotonic() + 20
while len(list(marks.iterdir())) < wanted and time.monotonic() < limit:
    time.sleep(0.01)
if wanted:
    time.sleep(0.3)  # one that should not be there would show
with (out / "seen").open("a") as log:
    print(len(list(marks.iterdir())), file=log)
(marks / name).unlink()
if leaves is not None:
    result = {{
        "code": leaves, "verdict": "failed" if leaves == 1 else "error" if leaves else "passed", "reason": "a reason",
        "runtime": "local",
        "requests": {{"sent": 3, "passed": 2 if leaves else 3, "known_failures": 0}}, "seconds": {{"total": 0.1}},
    }}
    folder = out / (name + "-" + sys.argv[1])
    folder.mkdir(exist_ok=True)
    (folder / "result.json").write_text(json.dumps(result))
print(name, "ends", flush=True)
if code < 0:
    os.kill(os.getpid(), -code)
sys.exit(code)
"""


class Several:
    """A few suites in a temporary folder, and the command that runs them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder / "out"
        self.suites: list[str] = []

    def real(self, name: str, fault: str) -> None:
        """Adds the canary application with `fault`."""
        suite = Suite(self.folder / name, CANARIES)
        for path in (suite.folder / "src").glob("*.py"):
            path.write_text(path.read_text().replace('os.environ.get("CANARY", "")', repr(fault)))
        self.suites.append(str(suite.folder))

    def stand_in(self, name: str, code: int = 0, leaves: int | None = None, wanted: int = 0) -> None:
        """Adds a suite that ends with `code` (negative: by a signal), after `wanted` of them have run at the same time.

        `leaves` is the code in its result.json (None: no result.json)."""
        folder = self.folder / name / "e2e-tests"
        folder.mkdir(parents=True)
        text = STAND_IN.format(name=name, code=code, leaves=leaves, wanted=wanted)
        (folder / "entrypoint.py").write_text(text)
        self.suites.append(str(folder))

    def environ(self, **options: str) -> dict[str, str]:
        return clean_environ(**{"E2E_OUT": str(self.out), **options})

    def make(self, *words: str) -> list[str]:
        return ["make", "-C", str(ROOT), *words, "e2e-all", f"SUITES={' '.join(self.suites)}"]

    def script(self, *words: str) -> list[str]:
        return [str(RUN_ALL), *words, *self.suites]

    def run(self, command: list[str], **options: str) -> subprocess.CompletedProcess[str]:
        done = execute(*command, env=self.environ(**options))
        done.stdout += done.stderr
        return done

    def codes(self, *names: str) -> list[int]:
        return [json.loads((self.out / f"{name}-8000" / "result.json").read_text())["code"] for name in names]


@pytest.fixture
def several(tmp_path: Path) -> Several:
    return Several(tmp_path)


def table(output: str) -> list[list[str]]:
    """Returns the rows of the table, split into words."""
    lines = output.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("suite "))
    end = next(number for number, line in enumerate(lines) if "suites passed" in line)
    return [line.split() for line in lines[start + 1 : end]]


def test_a_failing_suite_stops_none_of_the_others(several: Several) -> None:
    several.real("red", "wrong answer")
    several.stand_in("lost", -9)
    several.stand_in("green", leaves=0)
    done = several.run(several.make("-j2"))
    assert (done.returncode, "Error 1" in done.stdout) == (2, True), done.stdout
    red, lost, green = table(done.stdout)  # in the order of the command line
    assert green[:6] == ["green", "passed", "3", "of", "3", "0"]
    assert red[:6] == ["red", "failed", "1", "of", "2", "0"]
    assert "expected False, got True" in " ".join(red)
    assert str(several.out / "red-8000" / "result.json") in red[-1]
    assert lost[:2] == ["lost", "error"]
    assert "SIGKILL, and no result.json" in " ".join(lost)
    assert several.codes("red", "green") == [1, 0]
    lines = done.stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("✗ red"))
    its_own = itertools.takewhile(lambda line: line.startswith("    "), lines[start + 1 :])
    assert any(line.strip().startswith("exit 1, ") for line in its_own), "its lines are together"
    assert "1 of 3 suites passed" in done.stdout


@pytest.mark.parametrize(
    ("codes", "expected"),
    [((0, 0), 0), ((0, 3), 3), ((5, 3), 5), ((3, 1), 1), ((1, 6), 1), ((4, 0), 4), ((130, 0), 130)],
)
def test_the_exit_code(codes: tuple[int, ...], expected: int) -> None:
    assert exit_code(codes) == expected


@pytest.mark.parametrize(
    ("lost", "expected"), [([(0, None), (1, None), (-9, None), (-9, 0), (0, 1)], 4), ([(3, None), (3, 0)], 3)]
)
def test_what_left_no_result_of_its_own_is_an_error(
    several: Several, lost: list[tuple[int, int | None]], expected: int
) -> None:
    """An old result.json, or one that contradicts the exit status, does not belong to this run.

    `lost`: a suite's exit status, and the code in its result.json."""
    names = [f"lost-{number}" for number in range(len(lost))]
    for name, (code, leaves) in zip(names, lost):
        several.stand_in(name, code, leaves)
        old = several.out / f"{name}-8000" / "result.json"
        old.parent.mkdir(parents=True)
        old.write_text('{"code": 0, "verdict": "passed"}')
    done = several.run(several.script("2"))
    assert done.returncode == expected, done.stdout
    rows = table(done.stdout)
    assert [(*row[:2], *row[-3:]) for row in rows] == [(name, "error", "and", "no", "result.json") for name in names]
    assert all(f"{name} begins" in done.stdout for name in names), "what it printed is shown"


@pytest.mark.parametrize(
    ("how", "words", "at_a_time"),
    [("script", (), 1), ("script", ("2",), 2), ("script", ("0",), 4), ("make", (), 1), ("make", ("-j2",), 2)],
)
def test_so_many_at_a_time(several: Several, how: str, words: tuple[str, ...], at_a_time: int) -> None:
    for name in "abcd":
        several.stand_in(name, leaves=0, wanted=at_a_time)
    done = several.run(getattr(several, how)(*words))
    assert done.returncode == 0, done.stdout
    assert max(map(int, (several.out / "seen").read_text().split())) == at_a_time


@pytest.mark.parametrize(
    ("words", "options", "told"),
    [
        (["7x"], {}, "7x: how many suites at a time?"),
        (["-1"], {}, "-1: how many suites at a time?"),
        ([], {"E2E_ONLY": "*call*"}, "E2E_ONLY=*call*"),
        ([], {"E2E_SENTINELS": "off"}, "NOT ISOLATED"),
    ],
)
def test_what_is_wrong_is_reported_before_anything_starts(
    several: Several, words: list[str], options: dict[str, str], told: str
) -> None:
    """Here by its other name, beside the suites."""
    several.stand_in("one", leaves=0)
    link = ROOT / "drift" / "instrumentation" / "run-all-e2e-tests.sh"
    done = several.run([str(link), *words, *several.suites], **options)
    assert (done.returncode, told in done.stdout, several.out.exists()) == (2, True, False)


@pytest.fixture
def hanging(several: Several) -> Iterator[Several]:
    """Two real suites that hang while recording, and a third that waits."""
    several.real("one", "hangs in recording")
    several.real("two", "hangs in recording")
    several.stand_in("three", leaves=0)
    yield several
    assert not running(str(several.out))


def both_hang(several: Several) -> bool:
    return all(hangs_in_recording(several.out / f"{name}-8000") for name in ("one", "two"))


@pytest.mark.parametrize(
    ("how", "signum"),
    [
        ("make", signal.SIGTERM),  # make does not forward INT: a terminal sends it to the whole group
        pytest.param("script", signal.SIGINT, marks=pytest.mark.slow),
        pytest.param("script", signal.SIGTERM, marks=pytest.mark.slow),
    ],
)
def test_a_signal_to_its_process_alone_ends_them_all(hanging: Several, how: str, signum: signal.Signals) -> None:
    command = getattr(hanging, how)("2" if how == "script" else "-j2")
    code, output, left = interrupted(*command, env=hanging.environ(), when=lambda: both_hang(hanging), signum=signum)
    assert (code, left) == (128 + signum if how == "script" else -signum, []), output
    assert {row[0]: row[1] for row in table(output)} == {"one": "error", "two": "error", "three": "not"}
    assert output.count(f"interrupted by {signum.name}") == 4, "a line and a row each"
    assert hanging.codes("one", "two") == [128 + signum] * 2


def test_ctrl_c_at_a_terminal_ends_them_all(hanging: Several) -> None:
    code, printed = at_terminal(hanging.make("-j2"), hanging.environ(), lambda: both_hang(hanging), b"\x03\x03")
    assert code == -signal.SIGINT, printed
    assert hanging.codes("one", "two") == [130, 130]
