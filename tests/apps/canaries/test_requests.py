"""The requests of the canary application: one that passes, and one that triggers the fault."""

import os

from e2e_common.record.client import Api, matches

FAULT = os.environ.get("CANARY", "")
DONE = {"done": True}
DOES_AS_IT_IS_CALLED = (
    "raw socket",
    "child process",
    "child in recording alone",
    "plain thread",
    "late thread",
    "late child",
    "dies after its answer",
    "hangs in recording",
    "hangs in replay",
)

with Api() as api:
    if FAULT not in ("sends nothing", "dies after its answer"):  # the last response, whatever the order of the replay
        api.get("/fine", body={"fine": True})
    if FAULT == "breaks off":
        raise RuntimeError("canary: on purpose")
    if FAULT == "wrong answer":
        api.get("/fine", name="wrong answer", body={"fine": False})
    if FAULT == "random number":
        api.get("/random-number", name=FAULT, body={"text": matches("[0-9]+")})
    if FAULT.startswith("keeps a number in "):
        api.get("/kept-number", name=FAULT, body={"text": matches("[0-9]+")})
    if FAULT == "clock not set back":
        api.get("/clock", name=FAULT, body={"minute_and_second": matches("at [0-9]+ past [0-9]+")})
    if FAULT in DOES_AS_IT_IS_CALLED:
        api.get(f"/{FAULT.replace(' ', '-')}", name=FAULT, body=DONE)
    for n in range(6) if FAULT == "calls after its answers" else ():  # each is followed by a request that has no call
        api.get("/told-afterwards", name=f"told {n}", body=DONE, background=1)
        api.get("/fine", name=f"after told {n}", body={"fine": True})
        api.get("/reached-afterwards", name=f"reached {n}", body=DONE, leaks=["upstream: GET /posts/1"])
        api.get("/fine", name=f"after reached {n}", body={"fine": True})
    if FAULT == "hidden miss":
        api.get("/hidden-miss", name=FAULT, body=DONE, calls={"requests": 1})
    if FAULT == "answers 500":
        api.get("/answers-500", name=FAULT, expect=500, body={"done": False})
    if FAULT == "exits half way":
        api.get("/exits", name=FAULT, body=DONE)
