"""Rule 8 for the upstream: the calls that reached it during a request are those in the request's trace.

A call that the application makes only while recording, past the SDK or in another process, is not made in replay. No
other check would notice that it is missing in the trace.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from e2e_common.artifacts.decoding import Request
from e2e_common.artifacts.facts import Fact
from e2e_common.artifacts.failure import RECORDING, RUN, Failure
from e2e_common.judge.evidence import Evidence
from e2e_common.judge.rules import take
from e2e_common.judge.rules.recording import is_call

LOG = "logs/upstream.log"
UPSTREAM = "upstream"
AFTER_ANSWER_S = 1.0  # how long after its response a request may still reach the upstream
_LINE = re.compile(rb"^(\d+\.\d{6}) ([A-Z]+) (\S+)$", re.MULTILINE)


def rule_8(evidence: Evidence) -> Iterator[Failure]:
    """Compares calls by method and path. One call of a client may be several for the upstream (a redirect, a retry, a
    challenge): the request declares them (`reached`). Calls after a request's response may arrive while the next
    requests run."""
    address = evidence.recording.services.get(UPSTREAM)
    if address is None:
        return
    if evidence.raw.upstream_log is None:
        yield Failure(8, RUN, f"{LOG} is missing: what reached the upstream while recording is unknown", LOG)
        return
    sent = sorted(evidence.requests, key=lambda request: request.started)
    expected = Counter((request.number, call) for request in sent for call in _expected(evidence, request, address))
    unexpected_of = _unexpected(evidence, sent, expected)
    for request in sent:
        if len(evidence.recorded(request)) != 1:
            continue  # what it called is unknown; another rule reports that, or it is by design
        if unexpected := unexpected_of[request.number]:
            names = ", ".join(f"{what} ({count} more)" for what, count in sorted(unexpected.items()))
            message = f"the upstream was reached by more than the trace says, and reached= declares: {names}"
            facts = (Fact("reached", what) for what in sorted(unexpected.elements()))
            yield evidence.failure(8, RECORDING, message, LOG, request, *facts)
        for what in sorted(set(request.reached)):
            if expected[request.number, what] > 0:
                message = f"declares reached={[what]!r}, and the upstream was not"
                yield evidence.failure(8, RECORDING, message, LOG, request)


def _expected(evidence: Evidence, request: Request, address: str) -> Iterator[str]:
    """The upstream calls of a request, according to its trace and its declarations."""
    yield from request.reached
    for what in request.leaks:
        if what.startswith(f"{UPSTREAM}: "):
            yield _named(*what.removeprefix(f"{UPSTREAM}: ").partition(" ")[::2])
    for file in evidence.recorded(request):
        yield from filter(None, (_call(span.input_value, address) for span in file.spans if is_call(span)))


def _unexpected(evidence: Evidence, sent: list[Request], expected: Counter[tuple[int, str]]) -> dict[int, Counter[str]]:
    """Returns number of a request → unexpected upstream calls while it ran. Removes the expected ones from `expected`.
    For calls outside a request's context only the number is declared (`background`)."""
    unexpected: dict[int, Counter[str]] = defaultdict(Counter)
    background = Counter({request.number: request.background for request in sent})
    starts = [request.started for request in sent]
    for at, method, target in _LINE.findall(evidence.raw.upstream_log or b""):
        index = bisect_right(starts, float(at)) - 1
        if index < 0:
            continue  # from the start of the application
        what = _named(method.decode(), target.decode(errors="replace"))
        before = [request.number for request in sent[:index] if float(at) <= request.ended + AFTER_ANSWER_S]
        owners = [sent[index].number, *reversed(before)]
        if take(expected, *((number, what) for number in owners)) is None and take(background, *owners) is None:
            unexpected[sent[index].number][what] += 1
    return unexpected


def _call(value: dict[str, object], address: str) -> str:
    """A recorded call of the upstream in the format of its log; empty for any other call."""
    url, method = value.get("url"), value.get("method")
    if not isinstance(url, str) or not isinstance(method, str):
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host, _, listening = address.rpartition(":")
    is_here = parts.hostname in ("127.0.0.1", "localhost", host) and str(port) == listening
    return _named(method, parts.path or "/") if is_here else ""


def _named(method: str, target: str) -> str:
    return f"{method} {unquote(target.partition('?')[0])}"
