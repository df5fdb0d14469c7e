"""Names that several processes of a run share."""

from __future__ import annotations

import fnmatch

REQUEST_HEADER = "x-e2e-request"
"""Header of every request: the request's number. The SDK records it in the root span; it maps request to trace."""

MARKER = "flush"
"""Value of that header in the request that marks the end of a recording."""

URL_VARIABLE = "DRIFT_BASE_URL"
"""Variable with the application's URL, for src/test_requests.py."""

LOG_VARIABLE = "DRIFT_REQUESTS_LOG"
"""Variable with the path of requests.jsonl, for src/test_requests.py."""

READY_VARIABLE = "DRIFT_READY_LIMIT"
"""Variable with the time that src/test_requests.py waits for the application, in seconds."""

READY_LIMIT_S = 60.0
"""The default of that time when test_requests.py is started by hand."""

READY_OPTION = "E2E_READY_TIMEOUT"
"""Option: seconds that each of a service, the application and the CLI may take to become ready."""

NEVER_READY = 3
"""Exit status of test_requests.py if the application was not ready in time."""

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
