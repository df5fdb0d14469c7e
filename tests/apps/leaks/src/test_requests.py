"""The requests of the leaking application. A trace may contain only the instrumented outbound call."""

import os

from e2e_common.record.client import Api

LEAKS = os.environ.get("LEAKS") == "on"
DONE = {"done": True}

with Api() as api:
    for path, library in (("/postgres", "psycopg"), ("/redis", "redis"), ("/http", "requests")):
        api.get(path, name=f"handler, {path[1:]}", body=DONE, calls={} if LEAKS else {library: 1})
        api.get(f"/child{path}", name=f"child, {path[1:]}", body=DONE)
