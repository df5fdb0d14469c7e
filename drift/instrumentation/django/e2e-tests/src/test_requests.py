"""The django suite's requests. Each declares its full expected response and its outbound calls. They are independent of
each other.

Run by hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path
from typing import Any

# When run by hand, finds e2e_common at the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from e2e_common.record.client import Api, matches


class Project(Api):
    def request(self, method: str, path: str, name: str, *body: Any, wsgi: bool = False, **more: Any) -> Api:
        """Sends through ASGI, or through WSGI with the same expected response."""
        name, path = (f"{name} (WSGI)", f"/wsgi{path}") if wsgi else (name, path)
        return super().request(method, path, name, *body, **more)


START = ["POST http://upstream/users"]

with Project(unanswered_at_start=START, calls={"requests": 0, "httpx": 0}) as api:
    # Before all requests with outbound calls: a replayed call sets the clock, too.
    api.get("/clock", "clock", {"second": matches("[a-z]+-[a-z]+")}, early_in_second=True)
    api.send("incoming", "responses", "accounts", "middleware", "calls", "served", "built_in", "stock", "timely")
