"""The psycopg2 suite's requests. Each states its full answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from stated import (
    bulk,
    changing,
    connections,
    cursors,
    failures,
    orm,
    parallel,
    parameters,
    queries,
    standins,
    transactions,
    unseen,
    values,
)

from e2e_common.requester import Api

AT_START = 'SELECT value FROM settings WHERE name = %(__td_param__)s with [{"k": "name", "v": "only in replay"}]'

with Api(unanswered_at_start=[AT_START]) as api:

    def send(
        name: str, path: str, body: Any, *, method: str = "GET", calls: int = 1, sqlalchemy: int = 0, **more: Any
    ) -> None:
        """`calls`: how many statements the handler gives to psycopg2 itself, beside those that SQLAlchemy gives it."""
        api.request(method, path, name=name, body=body, calls={"psycopg2": calls, "sqlalchemy": sqlalchemy}, **more)

    send("read at the start", "/settings", [["str currency", "str EUR"], ["str greeting", "str Grüß Gott"]], calls=0)
    first = (parameters, queries, parallel, cursors, bulk, transactions, connections)
    for module in (*first, standins, changing, values, failures, unseen, orm):
        module.requests(send)
