from test_outside import CLIENTS, echoed, user

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    hooked = {"X-Hooked": "yes"}
    seen = ["asked GET /echo ", "asked again", "answered 200 /echo GET"]
    seen += ["asked POST /echo tea", "asked again", "answered 200 /echo POST"]
    found = [[echoed(headers=hooked), echoed("POST", text="tea", headers=hooked)], seen]
    raising = {"before": "PermissionError", "after": "PermissionError", "from-400": "HTTPStatusError"}
    for way in CLIENTS:
        api.get(f"/hooks/both/{way}", f"event hooks, {way}", found, httpx=2)
        for what, raised in raising.items():
            api.get(
                f"/hooks/raises/{what}/{way}", f"event hook that raises: {what}, {way}", {"raised": raised}, httpx=1
            )
    api.get("/hooks/calls", "event hook with a call", [echoed(headers={"X-Name": "Ada"}), [user(1)]], httpx=2)
    api.get("/hooks/moves", "event hook that changes the URL", user(3), httpx=1)
    api.get("/hooks/redirect", "event hooks of a redirect", ["/redirect/1", "/echo"], httpx=1, reached=["GET /echo"])
