"""The fastapi suite's requests. Each declares its full expected response and its outbound calls. They are independent
of each other.

Run by hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# When run by hand, finds e2e_common at the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from e2e_common.record.client import Api

START = ["POST http://upstream/only-in-replay/start"]
STAMPED = {"X-Stamp": "of the middleware"}

with Api(unanswered_at_start=START, calls={"httpx": 0, "requests": 0}, headers=STAMPED) as api:
    api.send("parallel", "incoming", "responses", "served", "wiring", "changing", "calls_httpx", "clients_httpx")
    api.send("calls_requests")
    # Last, because its calls start after the response and would overlap with a following request. Its root span ends
    # with its tasks, after the response.
    api.get("/background", "background tasks", {"answered": "before its tasks"}, requests=1, httpx=1, late=True)
