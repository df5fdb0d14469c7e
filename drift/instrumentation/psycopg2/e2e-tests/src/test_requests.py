"""The psycopg2 suite's requests. Each declares its full expected response and its outbound calls. They are independent
of each other.

Run by hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# When run by hand, finds e2e_common at the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from test_database import Rows

from e2e_common.record.client import Api

AT_START = 'SELECT value FROM settings WHERE name = %(__td_param__)s with [{"k": "name", "v": "only in replay"}]'

# Defaults: one statement of psycopg2, none of SQLAlchemy.
with Api(unanswered_at_start=[AT_START], calls={"psycopg2": 1, "sqlalchemy": 0}, exchange=Rows) as api:
    settings = [["str currency", "str EUR"], ["str greeting", "str Grüß Gott"]]
    api.get("/settings", "statements at startup", settings, psycopg2=0)
    api.send("parameters", "queries", "cursors", "bulk", "transactions", "connections", "mock_connections")
    api.send("changing", "values", "failures", "unseen", "orm")
