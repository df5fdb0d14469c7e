"""The httpx suite's requests. Each declares its full expected response and its outbound calls. They are independent of
each other.

Run by hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# When run by hand, finds e2e_common at the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from test_outside import user

from e2e_common.record.client import Api

with Api(unanswered_at_start=["PUT http://upstream/only-in-replay"], calls={"httpx": 0}) as api:
    api.get("/settings", "calls at startup", {"client": user(2), "async": user(3), "nothing": True})
    api.send("sending", "receiving", "streaming", "clients", "authentication", "hooks", "transports", "failing")
    api.send("parallel", "rules", "changing", "guide")
