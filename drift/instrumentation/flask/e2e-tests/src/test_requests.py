"""The flask suite's requests. Each declares its full expected response and its outbound calls. They are independent of
each other.

Run by hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# When run by hand, finds e2e_common at the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from e2e_common.record.client import Api

START = ["DELETE http://upstream/only-at-the-start?in=replay"]

with Api(unanswered_at_start=START, calls={"requests": 0}) as api:
    api.send("app", "changing", "incoming", "responses", "calls", "clients", "plain", "rules", "served")
