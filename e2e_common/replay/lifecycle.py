"""The parts of one replay, brought up and down in the right order (replay protocol, section 16)."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from e2e_common.readiness import wait_until
from e2e_common.replay import endpoint, service
from e2e_common.replay.config import read_config
from e2e_common.replay.journal import Journal
from e2e_common.replay.report import Reporter

if TYPE_CHECKING:  # imported while the service starts, which takes longer: google.protobuf alone is 50 ms
    from e2e_common.replay.server import MockServer
    from e2e_common.replay.testing import Runner
    from e2e_common.replay.traces import Recording

ACKNOWLEDGEMENT_S = 10.0
DRAIN_S = 1.0


class ReplayError(Exception):
    """The replay cannot go on; the message is for a person."""


class Replay:
    """Everything one run holds open. `traces`: the folder of the recording; `folder`: the run's own."""

    def __init__(self, traces: Path, folder: Path, reporter: Reporter, journal: Journal) -> None:
        self.traces, self.folder, self.reporter, self.journal = traces, folder, reporter, journal
        self.started = time.monotonic()
        self.config = read_config(Path.cwd())
        self.recording: Recording | None = None
        self.endpoint: endpoint.Endpoint | None = None
        self.service: service.Service | None = None
        self.server: MockServer | None = None

    def prepare(self) -> None:
        """Load the traces, listen, and start the service: what belongs to the main thread."""
        from e2e_common.replay.traces import snapshot_of

        self.recording = self._load()
        if not self.recording.tests and not self.recording.skipped:
            return
        if service.port_is_taken(self.config.port):
            raise ReplayError(f"port {self.config.port} is already in use: stop what listens there")
        environment = service.base_environment(os.environ, snapshot_of(self.recording))
        try:
            self.endpoint = endpoint.listen()
            self.service = service.Service(self.config, environment)
            self.service.start(self.endpoint.environment)
        except OSError as error:
            raise ReplayError(f"the service cannot be started: {error}") from error
        # After the service: it is a while until it connects, and then no thread runs while it is forked
        from e2e_common.replay.matching import Matcher
        from e2e_common.replay.server import MockServer

        self.server = MockServer(self.endpoint.listener, self.journal, Matcher(self.recording))
        self.server.start()

    def run(self) -> int:
        """The rest of the replay. Returns the exit status."""
        from e2e_common.replay.afterwards import Afterwards
        from e2e_common.replay.background import activity, wait_for_background

        running, server, recording = self.service, self.server, self.recording
        if not running or not server or not recording:  # for the official CLI that is no failure
            self.reporter.say("[]", sys.stdout)
            self.reporter.say("No tests found")
            return 0
        running.wait_ready()
        self._wait_acknowledged(running, server)
        before = activity(running.group)
        afterwards = Afterwards(self.folder, running.log)
        runner = self._runner_class()(self.config, running, server, self.reporter, self.journal, afterwards)
        for test in recording.tests:
            runner.settle(test)
        wait_for_background(running.group, before)
        died = running.exit_status()
        running.stop()
        server.drain(DRAIN_S)
        status = self.reporter.totals(self.journal.summary(), time.monotonic() - self.started)
        if died is not None and status == 0:
            why = service.describe_status(died)
            raise running.failure(f"the service ended by itself after the last test: {why}")
        return status

    def close(self) -> None:
        """Stop the service and the server, and remove the socket."""
        if self.service is not None:
            self.service.stop()
        if self.server is not None:
            self.server.close()
        if self.endpoint is not None:
            self.endpoint.close()

    def _load(self) -> Recording:
        from e2e_common.replay import traces

        try:
            return traces.load(self.traces)
        except traces.LoadError as error:
            raise ReplayError(f"failed to load tests: {error}") from error

    def _runner_class(self) -> type[Runner]:
        from e2e_common.replay.testing import Runner

        return Runner

    def _wait_acknowledged(self, running: service.Service, server: MockServer) -> None:
        def answered() -> bool:
            running.check_alive()
            return server.connected or bool(server.rejected)

        try:
            wait_until(answered, timeout_s=ACKNOWLEDGEMENT_S, what="SDK")
        except TimeoutError:
            raise running.failure(
                f"the service is ready, but no SDK in it has connected within {ACKNOWLEDGEMENT_S:g} s (does it call "
                "TuskDrift.initialize()?)"
            ) from None
        if not server.connected:
            raise ReplayError(server.rejected)
