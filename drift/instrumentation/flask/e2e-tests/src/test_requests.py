"""The flask suite's requests. Each states its full answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from words import fetched

from e2e_common.requester import Api
from e2e_common.upstream_answers import SERIAL

START = ["DELETE http://upstream/only-at-the-start?in=replay"]

with Api(unanswered_at_start=START, calls={"requests": 0}) as api:
    api.get("/settings", "call at the start", fetched("/users/2", id=2, name="Grace"))
    api.get("/nothing-at-the-start", "call at the start in replay alone", {"nothing": True})
    api.get("/environment", "variable of the recording", {"key": SERIAL, "same": True, "hidden": False})
    # The clock comes first: each answer that is replayed sets it, so later it would be right by chance.
    api.send("unseen", "incoming", "outgoing", "calls", "clients", "plain", "rules", "served", "changing")
