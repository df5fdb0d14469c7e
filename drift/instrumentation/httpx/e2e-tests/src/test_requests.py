"""The httpx suite's requests. Each has its full expected answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from test_outside import user

from e2e_common.record.client import Api

with Api(unanswered_at_start=["PUT http://upstream/only-in-replay"], calls={"httpx": 0}) as api:
    api.get("/settings", "calls at the start", {"client": user(2), "async": user(3), "nothing": True})
    api.send("sending", "receiving", "streaming", "clients", "authentication", "hooks", "transports", "failing")
    api.send("parallel", "rules", "changing", "guide")
