"""The httpx suite's requests. Each states its full answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from stated import (
    authentication,
    changing,
    clients,
    failing,
    guide,
    hooks,
    parallel,
    receiving,
    rules,
    sending,
    streaming,
    transports,
)
from stated.words import user

from e2e_common.requester import Api

with Api(unanswered_at_start=["PUT http://upstream/only-in-replay"]) as api:

    def send(name: str, path: str, body: Any, *, httpx: int = 0, **more: Any) -> None:
        """`httpx`: how many calls the handler makes through it."""
        api.get(path, name=name, body=body, calls={"httpx": httpx}, **more)

    send("calls at the start", "/settings", {"client": user(2), "async": user(3), "nothing": True})
    of_the_wire = (sending, receiving, streaming, clients, authentication, hooks, transports, failing, parallel, rules)
    for module in (*of_the_wire, changing, guide):
        module.requests(send)
