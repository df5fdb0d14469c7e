"""The flask suite's requests. Each states its full answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

from __future__ import annotations

import sys
from pathlib import Path

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from stated import calls, changing, clients, incoming, outgoing, plain, rules, served, unseen
from stated.words import SERIAL, fetched

from e2e_common.requester import Api

with Api(unanswered_at_start=["DELETE http://upstream/only-at-the-start?in=replay"]) as api:
    api.get("/settings", name="call at the start", body=fetched("/users/2", id=2, name="Grace"))
    api.get("/nothing-at-the-start", name="call at the start in replay alone", body={"nothing": True})
    api.get("/environment", name="variable of the recording", body={"key": SERIAL, "same": True, "hidden": False})
    # The clock comes first: each answer that is replayed sets it, so later it would be right by chance.
    for module in (unseen, incoming, outgoing, calls, clients, plain, rules, served, changing):
        module.requests(api)
