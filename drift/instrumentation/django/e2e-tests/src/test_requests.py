"""The django suite's requests. Each states its full answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from stated import accounts, answers, built_in, incoming, middleware, outbound, served, state, stock, timely

from e2e_common.requester import Api

with Api(unanswered_at_start=["POST http://upstream/users"]) as api:

    def send(name: str, path: str, body: Any, *, method: str = "GET", wsgi: bool = False, **more: Any) -> None:
        """Through ASGI, or through WSGI: what goes through both states the same answer twice."""
        name, path = (f"{name} (WSGI)", f"/wsgi{path}") if wsgi else (name, path)
        api.request(method, path, name=name, body=body, **more)

    outbound.clock(send)
    for module in (incoming, answers, state, middleware, outbound, served, built_in, stock, accounts, timely):
        module.requests(send)
