from test_outside import CLIENTS, echoed, fetched

from e2e_common.record.client import Api, matches

DIGEST = (
    "/private?challenge=Digest+realm%3D%22upstream%22%2C+nonce%3D%22n0nce%22%2C+qop%3D%22auth%22%2C+algorithm%3DMD5"
)
WHO: dict[str, list[dict[str, str]]] = {
    "authentication": [{"Authorization": "Basic YWRhOnNlY3JldA=="}, {"Authorization": "Basic Z3JhY2U6c2VjcmV0"}],
    "header": [{"Authorization": "Bearer one"}, {"Authorization": "Bearer two"}],
    "cookie": [{"Cookie": "session=one"}, {"Cookie": "session=two"}],
}


def requests(api: Api) -> None:
    challenged = {"www-authenticate": 'Basic realm="upstream"'}
    bearer = {"Authorization": matches("Bearer live-[0-9a-f]{12}")}
    found = {
        "basic": fetched("/private", user="ada"),
        "pair": fetched("/private", user="grace"),
        "digest": fetched(DIGEST, of={"hops": 1}, user="ada"),
        "token": echoed(url="/echo?kind=token", headers=bearer, hops=1),  # also with different URLs
        "challenge": fetched("/private", of={"hops": 1}, user="ada"),
        "none": fetched("/private", of={"status": 401}, headers=challenged, error="who are you?"),
    }
    for way in CLIENTS:
        reached = ["GET /private", "GET /private", "GET /users/1"]
        api.get(f"/auth/all/{way}", f"authentication, {way}", found, httpx=len(found), reached=reached)
        for what, stamp in {"signed": {"X-Signature": "POST 4"}, "function": {"X-Stamp": "by a function"}}.items():
            stamped = echoed("POST", text="four", headers=stamp)
            api.get(f"/auth/stamps/{what}/{way}", f"authentication: {what}, {way}", stamped, httpx=1)
        lock = "an async lock" if way == "async" else "a lock"
        guarded = echoed(headers={"Authorization": f"Bearer behind {lock}"})
        api.get(f"/auth/guarded/{way}", f"authentication with a lock, {way}", guarded, httpx=1)
    for by, headers in WHO.items():
        apart = [*(echoed(headers=each) for each in headers), 2]
        # The responses are swapped. Their dates are not, because all are from the same second.
        path = f"/auth/told-apart/{by}"
        api.get(path, f"calls that differ in {by}", apart, httpx=2, early_in_second=True)
    api.get("/auth/netrc", "authentication: netrc", fetched("/private", user="ada"), httpx=1)
    api.get("/auth/history", "history of an authentication", [401], httpx=1, reached=["GET /private"])
    api.get("/auth/state", "state of an authentication", {"kept": "live-"}, httpx=1, reached=["GET /users/1"])
