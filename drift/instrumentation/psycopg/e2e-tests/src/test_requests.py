"""The psycopg suite's requests. Each declares its full expected response and its outbound calls. They are independent
of each other.

Run by hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# When run by hand, finds e2e_common at the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from test_db import Rows

from e2e_common.record.client import Api

with Api(calls={"psycopg": 1}, exchange=Rows) as api:
    api.send("queries", "parameters", "batches", "rows", "values", "transactions", "errors", "copying")
    api.send("connections", "options", "asynchronous", "changing", "unseen")
