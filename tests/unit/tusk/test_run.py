"""Whole runs of `python -m e2e_common.tusk`, against a service with a stand-in for the SDK in it."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
from pathlib import Path

import pytest

from e2e_common.tusk import Journal, ReplayError, lifecycle
from e2e_common.tusk.service import Config, ServiceProcess
from e2e_common.util.processes import stop
from e2e_common.util.readiness import wait_until
from tests.unit.tusk.project import LIMIT_S, ROOT, Finished, Project
from tests.unit.tusk.replay_support import root_dict, span_dict, write_trace


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_green_run(project: Project) -> None:
    project.record("/ok", "/mock", "/ok?b=%20c")
    done = project.run()
    assert (done.code, done.stderr) == (0, "Tests: 3 total, 3 passed, 0 failed\n")
    assert re.match(
        r'\{\n  "test_id": "t1",\n  "passed": true,\n  "cancelled": false,\n  "duration": \d+\n\}\n\{', done.stdout
    )
    assert [(each["test_id"], each["passed"]) for each in done.results] == [("t1", True), ("t2", True), ("t3", True)]
    assert "service starts" in project.log()
    (asked,), (end,) = project.events("mock"), project.events("end")
    assert (asked["trace_id"], asked["found"], asked["by"]) == ("t2", True, "value")
    for kind in ("test", "inbound"):
        assert [event["trace_id"] for event in project.events(kind)] == ["t1", "t2", "t3"]
    span = project.events("inbound")[0]
    assert (span["output"], span["schema"]) == ({"statusCode": 200.0}, {"type": 6, "properties": {}})
    assert end["exit_status"] == 0
    assert json.loads(project.mocks.read_text().splitlines()[-1]) == end
    project.assert_nothing_left()


def test_every_failure_has_an_object_of_its_own(project: Project) -> None:
    project.configure("2s")
    project.record("/ok", "/cut", "/silent", "/moved", "/hang", "/other<&>", "/die", "/ok", "/ok")
    write_trace(project.traces, "3.jsonl", root_dict("t3", "/silent", "another body"))  # failed: the wait is short
    write_trace(project.traces, "6.jsonl", root_dict("t6", "/other", {"path": "<&>", "a": 1}))
    done = project.run()
    assert (done.code, '"a": 1\n' in done.stdout) == (1, True), "whole numbers are printed as in Go"
    results = done.results
    passed = [(each["test_id"], each["passed"]) for each in results]
    assert passed == [(f"t{number}", number == 1) for number in range(1, 10)]
    assert results[1]["error"].endswith("IncompleteRead(16 bytes read, 100 more expected)")
    missing = "Inbound replay span missing; SDK did not send replay span to CLI"
    different = "Response body content mismatch"
    assert [tuple(each.values()) for n in (2, 3, 5) for each in results[n]["deviations"]] == [
        ("response.body", "another body", {"path": "/silent"}, different),
        ("replay.inbound_span", None, None, missing),
        ("response.status", 200, 302, "HTTP status code mismatch"),
        ("response.body", {"a": 1, "path": "<&>"}, {"path": "/other"}, different),
    ]
    assert results[3]["deviations"][0].keys() == {"field", "expected", "actual", "description"}
    assert results[4]["error"].endswith("/hang: no complete answer within 2 s")
    assert "the service ended with exit status 7 while it handled GET" in results[6]["error"]
    assert [each.get("crashed_server") for each in results[6:]] == [True, None, None]
    for result in results[7:]:
        assert result["error"].startswith("not run: the service had ended (exit status 7); see ")
    ok, _, moved, *_ = project.events("answer")
    assert (ok["trace_id"], ok["status"], base64.b64decode(ok["body"])) == ("t1", 200, b'{"path": "/ok"}')
    assert ["content-length", "15"] in ok["headers"]
    assert (moved["status"], ["location", "/ok"] in moved["headers"]) == (302, True)
    assert [each["trace_id"] for each in project.events("answer")] == ["t1", "t3", "t4", "t6"], "no others came"
    assert done.stderr.splitlines()[-1] == "Tests: 9 total, 1 passed, 7 failed, 1 crashed server"
    assert project.events("end")[0]["exit_status"] == 1
    project.assert_nothing_left()


def test_what_a_request_declares_that_it_does_later_is_of_its_own_test(project: Project) -> None:
    """Its call outside any context is logged before the next test begins."""
    for number, path in ((1, "/later"), (2, "/ok")):
        root = root_dict(f"t{number}", path, {"path": path})
        root["inputValue"]["headers"]["x-e2e-request"] = str(number)
        write_trace(project.traces, f"{number}.jsonl", root)
    stated = [{"n": 1, "background": 1, "leaks": []}, {"n": 2, "background": 0, "leaks": []}, {"end": True}]
    (project.folder / "requests.jsonl").write_text("".join(json.dumps(line) + "\n" for line in stated))
    done = project.run()
    assert done.code == 0, done.stderr
    first, second = project.events("test")
    log = project.log().encode()
    assert first["logged"] < log.index(b"Background request detected during replay") < second["logged"]


def test_environment_and_clock_are_those_of_the_recording(project: Project) -> None:
    variables = {"RECORDED": "yes", "HOME": "/elsewhere", "TUSK_DRIFT_MODE": "RECORD"}
    snapshot = span_dict("e", "t0", name="ENV_VARS_SNAPSHOT", isPreAppStart=True, outputValue={"ENV_VARS": variables})
    write_trace(project.traces, "0.jsonl", snapshot)
    expected = {"RECORDED": "yes", "HOME": "/home", "TUSK_DRIFT_MODE": "REPLAY", "INHERITED": "too"}
    write_trace(project.traces, "1.jsonl", root_dict("t1", "/env", expected))
    clock = root_dict("t2", "/clock", {"travelled": [1_700_000_000.123456789, 1_700_000_000.123456789]})
    write_trace(project.traces, "2.jsonl", clock)  # the clock is set before each of the two requests
    assert project.run(HOME="/home", INHERITED="too").code == 0
    project.assert_nothing_left()


@pytest.mark.parametrize(
    ("sdk", "start", "timeout", "words"),
    [
        ("", "echo begins; exit 3", "60s", ["exited during startup: exit status 3", "begins", "Service log:"]),
        ("0.0.1", None, "60s", ["SDK version '0.0.1': only releases from 0.1.0 on"]),
        ("", "sleep 30", "200ms", ["nothing accepts connections on"]),
    ],
)
def test_a_service_that_does_not_start(
    project: Project, sdk: str, start: str | None, timeout: str, words: list[str]
) -> None:
    project.record("/ok")
    if start is not None:
        readiness = {"command": "", "timeout": timeout}
        project.configure(start={"command": start}, readiness_check=readiness)
    done = project.run(FAKE_SDK=sdk)
    assert (done.code, done.results) == (1, [])
    assert [each for each in words if each not in done.stderr] == []
    assert project.events("end")[0]["exit_status"] == 1
    project.assert_nothing_left()


def test_a_readiness_command_that_fails(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.folder)
    project.configure(start={"command": "exec sleep 60"}, readiness_check={"command": "exit 4", "timeout": "100ms"})
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", project.port))
        listener.listen()
        service = ServiceProcess(Config(project.folder), dict(os.environ), "")
        with pytest.raises(ReplayError, match=r"ready within 0\.1 s: `exit 4` ended with exit status 4"):
            service.wait_ready()
        stop(service.process)


def test_a_service_without_the_sdk(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.record("/ok")
    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(lifecycle, "ACKNOWLEDGEMENT_S", 0.2)
    monkeypatch.setenv("FAKE_SDK", "none")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with pytest.raises(ReplayError, match=r"no SDK in it has connected within 0\.2 s"):
        lifecycle.Session(project.traces, project.folder, Journal(project.mocks)).run()


def test_a_port_that_is_taken(project: Project) -> None:
    project.record("/ok")
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", project.port))
        holder.listen()
        done = project.run()
    assert done.code == 1
    assert f"port {project.port} is already in use" in done.stderr
    assert project.log() == ""


def test_the_start_of_the_service_is_answered(project: Project) -> None:
    project.record("/ok", "/mock")
    write_trace(project.traces, "0.jsonl", span_dict("boot", "t0", isPreAppStart=True))
    done = project.run(FAKE_PRE_APP_START="1")
    assert done.code == 0
    assert "boot True" in project.log()
    assert [line["matched_span"] for line in project.events("mock") if line["pre_app_start"]] == ["boot"]


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("state", ["starting", "testing"])
def test_a_signal_leaves_nothing(project: Project, signum: signal.Signals, state: str) -> None:
    project.record("/ok", "/hang")
    if state == "starting":
        project.configure(readiness_check={"command": "false", "timeout": "600s"})
    mark = "hanging" if state == "testing" else "service starts"
    process = project.start()
    wait_until(lambda: mark in project.log(), timeout_s=LIMIT_S, what=mark)
    process.send_signal(signum)
    done = Finished(process)
    assert done.code == 1
    name = "terminated" if signum == signal.SIGTERM else "interrupt"
    assert done.stderr.splitlines()[-1] == f"Received {name} signal, cleaning up"
    assert [each["test_id"] for each in done.results] == (["t1"] if state == "testing" else [])
    project.assert_nothing_left()
