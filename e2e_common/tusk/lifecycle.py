"""One replay, from the traces to the totals."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from e2e_common.tusk import Journal, ReplayError, say, traces
from e2e_common.tusk.comparison import clean, decode_body, equal
from e2e_common.tusk.matching import Matcher
from e2e_common.tusk.service import Afterwards, Config, ServiceProcess, base_environment, describe_status, port_is_taken
from e2e_common.tusk.traces import Test, TransportError, send
from e2e_common.util.processes import exit_status, stop
from e2e_common.util.readiness import wait_until

if TYPE_CHECKING:  # imported later, while the service starts: google.protobuf alone takes 50 ms
    from e2e_common.tusk.server import MockServer

ACKNOWLEDGEMENT_S = 10.0
DRAIN_S = 1.0
BACKLOG = 512  # every mock request uses a new connection
INBOUND_TIMEOUT_S = 3.0
INBOUND_TIMEOUT_FAILED_S = 0.5  # for a failed test: a response with status 400 or more never has a span
DYING_S = 0.5  # from a broken connection to the end of the process
ALWAYS_PRINTED = ("passed", "cancelled", "duration")


def _number(text: str) -> float:
    """A whole float as an int, which is printed without `.0`."""
    value = float(text)
    return int(value) if value.is_integer() else value


@dataclass
class TestResult:
    """In the official CLI's order of keys. `duration`: milliseconds until the response's headers."""

    test_id: str
    cancelled: bool = False
    crashed_server: bool = False
    duration: int = 0
    deviations: list[dict[str, Any]] = field(default_factory=list)
    error: str = ""

    @property
    def passed(self) -> bool:
        return not self.deviations and not self.error

    def deviate(self, where: str, expected: Any, actual: Any, description: str) -> None:
        self.deviations.append({"field": where, "expected": expected, "actual": actual, "description": description})

    def as_json(self) -> str:
        """The official CLI's object. Bytes that are not UTF-8 become U+FFFD."""
        fields = {"test_id": self.test_id, "passed": self.passed, **vars(self)}
        given = {key: value for key, value in fields.items() if value or key in ALWAYS_PRINTED}
        as_in_go = json.loads(json.dumps(given), parse_float=_number)
        return str(clean(json.dumps(as_in_go, indent=2, ensure_ascii=False)))


class Session:
    """The state of one replay. `recorded`: the folder of the traces; `folder`: the run's folder."""

    service: ServiceProcess
    server: MockServer

    def __init__(self, recorded: Path, folder: Path, journal: Journal) -> None:
        self.recording = traces.load(recorded)
        self.folder, self.journal = folder, journal
        self.config = Config(Path.cwd())
        self.results: list[TestResult] = []

    def run(self) -> int:
        """Start everything, run the tests, and always clean up. Returns the exit status. Raises ReplayError."""
        if port_is_taken(self.config.port):
            raise ReplayError(f"port {self.config.port} is already in use: stop what listens there")
        # In /tmp, whatever TMPDIR is: a socket's path is at most 107 bytes long.
        temporary = tempfile.TemporaryDirectory(prefix="tusk-", dir="/tmp")
        with temporary as folder, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{folder}/s")
            listener.listen(BACKLOG)
            environment = base_environment(os.environ, traces.snapshot_of(self.recording))
            self.service = ServiceProcess(self.config, environment, f"{folder}/s")
            try:
                # Imported while the service starts, which takes longer. It was forked before any thread runs.
                from e2e_common.tusk.server import MockServer

                self.server = MockServer(listener, self.journal, Matcher(self.recording))
                return self._run()
            finally:
                stop(self.service.process)

    def _run(self) -> int:
        self.service.wait_ready()
        missing = f"no SDK in it has connected within {ACKNOWLEDGEMENT_S:g} s (does it call TuskDrift.initialize()?)"
        self.service.wait_until(self._is_connected, ACKNOWLEDGEMENT_S, lambda: f"the service is ready, but {missing}")
        before = self.service.at_rest()
        afterwards = Afterwards(self.folder, self.service.log)
        for test in self.recording.tests:
            self._settle(test, afterwards)
        self.service.at_rest(before)
        died = exit_status(self.service.process)
        stop(self.service.process)
        self.server.drain(DRAIN_S)
        status = totals(self.results)
        if died is not None and status == 0:
            raise self.service.failure(f"the service ended by itself after the last test: {describe_status(died)}")
        return status

    def _is_connected(self) -> bool:
        if self.server.rejected and not self.server.connected:
            raise ReplayError(self.server.rejected)
        return self.server.connected

    def _settle(self, test: Test, afterwards: Afterwards) -> None:
        """Run a test and print its result. If the service has ended, the result is an error."""
        started, logged = time.time(), self.service.log.stat().st_size
        result = TestResult(test.trace_id)
        status = exit_status(self.service.process)
        if status is None:
            with afterwards.awaited(test):
                self._test(test, result)
        else:
            result.error = f"not run: the service had ended ({describe_status(status)}); see {self.service.log}"
        self.results.append(result)
        print(result.as_json(), flush=True)
        self.server.finish_test(test.trace_id)
        self.journal.write("test", trace_id=test.trace_id, started=started, ended=time.time(), logged=logged)

    def _test(self, test: Test, result: TestResult) -> None:
        """Set the clock, send the request, compare the response, wait for the SDK's span."""
        self.server.start_test(test.trace_id)
        if problem := self.server.travel(test.trace_id, test.root.start_ns / 1e9):
            say(f'level=WARN msg="Failed to set time travel" trace_id={test.trace_id} error="{problem}"')
        try:
            answer = send(test, self.config.port, self.config.request_timeout_s)
        except TransportError as error:
            self._explain(error, result)
            return
        result.duration = answer.duration_ms
        body = base64.b64encode(answer.body).decode()
        self.journal.write("answer", trace_id=test.trace_id, status=answer.status, headers=answer.headers, body=body)
        if answer.status != test.expected_status:
            result.deviate("response.status", test.expected_status, answer.status, "HTTP status code mismatch")
        actual = decode_body(answer.body)
        if not equal(test.expected_body, actual, self.config.ignored):
            result.deviate("response.body", test.expected_body, actual, "Response body content mismatch")
        self._require_inbound(test, result)

    def _require_inbound(self, test: Test, result: TestResult) -> None:
        """Fail the test if the SDK's span of the request does not arrive."""
        timeout_s = INBOUND_TIMEOUT_S if result.passed else INBOUND_TIMEOUT_FAILED_S
        if not self.server.wait_inbound(test.trace_id, timeout_s):
            description = "Inbound replay span missing; SDK did not send replay span to CLI"
            result.deviate("replay.inbound_span", None, None, description)

    def _explain(self, error: TransportError, result: TestResult) -> None:
        """Fail the test, and report whether the service has ended during the request."""
        result.error = str(error)
        with contextlib.suppress(TimeoutError):
            limit_s = 0 if error.timed_out else DYING_S
            wait_until(lambda: exit_status(self.service.process) is not None, timeout_s=limit_s, what="service")
        if (ended := exit_status(self.service.process)) is not None:
            status = describe_status(ended)
            result.crashed_server = True
            result.error = f"the service ended with {status} while it handled {error}; see {self.service.log}"
            say(f'level=WARN msg="Test crashed the server" trace_id={result.test_id} status="{status}"')


def totals(results: Sequence[TestResult]) -> int:
    """Print the totals. Returns the exit status: 1 if a test did not pass."""
    crashed = sum(result.crashed_server for result in results)
    passed = sum(result.passed for result in results)
    failed = len(results) - passed - crashed
    line = f"Tests: {len(results)} total, {passed} passed, {failed} failed"
    say(line + (f", {crashed} crashed server" if crashed else ""))
    return 1 if failed or crashed else 0
