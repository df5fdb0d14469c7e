"""The parts of one replay, brought up and down in the right order (replay protocol, section 16)."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from e2e_common.replay import endpoint, service
from e2e_common.replay.arguments import Options
from e2e_common.replay.comparison import rules_from
from e2e_common.replay.config import PATH, Config, ConfigError, read_config, seconds_from
from e2e_common.replay.journal import Journal
from e2e_common.replay.report import Reporter
from e2e_common.replay.service import describe_status

if TYPE_CHECKING:  # imported while the service starts, which takes longer: google.protobuf alone is 50 ms
    from e2e_common.replay.server import MockServer
    from e2e_common.replay.testing import Runner
    from e2e_common.replay.traces import Recording

ACKNOWLEDGEMENT_S = 10.0
DRAIN_S = 1.0


class ReplayError(Exception):
    """The replay cannot go on; the message is for a person."""


class Replay:
    """Everything one run holds open."""

    def __init__(
        self, options: Options, reporter: Reporter, journal: Journal, cwd: Path, environ: Mapping[str, str]
    ) -> None:
        self.options, self.reporter, self.journal, self.cwd, self.environ = options, reporter, journal, cwd, environ
        self.started = time.monotonic()
        self.config: Config = read_config(cwd)
        try:
            self.rules = rules_from(self.config.comparison)
        except ValueError as error:
            raise ConfigError(f"{cwd / PATH}: {error}") from error
        self.recording: Recording | None = None
        self.endpoint: endpoint.Endpoint | None = None
        self.service: service.Service | None = None
        self.server: MockServer | None = None

    def prepare(self) -> None:
        """Load the traces, listen, and start the service: what belongs to the main thread."""
        recording = self._load()
        if recording.tests or recording.skipped:
            self._start_service(recording)

    def run(self) -> int:
        """The rest of the replay. Returns the exit status."""
        recording = self.recording
        if recording is None or (not recording.tests and not recording.skipped):
            self.reporter.no_tests()
            return 0
        from e2e_common.replay.afterwards import Afterwards
        from e2e_common.replay.background import activity, wait_for_background

        assert self.service is not None and self.server is not None  # noqa: S101 - prepare() made both
        self._wait_for_service(self.service, len(recording.tests))
        before = activity(self.service.group)
        folder = self.options.run_folder
        afterwards = Afterwards(self.cwd / folder, self.service.log) if folder else None
        runner = self._runner_class()(
            self.config, self.service, self.server, self.reporter, self.rules, self._strict_inbound(), afterwards
        )
        for test in recording.tests:
            runner.settle(test, self.journal)
        wait_for_background(self.service.group, before)
        died = self.service.exit_status()
        self.service.stop()
        self.server.drain(DRAIN_S)
        status = self.reporter.totals(self.journal.summary(), time.monotonic() - self.started)
        if died is not None and status == 0:
            raise self.service.failure(f"the service ended by itself after the last test: {describe_status(died)}")
        return status

    def close(self) -> None:
        """Stop the service and the server, and remove the socket."""
        if self.service is not None:
            self.service.stop()
        if self.server is not None:
            self.server.close()
        if self.endpoint is not None:
            self.endpoint.close()

    # Steps

    def _runner_class(self) -> type[Runner]:
        from e2e_common.replay.testing import Runner

        return Runner

    def _load(self) -> Recording:
        from e2e_common.replay import traces

        started = time.monotonic()
        try:
            recording = traces.load(self.cwd / self.options.trace_dir)
        except traces.LoadError as error:
            raise ReplayError(f"failed to load tests: {error}") from error
        self.recording = recording
        seconds = time.monotonic() - started
        if recording.tests or recording.skipped:
            self.reporter.say(f"➤ Loaded {len(recording.tests)} tests from local traces ({seconds:.1f}s)")
            if recording.skipped:
                self.reporter.say(f"➤ Skipped {recording.skipped} tests with a recorded status of 300 or more")
            self.reporter.loaded(len(recording.suite), recording.unique_traces, recording.pre_app_start, seconds)
        return recording

    def _start_service(self, recording: Recording) -> None:
        from e2e_common.replay.traces import snapshot_of

        config = self.config
        if not config.start_command:
            raise ReplayError("no start command defined in config: set service.start.command in .tusk/config.yaml")
        try:
            self.endpoint = endpoint.listen()
        except OSError as error:
            raise ReplayError(f"cannot listen on a unix socket in the temporary folder: {error}") from error
        if service.port_is_taken(config.port):
            raise ReplayError(f"port {config.port} is already in use: stop what listens there, or change service.port")
        try:
            log = service.new_log(self.cwd / ".tusk" / "logs")
        except OSError as error:
            raise ReplayError(f"the service log cannot be written: {error}") from error
        environment = service.base_environment(self.environ, snapshot_of(recording))
        self.service = service.Service(config, log, environment, self.cwd)
        self.service.start(self.endpoint.environment)
        self._start_server(self.endpoint, recording)

    def _start_server(self, listening: endpoint.Endpoint, recording: Recording) -> None:
        """After the service: it is a while until it connects, and then no thread runs while it is forked."""
        from e2e_common.replay.matching import Matcher
        from e2e_common.replay.server import MockServer

        self.server = MockServer(listening.listener, self.journal, Matcher(recording))
        self.server.start()

    def _wait_for_service(self, running: service.Service, count: int) -> None:
        started = time.monotonic()
        running.wait_ready()
        self._wait_acknowledged(running)
        self.reporter.say(f"➤ Running {count} tests across 1 environment(s) (concurrency: 1)...")
        self.reporter.say(f"✓ Environment ready ({time.monotonic() - started:.1f}s)")

    def _wait_acknowledged(self, running: service.Service) -> None:
        from e2e_common.readiness import wait_until

        server = self.server
        assert server is not None  # noqa: S101 - started with the service
        timeout_s = ACKNOWLEDGEMENT_S
        with contextlib.suppress(ValueError):
            timeout_s = seconds_from(self.environ.get("TUSK_TEST_DEFAULT_WAIT", ""))

        def answered() -> bool:
            running.check_alive()
            return server.connected or bool(server.rejected)

        try:
            wait_until(answered, timeout_s=timeout_s, what="SDK")
        except TimeoutError:
            message = (
                f"timeout waiting for SDK acknowledgement after {timeout_s:g} s: the service is ready, but no SDK in "
                "it has connected (does it call TuskDrift.initialize()?)"
            )
            raise running.failure(message) from None
        if not server.connected:
            raise ReplayError(server.rejected)

    def _strict_inbound(self) -> bool:
        value = self.environ.get("TUSK_REQUIRE_INBOUND_REPLAY_SPAN", "")
        return value.strip().lower() in ("1", "true", "yes", "y", "on")
