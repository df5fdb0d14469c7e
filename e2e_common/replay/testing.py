"""Run the tests of a recording against the running service."""

from __future__ import annotations

import base64
import time

from e2e_common.readiness import wait_until
from e2e_common.replay.afterwards import Afterwards
from e2e_common.replay.comparison import decode_body, equal
from e2e_common.replay.config import Config
from e2e_common.replay.journal import Journal
from e2e_common.replay.report import Reporter, Result
from e2e_common.replay.request import Answer, TransportError, send
from e2e_common.replay.server import MockServer
from e2e_common.replay.service import Service, describe_status
from e2e_common.replay.traces import Test

INBOUND_TIMEOUT_S = 3.0
INBOUND_TIMEOUT_FAILED_S = 0.5  # for a test that has failed already: an answer of 400 and more never has a span
DYING_S = 0.5  # from a broken connection to the end of the process that broke it


class Runner:
    """Runs one test after the other. `afterwards`: what is waited for before the next one."""

    def __init__(
        self,
        config: Config,
        service: Service,
        server: MockServer,
        reporter: Reporter,
        journal: Journal,
        afterwards: Afterwards,
    ) -> None:
        self._config, self._service, self._server, self._reporter = config, service, server, reporter
        self._journal, self._afterwards = journal, afterwards
        self._died_in = ""

    def settle(self, test: Test) -> None:
        """Run a test and report its result; there is one for every test, also once the service has ended."""
        started, logged = time.time(), self._service.log.stat().st_size
        result = Result(test.trace_id, f"{test.method} {test.path}")
        self._afterwards.mark()
        status = self._service.exit_status()
        if status is None:
            self._run(test, result)
            self._afterwards.wait(test)
        else:
            during = f"during {self._died_in}" if self._died_in else "between two tests"
            result.error = (
                f"not run: the service had ended ({describe_status(status)}) {during}; see {self._service.log}"
            )
        if result.crashed_server:
            self._died_in = result.name
        self._reporter.result(result)
        self._server.finish_test(test)
        self._journal.write("test", trace_id=test.trace_id, started=started, ended=time.time(), logged=logged)

    def _run(self, test: Test, result: Result) -> None:
        """Move the clock, send the request, compare the answer, wait for the SDK's span of it."""
        self._server.start_test(test)
        problem = self._server.travel(test.trace_id, test.root.start_ns / 1e9)
        if problem:
            self._reporter.say(f'level=WARN msg="Failed to set time travel" trace_id={test.trace_id} error="{problem}"')
        try:
            answer = send(test, self._config.port, self._config.request_timeout_s)
        except TransportError as error:
            self._explain(error, result)
            return
        result.duration = answer.duration_ms
        self._journal.write(
            "answer",
            trace_id=test.trace_id,
            status=answer.status,
            headers=answer.headers,
            body=base64.b64encode(answer.body).decode(),
        )
        self._compare(test, answer, result)
        self._require_inbound(test, result)

    def _compare(self, test: Test, answer: Answer, result: Result) -> None:
        if answer.status != test.expected_status:
            result.deviate("response.status", test.expected_status, answer.status, "HTTP status code mismatch")
        actual = decode_body(answer.body)
        if not equal(test.expected_body, actual, self._config.rules):
            result.deviate("response.body", test.expected_body, actual, "Response body content mismatch")

    def _require_inbound(self, test: Test, result: Result) -> None:
        """The SDK's own span of the request must arrive (section 14)."""
        timeout_s = INBOUND_TIMEOUT_S if result.passed else INBOUND_TIMEOUT_FAILED_S
        if not self._server.wait_inbound(test.trace_id, timeout_s):
            description = "Inbound replay span missing; SDK did not send replay span to CLI"
            result.deviate("replay.inbound_span", None, None, description)

    def _explain(self, error: TransportError, result: Result) -> None:
        """Fail the test; say so if the service has ended over it."""
        result.error = str(error)
        try:
            wait_until(
                lambda: self._service.exit_status() is not None,
                timeout_s=0 if error.timed_out else DYING_S,
                what="service",
            )
        except TimeoutError:
            return
        status = describe_status(self._service.exit_status() or 0)
        result.crashed_server = True
        result.error = f"the service ended with {status} while it handled {error}; see {self._service.log}"
        self._reporter.say(f'level=WARN msg="Test crashed the server" trace_id={result.test_id} status="{status}"')
