"""The requests suite's requests. Each states its full answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from stated import (
    answers,
    authorized,
    changing,
    failures,
    idioms,
    parallel,
    redirects,
    rules,
    sent,
    sessions,
    streams,
    transport,
)
from stated.words import JSON, echoed, fetched

from e2e_common.requester import Api

TOPICS: tuple[ModuleType, ...] = (sessions, sent, authorized, answers, streams, redirects, failures, transport)
TOPICS += (parallel, changing, idioms, rules)

with Api(unanswered_at_start=["GET http://upstream/users/2?only=in-replay"]) as api:
    made = echoed("POST", headers=JSON, text='{"at": "the start"}')
    settings = {"user": fetched("/users/2", id=2, name="Grace"), "made": made, "nothing": True}
    api.get("/settings", name="calls at the start", body=settings)
    for module in TOPICS:
        module.requests(api)
