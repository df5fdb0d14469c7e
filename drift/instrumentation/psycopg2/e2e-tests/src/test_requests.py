"""The psycopg2 suite's requests. Each has its full expected response and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from test_database import Results

AT_START = 'SELECT value FROM settings WHERE name = %(__td_param__)s with [{"k": "name", "v": "only in replay"}]'

# What a handler gives to psycopg2 itself, without the statements that SQLAlchemy gives it.
with Results(unanswered_at_start=[AT_START], calls={"psycopg2": 1, "sqlalchemy": 0}) as api:
    settings = [["str currency", "str EUR"], ["str greeting", "str Grüß Gott"]]
    api.get("/settings", "read at the start", settings, psycopg2=0)
    api.send("parameters", "queries", "cursors", "bulk", "transactions", "connections", "standins")
    api.send("changing", "values", "failures", "unseen", "orm")
