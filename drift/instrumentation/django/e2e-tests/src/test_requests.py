"""The django suite's requests. Each has its full expected answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path
from typing import Any

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from e2e_common.record.client import Api, matches


class Project(Api):
    def request(self, method: str, path: str, name: str, *body: Any, wsgi: bool = False, **more: Any) -> Api:
        """Through ASGI, or through WSGI: what goes through both has the same expected answer twice."""
        name, path = (f"{name} (WSGI)", f"/wsgi{path}") if wsgi else (name, path)
        return super().request(method, path, name, *body, **more)


START = ["POST http://upstream/users"]

with Project(unanswered_at_start=START, calls={"requests": 0, "httpx": 0}) as api:
    # Before any request that calls: a call's answer sets the clock too, to when it was recorded.
    api.get("/clock", "clock", {"second": matches("[a-z]+-[a-z]+")}, early_in_second=True)
    api.send("incoming", "answers", "accounts", "middleware", "calls", "served", "built_in", "stock", "timely")
