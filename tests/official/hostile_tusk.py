#!/usr/bin/env python3
"""A Tusk CLI that lies, breaks off, hangs, floods and tampers, as HOSTILE says; test_hostile.py has the table.

Every behaviour is a function in ACTS, by the name of its row. It gets the ids of the recorded traces and returns the
exit status. `honest` is what an honest CLI does; most acts spoil one thing of it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ACT = os.environ.get("HOSTILE", "")
RUN = Path.cwd().parent  # the run's folder: an honest CLI has nothing to do there
LOG = Path(".tusk/logs/tusk-replay-20260101-000000.log")
HOLD_S = 120  # longer than any run here
MANY = 100_000
MEGA = 1 << 20
STRANGER = "f" * 32
BODY = {"field": "response.body", "expected": 1, "actual": 2, "description": "differs"}


def result(trace_id: str, **more: Any) -> dict[str, Any]:
    return {"test_id": trace_id, "passed": True, "cancelled": False, "duration": 3, **more}


def text_of(*results: Any) -> str:
    return "".join(f"{json.dumps(item)}\n" for item in results)


def out(text: str | bytes) -> None:
    """Standard output gets what an honest CLI would have said, or not."""
    sys.stdout.buffer.write(text if isinstance(text, bytes) else text.encode())
    sys.stdout.buffer.flush()


def err(text: str) -> None:
    sys.stderr.buffer.write(text.encode() + b"\n")
    sys.stderr.buffer.flush()


def totals(total: int, passed: int | None = None) -> None:
    passed = total if passed is None else passed
    err(f"\nTests: {total} total, {passed} passed, {total - passed} failed")


def honest(ids: list[str]) -> int:
    out(text_of(*map(result, ids)))
    totals(len(ids))
    return 0


def prints(text: Callable[[list[str]], str | bytes], said: int | None = None, status: int = 0) -> Callable[..., int]:
    """An act that prints this on standard output and claims that all is well; `said`: tests, in its totals."""

    def act(ids: list[str]) -> int:
        out(text(ids))
        totals(len(ids) if said is None else said)
        return status

    return act


def spoiled(**more: Any) -> Callable[..., int]:
    """One result differs from an honest one."""
    return prints(lambda ids: text_of(result(ids[0], **more), *map(result, ids[1:])))


def raw(change: Callable[[str], str | bytes]) -> Callable[..., int]:
    """The text of the honest results, changed."""
    return prints(lambda ids: change(text_of(*map(result, ids))))


def counts(*lines: str) -> Callable[..., int]:
    """Honest results, and these totals."""

    def act(ids: list[str]) -> int:
        out(text_of(*map(result, ids)))
        err("\n".join(lines))
        return 0

    return act


def ends(how: Callable[[], Any]) -> Callable[..., int]:
    """Honest, and then this."""

    def act(ids: list[str]) -> int:
        honest(ids)
        how()
        return 0

    return act


def dies(signum: int) -> None:
    os.kill(os.getpid(), signum)
    hold()


def hold() -> None:
    time.sleep(HOLD_S)


def deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hold()


def silent() -> None:
    os.close(1)
    hold()


def floods() -> None:
    while True:
        out(b"x" * MEGA)


def floods_stderr(ids: list[str]) -> int:
    sys.stderr.buffer.write(b"\n" * (50 * MEGA))
    out(text_of(*map(result, ids)))
    totals(len(ids), len(ids) - 1)
    return 0


def child(depth: int = 1, *, own_session: bool, deaf_too: bool = False) -> None:
    """A process that stays, below `depth - 1` others that stay too; it holds our standard output."""
    ready, told = os.pipe()
    if os.fork() == 0:
        if own_session:
            os.setsid()
        if deaf_too:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if depth > 1:
            child(depth - 1, own_session=own_session, deaf_too=deaf_too)
        os.write(told, b".")
        hold()
    os.read(ready, 1)


def daemon() -> None:
    """The classic double fork: its parent is gone before we are."""
    ready, told = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir("/")
            os.write(told, b".")
            hold()
        os._exit(0)
    os.read(ready, 1)


def tampers(change: Callable[[], Any]) -> Callable[..., int]:
    """Honest about what it leaves of the recording."""

    def act(ids: list[str]) -> int:
        change()
        left = [item for item in ids if any(RUN.glob(f"traces/*{item}*"))] or ids
        return honest(left)

    return act


def takes_a_request_away() -> None:
    """A trace and the request that it is of: all counts agree."""
    trace = max(RUN.glob("traces/*.jsonl"))
    number = json.loads(trace.read_text().splitlines()[-1])["inputValue"]["headers"]["X-E2E-Request"]
    lines = [json.loads(line) for line in (RUN / "requests.jsonl").read_text().splitlines()]
    kept = [line for line in lines if str(line.get("n")) != number]
    kept[-1]["sent"] = len(kept) - 1
    (RUN / "requests.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in kept))
    trace.unlink()


def takes_a_request_away_and_hangs() -> None:
    takes_a_request_away()
    hold()


def rewrites(name: str, old: str, new: str) -> Callable[[], None]:
    def change() -> None:
        for path in RUN.glob(name):
            path.write_text(path.read_text().replace(old, new))

    return change


def removes_the_run() -> None:
    for path in (*RUN.glob("*.json*"), *RUN.glob("traces/*")):
        path.unlink()


def adds_a_trace() -> None:
    trace = min(RUN.glob("traces/*.jsonl"))
    trace.with_name(f"x_{trace.name}").write_bytes(trace.read_bytes())


def writes_its_own_verdict(ids: list[str]) -> int:
    (RUN / "result.json").write_text(json.dumps({"schema": 1, "verdict": "passed", "code": 0, "reason": "passed"}))
    out(text_of(*(result(item, passed=False, deviations=[BODY]) for item in ids)))
    totals(len(ids), 0)
    return 1


def becomes(path: Path, make: Callable[[Path], Any]) -> None:
    path.unlink()
    make(path)


def device(path: Path) -> None:
    """One without end."""
    path.symlink_to("/dev/zero")


def stalls_and_floods(ids: list[str]) -> int:
    """It wants to be called once more, and then prints without end."""
    if "--trace-id" in sys.argv:
        floods()
    err(f'level=WARN msg="Failed to set time travel" error="timeout" traceID={ids[0]}')
    return honest(ids)


def asks(question: str, where: str) -> Callable[..., int]:
    """Wants a person at `where` before it begins."""

    def act(ids: list[str]) -> int:
        try:
            with Path(where).open() as terminal:
                answer = terminal.readline()
        except OSError as error:
            answer = ""
            err(f"Error: {question}: {error.strerror}")
        if not answer:
            err(f"Error: {question}: no answer")
            return 1
        return honest(ids)

    return act


def on_stderr_only(ids: list[str]) -> int:
    err(text_of(*map(result, ids)))
    totals(len(ids))
    return 0


def never_starts(ids: list[str]) -> int:
    LOG.unlink()
    return honest(ids)


def answers_nothing(_: list[str]) -> int:
    out("  ↳ Loaded 2 suite spans (2 unique traces)\n")
    return 0


def another_log(ids: list[str]) -> int:
    LOG.write_text("2026-01-01 a log of another program\n")
    return honest(ids)


def binary_log(ids: list[str]) -> int:
    LOG.write_bytes(b"[TuskDrift] \xff\xfe\x00\n")
    return honest(ids)


def binary_account(ids: list[str]) -> int:
    """The account of failed tests, without end."""
    agent = Path(dict(zip(sys.argv, sys.argv[1:]))["--results-dir"])
    agent.mkdir(parents=True)
    (agent / f"deviation-{ids[0]}.md").symlink_to("/dev/zero")
    return honest(ids)


def kills_its_keeper() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    hold()


def nested(_: str) -> str:
    return f'{{"test_id": "{STRANGER}", "deviations": {"[" * MANY}'


def many(ids: list[str]) -> int:
    known = [result(item) for item in ids]
    strangers = [result(f"{random.getrandbits(128):032x}") for _ in range(MANY)]
    out(text_of(*known, *strangers))
    totals(MANY + len(ids))
    return 0


def halves(ids: list[str]) -> str:
    parts = [({"test_id": item, "cancelled": False}, {"passed": True, "duration": 3}) for item in ids]
    return "".join(text_of(*pair) for pair in parts)


ESCAPES = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202edetrevni"

ACTS: dict[str, Callable[..., int]] = {
    # what it prints
    "an empty object": prints(lambda _: "{}\n"),
    "null": prints(lambda _: "null\n"),
    "a number": prints(lambda _: "2\n"),
    "a list of results": prints(lambda ids: json.dumps([result(item) for item in ids])),
    "cut in a key": raw(lambda text: text[: text.rindex('"pass') + 3]),
    "cut in a value": raw(lambda text: text[: text.rindex("true") + 2]),
    "cut before the last brace": raw(lambda text: text.rstrip("}\n")),
    "passed: 'false'": spoiled(passed="false"),
    "passed: 1": spoiled(passed=1),
    "passed: null": spoiled(passed=None),
    "passed is missing": prints(lambda ids: text_of({"test_id": ids[0], "cancelled": False, "duration": 3})),
    "one twice, one not": prints(lambda ids: text_of(*[result(ids[0])] * len(ids))),
    "ids of another run": prints(lambda ids: text_of(*(result(item[::-1]) for item in ids))),
    "upper-case ids": prints(lambda ids: text_of(*(result(item.upper().replace("0", "A")) for item in ids))),
    "an id with a line break": spoiled(test_id=STRANGER + "\n"),
    "an id that is a number": spoiled(test_id=7),
    "a result missing": prints(lambda ids: text_of(*map(result, ids[1:])), said=1),
    "an extra result": prints(lambda ids: text_of(*map(result, [*ids, STRANGER])), said=3),
    "cancelled, and passed": spoiled(cancelled=True),
    "retried, and passed": spoiled(retried_after_crash=True),
    "crashed, and passed": spoiled(crashed_server=True),
    "passed in spite of deviations": spoiled(deviations=[BODY]),
    "deviations that are none": spoiled(deviations=["body"]),
    "split over two documents": prints(halves),
    "NaN": raw(lambda text: text.replace("3", "NaN", 1) if ": 3" not in text else text.replace(": 3", ": NaN", 1)),
    "duplicate keys": raw(lambda text: text.replace('"passed": true', '"passed": false, "passed": true', 1)),
    "nested without end": raw(nested),
    "a line of 50 MB": spoiled(error="x" * (50 * MEGA)),
    "50 MB that are no result": raw(lambda text: text + "x" * (50 * MEGA)),
    "50 MB on stderr": floods_stderr,
    "invalid UTF-8": raw(lambda text: text.encode().replace(b"3}", b'3, "error": "\xff\xfe"}', 1)),
    "UTF-16": raw(lambda text: text.encode("utf-16")),
    "UTF-16 without a mark": raw(lambda text: text.encode("utf-16-le")),
    "a byte order mark": raw(lambda text: "\ufeff" + text),
    "zero bytes": raw(lambda text: text.replace("\n", "\n\0\0", 1)),
    "zero bytes first": raw(lambda text: "\0\0" + text),
    "escapes in an error": spoiled(passed=False, error=f"before {ESCAPES} after"),
    "escapes between results": raw(lambda text: text.replace("\n", f"\n{ESCAPES}\n", 1)),
    "CRLF, and wrong totals": counts("Tests: 2 total, 2 passed, 0 failed\r", "Tests: 3 total, 3 passed, 0 failed\r"),
    "a last word": raw(lambda text: f"{text}Thank you for using tusk\n"),
    "a negative duration": spoiled(duration=-1),
    "a duration of 5000 digits": raw(lambda text: text.replace(": 3", f": {'9' * 5000}", 1)),
    "a duration without end": raw(lambda text: text.replace(": 3", ": 1e999", 1)),
    "100 000 results": many,
    "all on stderr": on_stderr_only,
    # totals and status
    "totals: 0 of 0": counts("Tests: 0 total, 0 passed, 0 failed"),
    "totals: more passed than run": counts("Tests: 2 total, 5 passed, 0 failed"),
    "totals: negative": counts("Tests: -2 total, -2 passed, 0 failed"),
    "totals: twice": counts("Tests: 2 total, 2 passed, 0 failed", "Tests: 2 total, 1 passed, 1 failed"),
    "totals: none": counts("Done."),
    "exit 0 after a failure": spoiled(passed=False, deviations=[BODY]),
    "exit 1 after no failure": prints(lambda ids: text_of(*map(result, ids)), status=1),
    "exit 2 after no failure": prints(lambda ids: text_of(*map(result, ids)), status=2),
    "SIGSEGV at its end": ends(lambda: dies(signal.SIGSEGV)),
    "SIGKILL at its end": ends(lambda: dies(signal.SIGKILL)),
    "SIGKILL at once": lambda _: dies(signal.SIGKILL),  # type: ignore[dict-item,return-value]
    # time
    "hangs at once": lambda _: hold(),  # type: ignore[dict-item,return-value]
    "hangs at its end": ends(hold),
    "hangs, and hears no SIGTERM": ends(deaf),
    "hangs with stdout closed": ends(silent),
    "stops itself": ends(lambda: dies(signal.SIGSTOP)),
    "prints without end": ends(floods),
    "prints without end when it is called once more": stalls_and_floods,
    # processes
    "leaves a child": ends(lambda: child(own_session=False)),
    "leaves a child in a session of its own": ends(lambda: child(own_session=True)),
    "leaves a child that hears no SIGTERM": ends(lambda: child(own_session=True, deaf_too=True)),
    "leaves a daemon": ends(daemon),
    "leaves five, each below the other": ends(lambda: child(5, own_session=True)),
    "kills the process that called it": ends(kills_its_keeper),
    # what it does to the run's folder
    "takes a request away": tampers(takes_a_request_away),
    "takes a request away, and hangs": tampers(takes_a_request_away_and_hangs),
    "takes a trace away": tampers(lambda: max(RUN.glob("traces/*.jsonl")).unlink()),
    "adds a trace": tampers(adds_a_trace),
    "rewrites the traces": tampers(rewrites("traces/*.jsonl", '"traceId"', '"traceId" ')),
    "rewrites the requests": tampers(rewrites("requests.jsonl", '"problems"', '"problems" ')),
    "switches the sentinels off": tampers(rewrites("run.json", '"sentinels": true', '"sentinels": false')),
    "removes all it finds": tampers(removes_the_run),
    "deletes the sentinels' account": ends((RUN / "touched.jsonl").unlink),
    "deletes its own output": ends((RUN / "results.json").unlink),
    "makes a pipe of its output": ends(lambda: becomes(RUN / "results.json", os.mkfifo)),
    "makes a device of its output": ends(lambda: becomes(RUN / "results.json", device)),
    "makes a pipe of its stderr": ends(lambda: becomes(RUN / "logs" / "tusk-cli.log", os.mkfifo)),
    "makes a device of its stderr": ends(lambda: becomes(RUN / "logs" / "tusk-cli.log", device)),
    "deletes the replay log": ends(LOG.unlink),
    "makes a folder of the replay log": ends(lambda: becomes(LOG, Path.mkdir)),
    "makes a pipe of the replay log": ends(lambda: becomes(LOG, os.mkfifo)),
    "makes a device of the replay log": ends(lambda: becomes(LOG, device)),
    "writes its own result.json": writes_its_own_verdict,
    "an account without end": binary_account,
    # the application
    "never starts the application": never_starts,
    "starts it and answers nothing": answers_nothing,
    "the log of another program": another_log,
    "a log that is not text": binary_log,
    # people
    "wants a terminal": asks("open /dev/tty", "/dev/tty"),
    "asks on stdin": asks("Do you agree", "/dev/stdin"),
}

HARMLESS: dict[str, Callable[..., int]] = {
    "honest": honest,
    "CRLF": raw(lambda text: text.replace("\n", "\r\n")),
}

VERSIONS = {
    "version: nothing": "",
    "version: escapes": f"Tusk CLI (version: v1.2{ESCAPES})",
    "version: another program": "redis-cli 7.0.0",
    "version: a commit": "Tusk CLI (version: 06c827b)",
}


def version() -> int:
    if ACT == "version: hangs":
        subprocess.Popen(["sleep", str(HOLD_S)])
        hold()
    if ACT == "version: leaves a child":
        subprocess.Popen(["sleep", str(HOLD_S)])
    out(VERSIONS.get(ACT, "Tusk CLI (version: v0.1.40)") + "\n")
    return 0


def trace_ids(folder: Path) -> list[str]:
    """In the order in which the requests were sent, which the files' names do not always tell."""
    spans = [json.loads(line) for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]
    began = {span["traceId"]: tuple(span["timestamp"].values()) for span in spans if span["isRootSpan"]}
    return sorted(began, key=lambda trace_id: began[trace_id])


def main() -> int:
    if "--version" in sys.argv:
        return version()
    said = dict(zip(sys.argv, sys.argv[1:]))
    ids = trace_ids(Path(said.get("--trace-dir") or os.environ["TUSK_TRACES_DIR"]))
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("2026-01-01T00:00:00 [TuskDrift] initialized\n")
    return {**ACTS, **HARMLESS}[ACT](ids)


if __name__ == "__main__":
    raise SystemExit(main())
