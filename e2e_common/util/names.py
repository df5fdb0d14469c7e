"""Names that several processes of a run share."""

from __future__ import annotations

import fnmatch

REQUEST_HEADER = "x-e2e-request"  # of every request: its number. The SDK records it: it maps root span to request
MARKER = "flush"  # instead of the number, in the request that marks the end of a recording

# For src/test_requests.py: the application's URL, the path of requests.jsonl, and the seconds to wait for /health.
URL_VARIABLE, LOG_VARIABLE, READY_VARIABLE = "DRIFT_BASE_URL", "DRIFT_REQUESTS_LOG", "DRIFT_READY_LIMIT"
ANSWER_VARIABLE = "DRIFT_ANSWER_LIMIT"  # seconds that each response may take
LIST_VARIABLE = "DRIFT_LIST_REQUESTS"  # if set, the script sends nothing, and logs what it would send
READY_LIMIT_S = 60.0  # if it is started by hand
READY_OPTION = "E2E_READY_TIMEOUT"  # seconds that each of a service, the application and the CLI may take
NEVER_READY = 3  # exit status of test_requests.py if the application was not ready in time

STATUS, TYPE, SIZE, RULE, SAMPLING = "status", "type", "size", "rule", "sampling"
UNRECORDED = (STATUS, TYPE, SIZE, RULE, SAMPLING)
"""Values of a request's `recorded=`: why the SDK leaves it out by design. status: the response has status 400 or more;
type: a response (its own, or that of a call) is neither JSON nor plain text; size: a span exceeds 1 MiB; rule: a rule
in the SDK's configuration drops it; sampling: the sampling rate leaves it out."""


def selects(only: str, name: str) -> bool:
    """Whether `only`, the value of E2E_ONLY, selects the request `name`: it is its name or a pattern, in any case, or
    several joined by ` or `. With `not ` in front it selects the other requests; empty, it selects all."""
    only, name = only.lower(), name.lower()
    if not only or only == name:
        return True
    if only.startswith("not "):
        return not selects(only[4:], name)
    return any(part == name or fnmatch.fnmatchcase(name, part) for part in (only, *only.split(" or ")))
