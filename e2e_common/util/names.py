"""The names that two processes of a run must agree on."""

from __future__ import annotations

REQUEST_HEADER = "x-e2e-request"
"""Sent with every request: its number. The SDK records it with the root span, which maps request to trace."""

MARKER = "flush"
"""The header's value for the request that marks the end of a recording."""

URL_VARIABLE = "DRIFT_BASE_URL"
"""Tells src/test_requests.py where the application is."""

LOG_VARIABLE = "DRIFT_REQUESTS_LOG"
"""Tells src/test_requests.py where to log."""

READY_VARIABLE = "DRIFT_READY_LIMIT"
"""Tells src/test_requests.py how long to wait for the application, in seconds."""

READY_LIMIT_S = 60.0
"""How long that is, by hand."""

READY_KNOB = "E2E_READY_TIMEOUT"
"""Seconds that a service, the application and the CLI may each take until they are ready, from their start on."""

NEVER_READY = 3
"""Its exit status when the application has not answered by then."""

STATUS, TYPE, SIZE, RULE, SAMPLING = "status", "type", "size", "rule", "sampling"
UNRECORDED = (STATUS, TYPE, SIZE, RULE, SAMPLING)
"""What a request may state as `recorded=`: why nothing is recorded of it, by design. status: it is answered with 400 or
more; type: an answer (its own, or that of a call) is neither JSON nor plain text; size: a span exceeds 1 MiB; rule: a
rule of the SDK's configuration drops it; sampling: it is one that the rate leaves out."""
