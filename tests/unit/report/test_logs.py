"""e2e_common/report/logs.py: which lines of a log belong to a request, which of them matter, and the ends of logs."""

from __future__ import annotations

import time
from pathlib import Path

from e2e_common.judge.evidence import Evidence
from e2e_common.report import logs
from e2e_common.report.model import RequestReport
from tests.unit.judge.good_run import ORDER, T0, GoodRun
from tests.unit.report.made import reported

START = """2026-09-21T14:13:20 [TuskDrift] SDK initialized successfully (version=0.1.29)
 * Serving Flask app 'app'
Press CTRL+C to quit
2026-09-21 14:13:21,005 [TuskDrift] INFO App marked as ready
"""
NAMES = ("health", "create order", "leak")
ACCESS = '127.0.0.1 - - [21/Sep/2026 14:13:20] "{} HTTP/1.1" {} -\n'


def of(run: GoodRun, name: str) -> tuple[RequestReport, Evidence]:
    found = reported(run)
    return found.by_name[name], found.verdict.evidence


def recorded(log: str, *paths: str, has_order: bool = True) -> dict[str, list[str]]:
    """The lines of each request of a good run whose record log is `log`; `paths`: of its three requests."""
    run = GoodRun()
    run.raw["record_log"] = log.encode()
    for number, path in enumerate(paths):
        run.requests[number]["path"] = path
    if not has_order:
        del run.traces[run.name(2)]
    return {name: logs.in_recording(*of(run, name)) for name in NAMES}


def test_what_stands_before_its_answer_is_a_requests() -> None:
    log = START + ACCESS.format("GET /health", 200) + "of a\n" + ACCESS.format("GET /a?x=1", 200) + "of b\n"
    log += "\x1b[31mred\x1b[0m\n" + ACCESS.format("GET /b%20c", 500) + ACCESS.format("GET /d", 200) + "the end\n"
    found = recorded(log, "/a?x=1", "/b%20c", "/d")
    assert found == {
        "health": ["of a", ACCESS.format("GET /a?x=1", 200).strip()],
        "create order": ["of b", "red", ACCESS.format("GET /b%20c", 500).strip()],
        "leak": [ACCESS.format("GET /d", 200).strip()],
    }


def test_a_request_without_a_trace_has_what_comes_before_the_next_answer_too() -> None:
    blocked = f"2026-09-21 14:13:20,000 [TuskDrift] DEBUG Blocked trace {'a' * 32}: binary_content:HTML\n"
    log = ACCESS.format("GET /a", 200) + ACCESS.format("GET /b", 200) + blocked + ACCESS.format("GET /c", 200)
    assert recorded(log, "/a", "/b", "/c", has_order=False)["create order"][-1] == blocked.strip()
    assert len(recorded(log, "/a", "/b", "/c")["create order"]) == 1


def test_a_line_that_names_the_trace_of_another_is_not_its_own() -> None:
    log = ACCESS.format("GET /a", 200) + f"of {ORDER}\nown\n" + ACCESS.format("GET /b", 200)
    assert recorded(log, "/a", "/c", "/b")["leak"][0] == "own"


def test_without_lines_of_answers_those_of_the_sdk_go_by_the_second() -> None:
    for in_zone in (time.localtime, time.gmtime):
        at = [time.strftime("%Y-%m-%d %H:%M:%S", in_zone(T0 + second)) for second in (1, 2, 5)]
        log = "".join(f"{stamp},123 [TuskDrift] INFO line {number}\n" for number, stamp in enumerate(at)) + "no stamp\n"
        found = recorded(log, has_order=False)
        assert [line[-6:] for line in found["create order"]] == ["line 0", "line 1"]
    assert recorded("nothing of the kind\n")["health"] == []


def test_in_replay_the_bundled_cli_says_where_the_lines_of_a_test_begin() -> None:
    run = GoodRun()
    run.log = "2026-09-21 14:13:20 [TuskDrift] x\nof health\nof order\nof leak\n"
    for line, begin in zip((line for line in run.mocks if line["event"] == "test"), (34, 44, 53)):
        line["logged"] = begin
    assert [logs.in_replay(*of(run, name)) for name in NAMES] == [["of health"], ["of order"], ["of leak"]]


def test_in_replay_the_official_cli_leaves_the_lines_that_name_the_trace() -> None:
    run = GoodRun()
    run.replay["cli"] = {"name": "official", "version": "1"}
    run.log = f"2026-09-21T14:13:20 [TuskDrift] x\nTCP of {ORDER}\n  File x\n    y\nother\n"
    assert logs.in_replay(*of(run, "create order")) == [f"TCP of {ORDER}"]


def test_of_a_traceback_the_frames_of_libraries_do_not_matter() -> None:
    ours = ["Traceback (most recent call last):", '  File "/x/src/app.py", line 2, in g', "    ours()", "ValueError: x"]
    flask = ['  File "/x/lib/python3.11/site-packages/flask/app.py", line 1, in f', "    library()", "    ^^^^^^^^^"]
    socket = ['  File "/x/lib/python3.11/socket.py", line 3, in h', "    library()", ""]
    assert logs.that_matter([ours[0], *flask, *ours[1:3], *socket, ours[3]]) == ours


def test_the_usual_lines_do_not_matter_and_an_answer_of_500_does() -> None:
    log = START + ACCESS.format("GET /a", 200) + ACCESS.format("\x1b[35mGET /b", "500") + "canary: on purpose\n"
    found = logs.that_matter(logs.lines_of(log.encode()))
    assert [line.partition("] ")[2] or line for line in found] == ['"GET /b HTTP/1.1" 500 -', "canary: on purpose"]


def test_the_ends_of_logs_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "huge.log").write_bytes(b"first\n" + b"x" * 3_000_000 + b"\n" + b"line\n" * 200)
    (tmp_path / "empty.log").touch()
    (tmp_path / "tusk-cli.log").write_text("of the replay\n")
    (huge, ended), (name, text) = logs.ends(tmp_path)
    assert (name, text) == ("tusk-cli.log", "of the replay")
    assert huge == "huge.log" and ended.endswith("line\nline") and len(ended) < logs.END
