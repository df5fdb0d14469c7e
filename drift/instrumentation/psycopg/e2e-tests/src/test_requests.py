"""The psycopg suite's requests. Each has its full expected response and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from test_db import Results

with Results(calls={"psycopg": 1}) as api:
    api.send("queries", "parameters", "batches", "rows", "values", "transactions", "errors", "copying")
    api.send("connections", "options", "asynchronous", "changing", "unseen")
