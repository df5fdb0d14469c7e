from test_wire import ANSWER, echoed, fetched, heading, post

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import JSON, TEXT

VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def requests(api: Api) -> None:
    api.get("/sessions/functions", "module functions", [echoed(verb) for verb in VERBS], requests=6)
    methods = [*(echoed(verb) for verb in VERBS), echoed("PATCH", "small")]
    api.get("/sessions/methods", "methods of a Session", methods, requests=7)
    heads = [
        heading("/echo", headers={**JSON, **ANSWER}),
        heading("/redirect/1", 302, "FOUND", headers={**TEXT, "Location": "/echo?from=redirect"}),
        heading("/echo?own", headers={**JSON, **ANSWER}),
    ]
    api.get("/sessions/head", "HEAD", [{**head, "text": ""} for head in heads], requests=3)
    _of_a_session(api)
    _prepared(api)
    _hooks(api)
    counts = [fetched("/count/requests-same", name="requests-same", count=number) for number in (1, 2, 3)]
    api.get("/sessions/same-again", "same call three times", {"counts": counts, "posts": [post(1)] * 3}, requests=6)
    in_turn = {
        "post": post(2),
        "author": fetched("/users/3", id=3, name="Édith"),
        "made": fetched("/users", status=201, reason="CREATED", id=4, name="htidÉ"),
        "gone": fetched("/users/4", deleted=4),
    }
    api.get("/sessions/needs-the-one-before", "calls in sequence", in_turn, requests=4)


def _of_a_session(api: Api) -> None:
    ada, grace = "Basic QWRhOnBhc3M6d29yZA==", "Basic R3JhY2U6"
    own = {"X-Client": "session", "Authorization": ada, "Cookie": "theme=dark"}
    dropped = {"X-Dropped": "of the session"}
    mixed = {**JSON, **dropped, "X-Client": "own", "Authorization": grace, "Cookie": "theme=dark; lang=en"}
    in_json = {"accept": "application/json"}
    sessions = [
        echoed("GET", "key=k1&page=1", headers=own, **in_json),
        echoed("POST", "key=k1&page=2", headers=mixed, text="1", **in_json),
        echoed("PUT", "page=1", headers={**own, **dropped}, **in_json),
    ]
    api.get("/sessions/defaults", "defaults of a Session", sessions, requests=3)
    api.get("/sessions/without-defaults", "Session without headers", echoed(accept=None))
    polite = echoed(headers={"X-Prepared": "please", "X-Sent": "thank you"})
    api.get("/sessions/subclass", "subclass of Session", {**polite, "reason": "OK, and thank you"})
    pickled = echoed(headers={"X-Client": "pickled", "Cookie": "theme=dark"})
    api.get("/sessions/pickled", "pickled and closed Session", [pickled, pickled], requests=2)


def _prepared(api: Api) -> None:
    own = {"X-Client": "own", "Cookie": "c=1"}
    prepared = [
        echoed("PUT", "a=1", headers=own, accept=None, text="one"),
        echoed("PUT", "a=1", headers={**own, "X-Session": "yes"}, text="one"),
        echoed("POST", "a=1&b=2", headers=own, accept=None, text="another body"),
    ]
    api.get("/sessions/prepared", "PreparedRequest", prepared, requests=3)
    by_hand = echoed("POST", headers={**JSON, "X-By": "hand"}, accept=None, text='{"sent": "twice"}')
    api.get("/sessions/by-hand", "PreparedRequest.prepare()", [by_hand, by_hand], requests=2)


def _hooks(api: Api) -> None:
    seen = [[post(1), 5, False, False], *[[post(2), 5, True, True]] * 2]
    api.get("/sessions/hooks", "hooks", seen, requests=2)
    api.get("/sessions/session-hooks", "hooks of a Session", [["session", post(3)], ["request", post(1)]], requests=2)
    api.get("/sessions/hook-options", "arguments of a hook", ["cert", "proxies", "stream", "timeout", "verify"])
    api.get("/sessions/hook-of-a-send", "default arguments of a hook", [[False, True]])
    api.get("/sessions/hook-checks", "hook that calls raise_for_status()", post(3))
    api.get("/sessions/hook-changes", "hook that changes the response", {**post(1), "reason": "marked OK"})
    api.get("/sessions/hook-replaces", "hook that replaces the response", {"status": 203, "text": 'marked {"author"'})
