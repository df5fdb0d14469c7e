"""The requests of the leaking application. A trace may contain only the instrumented outbound call."""

import os

from e2e_common.record.client import Api

LEAKS = os.environ.get("LEAKS") == "on"
DONE = {"done": True}

with Api() as api:
    for service, library in (("postgres", "psycopg"), ("redis", "redis"), ("http", "requests")):
        api.get(f"/handler/{service}", name=f"handler, {service}", body=DONE, calls={} if LEAKS else {library: 1})
        api.get(f"/child/{service}", name=f"child, {service}", body=DONE)
