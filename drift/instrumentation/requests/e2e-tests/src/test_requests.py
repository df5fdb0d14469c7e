"""The requests suite's requests. Each declares its full expected response and its outbound calls. They are independent
of each other.

Run by hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from pathlib import Path

# When run by hand, finds e2e_common at the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from test_wire import echoed, fetched

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import JSON

with Api(unanswered_at_start=["GET http://upstream/users/2?only=in-replay"], calls={"requests": 1}) as api:
    made = echoed("POST", headers=JSON, text='{"at": "the start"}')
    settings = {"user": fetched("/users/2", id=2, name="Grace"), "made": made, "nothing": True}
    api.get("/settings", "calls at startup", settings, requests=0)
    api.send("sessions", "sent", "authorized", "responses", "streams", "redirects", "failures", "transport")
    api.send("parallel", "changing", "idioms", "rules")
