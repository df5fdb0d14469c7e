"""The flask suite's requests. Each has its full expected answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from e2e_common.record.client import Api

START = ["DELETE http://upstream/only-at-the-start?in=replay"]

with Api(unanswered_at_start=START, calls={"requests": 0}) as api:
    api.send("app", "changing", "incoming", "outgoing", "calls", "clients", "plain", "rules", "served")
