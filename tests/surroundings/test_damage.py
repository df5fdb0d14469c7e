"""What befalls the artifacts between two phases: each damage is named, with the exit code of the contract, and none is
green but what the verdict does not rest on. One run serves them all; each damage gets a copy of it."""
# ruff: noqa: E501 (a table reads best with one case a line)

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import CANARIES, Finished, Suite

REPLAY = ("--phases", "setup,replay,check,cleanup")
CHECK = ("--phases", "check")
KNOBS = {"CANARY": "hangs in replay"}  # two requests; recorded and replayed without the fault
Damage = Callable[[Path], object]


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """The canary application with a good run of two requests."""
    suite = Suite(tmp_path_factory.mktemp("damage") / "canary", CANARIES)
    app = suite.folder / "src" / "app.py"
    app.write_text(app.read_text().replace("    if IN_REPLAY:\n        hang()\n", ""))
    run = suite.run(**KNOBS)
    assert run.code == 0, run.output
    return suite


def every(pattern: str, damage: Damage) -> Damage:
    def apply(folder: Path) -> None:
        found = sorted(folder.glob(pattern))
        assert found, pattern
        for path in found:
            damage(path)

    return apply


def first(pattern: str, damage: Damage) -> Damage:
    return lambda folder: damage(min(folder.glob(pattern)))


def delete(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    """The second half is gone, as after a crash of the machine."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def blank(path: Path) -> None:
    """The first half was never written, as after a crash of the machine."""
    data = path.read_bytes()
    path.write_bytes(bytes(len(data) // 2) + data[len(data) // 2 :])


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def lose_its_last_line(path: Path) -> None:
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))


def double(path: Path) -> None:
    shutil.copyfile(path, path.with_name(f"copy-of-{path.name}"))


def swap_the_numbers(folder: Path) -> None:
    """Each trace then claims to be of the other's request."""
    one, other = sorted(folder.glob("traces/*.jsonl"))
    texts = one.read_text(), other.read_text()
    numbers = [json.loads(text.splitlines()[-1])["inputValue"]["headers"]["X-E2E-Request"] for text in texts]
    for path, text, number in zip((one, other), texts, reversed(numbers)):
        span = json.loads(text.splitlines()[-1])
        span["inputValue"]["headers"]["X-E2E-Request"] = number
        path.write_text("\n".join([*text.splitlines()[:-1], json.dumps(span)]) + "\n")


TRACES = "traces/*.jsonl"
LOG = "logs/tusk-replay-*.log"

# between recording and replay: damage, exit code, what is said
BEFORE_REPLAY: dict[str, tuple[Damage, int, str]] = {
    "a trace cut": (first(TRACES, cut), 1, "the CLI says: Error: failed to load tests: malformed span in"),
    "a trace deleted": (first(TRACES, delete), 1, "no trace was recorded"),
    "a trace emptied": (first(TRACES, empty), 1, "holds no span"),
    "a trace twice": (first(TRACES, double), 1, "2 traces of one request"),
    "the traces' numbers swapped": (swap_the_numbers, 1, "the trace is of GET"),
    "every trace deleted": (every(TRACES, delete), 4, "2 requests were sent and the SDK recorded no trace at all"),
    "requests.jsonl deleted": (first("requests.jsonl", delete), 4, "no request was sent: requests.jsonl is missing"),
    "requests.jsonl emptied": (first("requests.jsonl", empty), 4, "no request was sent: requests.jsonl names no request"),
    "requests.jsonl cut": (first("requests.jsonl", cut), 1, "requests.jsonl, line 2: no JSON"),
    "requests.jsonl without its end": (first("requests.jsonl", lose_its_last_line), 1, "the script broke off: requests.jsonl has no end line"),
    "run.json deleted": (first("run.json", delete), 2, "there is no recording in"),
    "run.json emptied": (first("run.json", empty), 2, "is not JSON"),
    "run.json cut": (first("run.json", cut), 2, "is not JSON"),
    "run.json of another program": (first("run.json", lambda path: path.write_text("{}")), 2, "did not end"),
    "the whole run deleted": (shutil.rmtree, 2, "there is no recording in"),
}  # fmt: skip

# between replay and check
BEFORE_CHECK: dict[str, tuple[Damage, int, str]] = {
    "a trace cut": (first(TRACES, cut), 1, "malformed trace"),
    "a trace deleted": (first(TRACES, delete), 1, "no trace was recorded"),
    "a trace twice": (first(TRACES, double), 1, "2 traces of one request"),
    "the traces' numbers swapped": (swap_the_numbers, 1, "the trace is of GET"),
    "requests.jsonl cut": (first("requests.jsonl", cut), 1, "requests.jsonl, line 2: no JSON"),
    "the replay log deleted": (first(LOG, delete), 1, "no logs/tusk-replay-*.log"),
    "the replay log emptied": (first(LOG, empty), 1, "is empty: the application's output in replay was not kept"),
    "the replay log cut": (first(LOG, cut), 1, "was cut"),
    "the replay log blanked": (first(LOG, blank), 1, "holds zero bytes: it was cut while it was being written"),
    "a pipe in place of the replay log": (first(LOG, pipe), 1, "could not be read: it is no file"),
    "a pipe in place of the CLI's log": (first("logs/tusk-cli.log", pipe), 1, "could not be read: it is no file"),
    "results.json deleted": (first("results.json", delete), 4, "nothing was replayed: results.json is missing"),
    "results.json emptied": (first("results.json", empty), 4, "nothing was replayed: results.json is empty"),
    "results.json cut": (first("results.json", cut), 1, "broken or cut off"),
    "the CLI's log deleted": (first("logs/tusk-cli.log", delete), 1, "is missing: the CLI's totals cannot be compared"),
    "replay.json deleted": (first("replay.json", delete), 1, "replay.json is missing: the replay did not run to its end"),
    "replay.json cut": (first("replay.json", cut), 1, "replay.json: no JSON"),
    "mocks.jsonl deleted": (first("mocks.jsonl", delete), 1, "mocks.jsonl is missing"),
    "mocks.jsonl cut": (first("mocks.jsonl", cut), 1, "mocks.jsonl"),
    "mocks.jsonl without its end": (first("mocks.jsonl", lose_its_last_line), 1, "mocks.jsonl has no end line"),
    "touched.jsonl deleted": (first("touched.jsonl", delete), 1, "touched.jsonl is missing"),
    "touched.jsonl emptied": (first("touched.jsonl", empty), 1, "touched.jsonl is empty"),
    "touched.jsonl without its end": (first("touched.jsonl", lose_its_last_line), 1, "touched.jsonl has no closed line at its end"),
    "run.json deleted": (first("run.json", delete), 2, "there is no recording in"),
}  # fmt: skip


def damaged(done: Suite, folder: Path, damage: Damage, words: tuple[str, ...]) -> Finished:
    suite = done.copied(folder / "canary")
    damage(suite.out / "canary-8000")
    return suite.run(*words, **KNOBS)


def check(run: Finished, code: int, says: str) -> None:
    assert (run.code, run.result["code"]) == (code, code), run.output
    assert says in run.result["reason"]
    assert says in run.output
    assert any(f"    {words}: " in run.output for words in ("again", "only this")), "what to do next"


@pytest.mark.slow
@pytest.mark.parametrize(("damage", "code", "says"), BEFORE_REPLAY.values(), ids=BEFORE_REPLAY)
def test_between_recording_and_replay(done: Suite, tmp_path: Path, damage: Damage, code: int, says: str) -> None:
    check(damaged(done, tmp_path, damage, REPLAY), code, says)


@pytest.mark.parametrize(("damage", "code", "says"), BEFORE_CHECK.values(), ids=BEFORE_CHECK)
def test_between_replay_and_check(done: Suite, tmp_path: Path, damage: Damage, code: int, says: str) -> None:
    check(damaged(done, tmp_path, damage, CHECK), code, says)


@pytest.mark.parametrize("name", ["result.json", "logs/requests.log"])
def test_what_the_verdict_does_not_rest_on_may_go(done: Suite, tmp_path: Path, name: str) -> None:
    run = damaged(done, tmp_path, first(name, delete), CHECK)
    assert (run.code, run.result["verdict"]) == (0, "passed"), run.output
