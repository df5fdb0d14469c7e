"""The psycopg suite's requests. Each states its full answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from words import Results

with Results(calls={"psycopg": 1}) as api:
    api.send("queries", "parameters", "batches", "rows", "values", "transactions", "errors", "copying", "pipelines")
    api.send("connections", "options", "pools", "asynchronous", "factories", "starting", "changing", "unseen")
