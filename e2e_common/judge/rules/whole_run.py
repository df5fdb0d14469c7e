"""Rule 4, and checks of the run as a whole: the Rust core, readiness, and whether anything was verified at all."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator

from e2e_common.artifacts.failure import CONFIGURATION, RECORDING, RUN, Failure, shorten
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.rules.logs import RECORD_LOG, commonest
from e2e_common.util.errors import Code
from e2e_common.util.names import READY_OPTION


def rust_core(evidence: Evidence) -> Iterator[Failure]:
    """The SDK logs at startup that it uses the Rust core (E2E_RUST_CORE=1) or does not (0). Without this check its
    silent fallback to Python would go unnoticed (drift/core/rust_core_binding.py)."""
    replayed = [(evidence.setup.rust_core, RUN, name, data) for name, data in evidence.raw.replay_logs.items()]
    recorded = (evidence.recording.rust_core, RECORDING, "logs/record.log", evidence.raw.record_log)
    for option, stage, name, data in (recorded, *replayed):
        expected = {"1": "enabled", "0": "disabled"}.get(option)
        match = re.search(r"Rust core path (\w+) at startup[^\n]*", (data or b"").decode(errors="replace"))
        if expected and (match is None or match[1] != expected):
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
    The SDK's errors while recording come first. A failure of the CLI itself (exit code 1) is for `replay_failed`."""
    if nothing := _nothing(evidence):
        if evidence.requests and (error_text := commonest(evidence.raw.record_log or b"")):
            yield Failure(5, RUN, f"while recording {error_text}", RECORD_LOG, code=nothing.code)
        yield from [nothing] if nothing.code != Code.FAILED else ()


def replay_failed(evidence: Evidence) -> Iterator[Failure]:
    """Reports that the CLI itself failed. Failures of the recording come first, since they explain it."""
    nothing = _nothing(evidence)
    yield from [nothing] if nothing and nothing.code == Code.FAILED else ()


def _nothing(evidence: Evidence) -> Failure | None:
    """The first step that has no output."""
    raw, status, code = evidence.raw, evidence.replay.exit_status, int(Code.NOTHING_VERIFIED)
    if not evidence.requests:
        state = "is missing" if raw.requests is None else "names no request"
        ending = f"test_requests.py ended with status {evidence.recording.exit_status}"
        return Failure(1, RUN, f"no request was sent: requests.jsonl {state} ({ending})", "requests.jsonl", code=code)
    if not raw.traces:
        unmet = next((request for request in evidence.requests if request.problems), None)
        first = f"; the first problem: {unmet.name!r} {unmet.problems[0]}" if unmet else ""
        sent = f"{len(evidence.requests)} requests were sent"
        return Failure(2, RUN, f"{sent} and the SDK recorded no trace at all{first}", RECORD_LOG, code=code)
    if evidence.results or any(problem.file == "results.json" for problem in evidence.problems):
        return None
    # Both CLIs report that the application, or the SDK in it, was not ready in time.
    late = re.search(rb"failed to become ready within|waiting for SDK ack", raw.cli_log or b"") is not None
    code = int(Code.TIMED_OUT if late else Code.FAILED) if status else code
    if raw.results is None:
        return Failure(3, RUN, "nothing was replayed: results.json is missing", "results.json", code=code)
    text = shorten(raw.results.decode(errors="replace"))
    detail = f"holds no result, only {text!r}" if text else "is empty"
    detail += f"; the CLI {ended(status)}" if status is not None and status < 0 else ""
    detail += cli_error(raw.cli_log) + (f" ({READY_OPTION})" if late else "")
    return Failure(3, RUN, f"nothing was replayed: results.json {detail}", evidence.calls[""].log_name, code=code)


def rule_4(evidence: Evidence) -> Iterator[Failure]:
    """The exit status and the totals of each CLI call agree with its results, and no process of the CLI or the
    application is left after the replay (exit code 6)."""
    for id_, call in evidence.calls.items():
        count, passed = len(call.results), sum(result.passed for result in call.results)
        if not count:
            continue  # reported as "nothing was verified", or as a fault of results.json
        failed, status, totals, name = count - passed, call.exit_status, call.totals, call.log_name
        is_killed = (status or 0) < 0 and not id_  # whole_run.killed reports it
        if (status == 0) != (not failed) and not is_killed:
            message = f"the CLI {ended(status)}, but {passed} of its {count} results passed"
            yield Failure(4, RUN, message, "replay.json")
        if call.log is None:
            yield Failure(4, RUN, f"{name} is missing: the CLI's totals cannot be compared with its results", name)
        elif totals is None:
            yield Failure(4, RUN, f"{name} holds no totals ('Tests: N total, …')", name)
        elif (totals.total, totals.passed) != (count, passed) or failed - totals.failed not in (0, totals.crashed):
            counts = f"{totals.total} total, {totals.passed} passed, {totals.failed} failed, {totals.crashed} crashed"
            message = f"the CLI's totals ({counts}) disagree with its {count} results, of which {passed} passed"
            yield Failure(4, RUN, message, name)
    if left_behind := evidence.replay.left_behind:
        message = f"the application left processes behind: {shorten('; '.join(left_behind), 400)}"
        yield Failure(CONFIGURATION, RUN, message, "replay.json", code=int(Code.LEFT_BEHIND))


def ended(status: int | None) -> str:
    """How a CLI ended, as text. `status`: exit status, negative for a signal."""
    if status is None or status >= 0:
        return f"ended with status {status}"
    known = {number.value: number.name for number in signal.Signals}
    return f"was ended by {known.get(-status, f'signal {-status}')}"


def cli_error(log: bytes | None) -> str:
    """The CLI's last error message in its log, as a suffix for a message; empty where there is none."""
    lines = (log or b"")[-20_000:].decode(errors="replace").splitlines()
    errors = [line for line in lines if line.lstrip().startswith(("Error:", "No tests found"))]
    return f"; the CLI says: {shorten(errors[-1], 250)}" if errors else ""
