"""Checks of the run as a whole: the Rust core, readiness, and whether anything was verified at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from e2e_common.artifacts.failure import CONFIGURATION, RECORDING, RUN, Failure, shorten
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.rules import errors
from e2e_common.judge.rules.cli import cli_error, ended
from e2e_common.judge.rules.errors import RECORD_LOG
from e2e_common.util.errors import Code
from e2e_common.util.names import READY_OPTION

RUST_CORE = r"Rust core path (\w+) at startup[^\n]*"


def rust_core(evidence: Evidence) -> Iterator[Failure]:
    """The SDK logs at startup that it uses the Rust core (E2E_RUST_CORE=1) or does not (0). Without this check its
    silent fallback to Python would go unnoticed (drift/core/rust_core_binding.py)."""
    replayed = [(evidence.setup.rust_core, RUN, name, data) for name, data in evidence.raw.replay_logs.items()]
    recorded = (evidence.recording.rust_core, RECORDING, "logs/record.log", evidence.raw.record_log)
    for option, stage, name, data in (recorded, *replayed):
        expected = {"1": "enabled", "0": "disabled"}.get(option)
        if expected is None:
            continue
        match = re.search(RUST_CORE, (data or b"").decode(errors="replace"))
        if match is None or match[1] != expected:
            problem = f"says {match[0]!r}" if match else "says nothing of the Rust core"
            message = f"E2E_RUST_CORE={option}, and the SDK {problem}"
            yield Failure(CONFIGURATION, stage, f"{message} ({name})", name)


def never_ready(evidence: Evidence) -> Iterator[Failure]:
    """The SDK must not treat every request as one from before the application was ready. If it does, that explains all
    other failures: exit code 1, or 4 where nothing was replayed."""
    first = min((request.started for request in evidence.requests), default=float("inf"))
    has_spans = any(span.start_ns / 1e9 >= first for file in evidence.files for span in file.spans)
    if has_spans and all(file.before_start for file in evidence.files):
        message = (
            f"the SDK ({evidence.setup.versions.get('sdk')}) took every request for one from before the application "
            "was ready: below 0.1.23 nothing says that it is, unless the application calls "
            "TuskDrift.get_instance().mark_app_as_ready()"
        )
        code = int(Code.FAILED if evidence.results else Code.NOTHING_VERIFIED)
        yield Failure(2, RUN, message, evidence.files[0].name, code=code)


def killed(evidence: Evidence) -> Iterator[Failure]:
    """A CLI that a signal ended reports nothing about its remaining tests. One failure says so, before all others."""
    status, done = evidence.replay.exit_status, len(evidence.results)
    if status is not None and status < 0 and done:
        message = f"the {evidence.replay.cli.name} CLI {ended(status)} when {done} tests were done"
        yield Failure(4, RUN, message, "replay.json")


def nothing_verified(evidence: Evidence) -> Iterator[Failure]:
    """Something was sent, recorded and replayed; else exit code 4, or 5 where the application was not ready in time.
    Reports the first step without output, after the errors that the SDK logged while recording. Where the CLI itself
    reports a failure (for instance because the application ended), `replay_failed` reports it with exit code 1."""
    nothing = _no_requests(evidence) or _no_traces(evidence)
    code, failed = Code.NOTHING_VERIFIED, False
    if nothing is None and (nothing := _no_results(evidence)) and evidence.replay.exit_status:
        failed = not _was_late(evidence)
        code = Code.FAILED if failed else Code.TIMED_OUT
    if nothing is None:
        return
    if evidence.requests and (error_text := errors.commonest(evidence.raw.record_log or b"")):
        yield Failure(5, RUN, f"while recording {error_text}", RECORD_LOG, code=int(code))
    if not failed:
        rule, message, file = nothing
        yield Failure(rule, RUN, message, file, code=int(code))


def replay_failed(evidence: Evidence) -> Iterator[Failure]:
    """Reports that the CLI itself failed. Failures of the recording come first, since they explain it."""
    recorded = evidence.requests and evidence.raw.traces and evidence.replay.exit_status
    if recorded and not _was_late(evidence) and (nothing := _no_results(evidence)):
        rule, message, file = nothing
        yield Failure(rule, RUN, message, file)


def _no_requests(evidence: Evidence) -> tuple[int, str, str] | None:
    if evidence.requests:
        return None
    state = "is missing" if evidence.raw.requests is None else "names no request"
    status = f"test_requests.py ended with status {evidence.recording.exit_status}"
    return 1, f"no request was sent: requests.jsonl {state} ({status})", "requests.jsonl"


def _no_traces(evidence: Evidence) -> tuple[int, str, str] | None:
    if evidence.raw.traces:
        return None
    unmet = next((request for request in evidence.requests if request.problems), None)
    first = f"; the first problem: {unmet.name!r} {unmet.problems[0]}" if unmet else ""
    sent = f"{len(evidence.requests)} requests were sent"
    return 2, f"{sent} and the SDK recorded no trace at all{first} ({RECORD_LOG})", RECORD_LOG


def _no_results(evidence: Evidence) -> tuple[int, str, str] | None:
    data, status = evidence.raw.results, evidence.replay.exit_status
    if evidence.results or any(problem.file == "results.json" for problem in evidence.problems):
        return None
    if data is None:
        return 3, "nothing was replayed: results.json is missing", "results.json"
    text = shorten(data.decode(errors="replace"))
    detail = f"results.json holds no result, only {text!r}" if text else "results.json is empty"
    killed = f"; the CLI {ended(status)}" if status is not None and status < 0 else ""
    option = f" ({READY_OPTION})" if _was_late(evidence) else ""
    return 3, f"nothing was replayed: {detail}{killed}{cli_error(evidence.raw.cli_log)}{option}", "logs/tusk-cli.log"


def _was_late(evidence: Evidence) -> bool:
    """Whether either CLI reports that the application, or the SDK in it, was not ready in time."""
    return re.search(rb"failed to become ready within|waiting for SDK ack", evidence.raw.cli_log or b"") is not None
