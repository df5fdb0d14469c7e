"""The fastapi suite's requests. Each states its full answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from stated import answers, calls_httpx, calls_requests, incoming, otherwise, parallel, served, wiring

from e2e_common.requester import Api

with Api(unanswered_at_start=["POST http://upstream/only-in-replay/start"]) as api:

    def send(name: str, path: str, body: Any = b"", *, method: str = "GET", **more: Any) -> None:
        """`httpx`, `requests`: how many calls the handler makes through each of them."""
        calls = {library: more.pop(library, 0) for library in ("httpx", "requests")}
        stamped = {"X-Stamp": "of the middleware", **more.pop("headers", {})}
        api.request(method, path, name=name, body=body, calls=calls, headers=stamped, **more)

    for module in (parallel, incoming, answers, served, wiring, otherwise, calls_httpx, calls_requests):
        module.requests(send)
    answers.last(send)
