"""The requests of the canary application: one that passes, and one that triggers each fault."""

import os

from e2e_common.record.client import Api, matches

FAULTS = os.environ.get("CANARY", "").split(", ")
KEEPS = "keeps a number in "
DONE = {"done": True}
NUMBER = {"body": {"text": matches("[0-9]+")}}
CALL = {"requests": 1}
SERIAL = matches("live-[0-9a-f]{12}")
WHOLE = {
    "status": 200,
    "reason": "OK",
    "headers": {
        "Connection": "close",
        "Content-Length": matches("[0-9]+"),
        "Content-Type": "application/json",
        "Date": matches(".* GMT"),
        "Server": matches("Werkzeug/.*"),
    },
    "body": {"id": 1, "name": "Ada", "serial": SERIAL},
}
REQUESTS = {
    **{
        fault: (f"/{fault.replace(' ', '-')}", {"body": DONE})
        for fault in (
            "raw socket", "child process", "child in recording alone", "plain thread", "late thread", "late child",
            "dies after its answer", "hangs in recording", "hangs in replay",
        )
    },
    "wrong answer": ("/fine", {"body": {"fine": False}}),
    "random number": ("/random-number", NUMBER),
    "clock not set back": ("/clock", {"body": {"minute_and_second": matches("at [0-9]+ past [0-9]+")}}),
    "hidden miss": ("/hidden-miss", {"body": DONE, "calls": CALL}),
    "answers 500": ("/answers-500", {"expect": 500, "body": {"done": False}}),
    "exits half way": ("/exits", {"body": DONE}),
    "careful": ("/careful", {"body": WHOLE, "calls": CALL}),
    "careless": ("/careless", {"body": {"title": "Post 1"}, "calls": CALL}),
    "hides": ("/hides", {"body": DONE, "calls": CALL}),
    "fragile": ("/fragile", {"body": {"id": 3, "name": "Édith", "serial": SERIAL}, "calls": CALL}),
}  # fmt: skip
"""Fault → path and expectation of the request that triggers it."""

with Api() as api:
    if not {"sends nothing", "dies after its answer"} & {
        *FAULTS
    }:  # the last response, whatever the order of the replay
        api.get("/fine", body={"fine": True})
    if "breaks off" in FAULTS:
        raise RuntimeError("canary: on purpose")
    if "calls after its answers" in FAULTS:
        for n in range(6):  # each is followed by a request that has no call
            api.get("/told-afterwards", name=f"told {n}", body=DONE, background=1)
            api.get("/fine", name=f"after told {n}", body={"fine": True})
            api.get("/reached-afterwards", name=f"reached {n}", body=DONE, leaks=["upstream: GET /posts/1"])
            api.get("/fine", name=f"after reached {n}", body={"fine": True})
    for fault in FAULTS:
        if fault in REQUESTS:
            path, expectation = REQUESTS[fault]
            api.get(path, name=fault, **expectation)
        elif fault.startswith(KEEPS):
            api.get(f"/kept-number?folder={fault.removeprefix(KEEPS)}", name=fault, **NUMBER)
