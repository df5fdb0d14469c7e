"""Each request that continues after its response is followed by one that does not."""

from e2e_common.record.client import Api

DONE = {"done": True}

with Api() as api:
    for n in range(6):
        api.get("/told", name=f"told {n}", body=DONE, background=1)
        api.get("/plain", name=f"after told {n}", body=DONE)
        api.get("/reached", name=f"reached {n}", body=DONE, leaks=["upstream: GET /posts/1"])
        api.get("/plain", name=f"after reached {n}", body=DONE)
