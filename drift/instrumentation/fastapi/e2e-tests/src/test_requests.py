"""The fastapi suite's requests. Each has its full expected answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from e2e_common.record.client import Api

START = ["POST http://upstream/only-in-replay/start"]
STAMPED = {"X-Stamp": "of the middleware"}

with Api(unanswered_at_start=START, calls={"httpx": 0, "requests": 0}, headers=STAMPED) as api:
    api.send("parallel", "incoming", "answers", "served", "wiring", "changing", "calls_httpx", "clients_httpx")
    api.send("calls_requests")
    # Its calls begin when it is answered already: were there another request after it, they would be in its time.
    # Its root span ends with its tasks, after the answer.
    api.get("/background", "background tasks", {"answered": "before its tasks"}, requests=1, httpx=1, late=True)
