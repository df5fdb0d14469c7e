from test_calls_requests import echoed, fetched

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import JSON


def hooks_and_auth(api: Api) -> None:
    hooked = {"X-Hooked": "yes"}
    responses = [echoed("GET", headers=hooked), echoed("POST", text="{}", headers={**hooked, **JSON})]
    seen: list[str] = []
    for method in ("GET", "POST"):
        seen += [f"asked {method} /echo", "asked again", f"answered /echo {method}"]
    for kind, name in {"hooks": "event hooks", "async-hooks": "async event hooks"}.items():
        api.get(f"/httpx/{kind}", f"httpx: {name}", {"answers": responses, "seen": seen}, httpx=2)
    api.get("/httpx/hook-raises", "httpx: event hook that raises", {"raised": 503}, httpx=1)
    private = fetched("/private", user="ada")
    for kind, count in {"basic": 0, "challenge": 1}.items():
        found = {**private, "challenges": count}
        again = ["GET /private"] * count
        api.get(f"/httpx/auth/{kind}", f"httpx: authentication, {kind}", found, httpx=1, reached=again)
    signed = {**echoed("POST", text="signed", headers={"X-Signature": "6"}), "challenges": 0}
    api.get("/httpx/auth/signed", "httpx: authentication, signed", signed, httpx=1)
    api.get("/httpx/async-auth", "httpx: authentication, async", fetched("/private", user="grace"), httpx=1)


def errors(api: Api) -> None:
    api.get("/httpx/failing/201", "httpx: 201", fetched("/status/201", status=201, code=201), httpx=1)
    for code in (404, 503):
        failed = {"raised": "HTTPStatusError", "answer": fetched(f"/status/{code}", status=code, code=code)}
        api.get(f"/httpx/failing/{code}", f"httpx: {code}", failed, httpx=1)
        api.get(f"/httpx/async-failing/{code}", f"httpx: {code}, async", failed, httpx=1)
    for how, error in {"refused": "ConnectError", "timeout": "ReadTimeout"}.items():
        name = "refused connection" if how == "refused" else how
        api.get(f"/httpx/failing/{how}", f"httpx: {name}", {"raised": error}, httpx=1)
        api.get(f"/httpx/async-failing/{how}", f"httpx: {name}, async", {"raised": error}, httpx=1)
    many = {"raised": "TooManyRedirects"}
    api.get("/httpx/too-many-redirects", "httpx: too many redirects", many, httpx=1, reached=["GET /redirect/2"])
