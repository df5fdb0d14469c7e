from typing import Any

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream import answers as upstream
from e2e_common.services.upstream.answers import FORM, JSON, PLAIN, SERIAL, TEXT, reason

IN_PARTS = {"Content_Type": PLAIN, "Content_Length": None}


def heading(status: int = 200, **headers: Any) -> dict[str, Any]:
    """Returns the expected `heading` (calls_requests.py) of a call through httpx."""
    return {**upstream.heading(status, **headers), "reason": None}


def with_reason(shown: Any) -> Any:
    """Returns the expected value for a call through requests, which has a reason too."""
    if isinstance(shown, list):
        return [with_reason(each) for each in shown]
    if not isinstance(shown, dict):
        return shown
    own = {"reason": reason(shown["status"])} if {"status", "reason"} <= shown.keys() else {}
    return {**{key: with_reason(value) for key, value in shown.items()}, **own}


def fetched(url: str, *, status: int = 200, **body: Any) -> dict[str, Any]:
    """Returns the expected value of a JSON response (`shown` in calls_requests.py)."""
    return {**heading(status), "url": url, "body": {**body, "serial": SERIAL}}


def echoed(method: str, url: str = "/echo", **came: Any) -> dict[str, Any]:
    """Returns the expected value of a call to /echo. `headers` are those besides Accept."""
    return {**heading(X_Answer="of the upstream"), "url": url, "body": upstream.echo(method, **came)}


def user(number: int) -> dict[str, Any]:
    return fetched(f"/users/{number}", **upstream.user(number))


def post(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}", **upstream.post(number))


def comments(number: int) -> dict[str, Any]:
    return fetched(f"/posts/{number}/comments", **upstream.comments(number))


ADA = '{"id":1,"name":"Ada","serial":"live-[0-9a-f]{12}"}\n'
DETAILS: dict[str, tuple[dict[str, Any], str]] = {
    "gzip": (heading(), '{"serial":"live-[0-9a-f]{12}","zipped":true}\n'),
    "headers": (heading(), '{"serial":"live-[0-9a-f]{12}","zipped":true}\n'),
    "bytes": (heading(Content_Type="application/x-bytes"), "(?s).*live-[0-9a-f]{12}"),
    "latin-1": (heading(Content_Type="text/plain; charset=iso-8859-1"), "déjà vu live-[0-9a-f]{12}"),
    "own-reason": (heading(203), '{"code":203,"serial":"live-[0-9a-f]{12}"}\n'),
    "cookies": (heading(Set_Cookie="basket=tea; Path=/"), '{"cookies":{},"serial":"live-[0-9a-f]{12}"}\n'),
    "history": (heading(X_Answer="of the upstream"), '(?s)\\{.*"method":"GET".*\\}\n'),
}


def detailed(what: str, detail: Any, of: str = "") -> dict[str, Any]:
    """Returns the expected attribute, with the response that it is from."""
    response, text = DETAILS.get(of or what, (heading(), ADA))
    return {what: detail, "answer": response, "text": matches(text)}


METHODS = [
    echoed("GET", "/echo?q=a+b&tag=x&tag=y", query={"q": ["a b"], "tag": ["x", "y"]}),
    echoed("POST", text='{"name": "Zo\\u00eb", "price": 2.5}', headers=JSON),
    echoed("PUT", text="name=Zo%C3%AB&tag=a&tag=b", form={"name": ["Zoë"], "tag": ["a", "b"]}, headers=FORM),
    echoed("PATCH", text="plain ü", headers=TEXT),
    echoed("DELETE", headers={"X-Reason": "too old"}),
    echoed("OPTIONS", headers={"Cookie": "theme=dark"}),
    echoed("POST", text="[1, 2", headers=JSON),
]


def requests(api: Api) -> None:
    api.get("/requests/methods", "requests: methods", with_reason(METHODS), requests=7)
    once = [fetched(f"/count/requests-{way}", name=f"requests-{way}", count=1) for way in ("get", "stream")]
    api.get("/requests/once", "requests: each call is sent once", with_reason(once), requests=2)
    head = {**heading(X_Answer="of the upstream"), "url": "/echo", "body": None, "length": 0}
    api.get("/requests/head", "requests: HEAD", with_reason(head), requests=1)
    found = {"post": post(2), "author": user(3), "comments": comments(2)}
    api.get("/requests/author-of/2", "requests: calls in sequence", with_reason(found), requests=3)
    api.get("/requests/same-thrice", "requests: same call three times", with_reason([user(1)] * 3), requests=3)
    own = {"X-Session": "yes", "Authorization": "Basic YWRhOnNlY3JldA=="}
    responses = [
        echoed("GET", "/echo?page=1&q=2", query={"page": ["1"], "q": ["2"]}, headers=own),
        echoed("PUT", "/echo?page=1", query={"page": ["1"]}, text='{"prepared": true}', headers={**own, **JSON}),
    ]
    seen = ["/echo?page=1&q=2", "/echo?page=1"]
    api.get("/requests/session", "requests: session", {"answers": with_reason(responses), "seen": seen}, requests=2)
    api.get("/requests/files", "requests: files", {"file": ["a.txt", 3]}, requests=1)


def received(api: Api) -> None:
    text = matches("line 1\nline 2\nline 3\nlive-[0-9a-f]{12}\n")
    lines = ["line 1", "line 2", "line 3", SERIAL]
    for way, content in {"lines": lines, "content": text, "raw": text}.items():
        body = with_reason({**heading(**IN_PARTS), "content": content})
        api.get(f"/requests/stream/{way}", f"requests: stream, {way}", body, requests=1)
    found: dict[str, Any] = {
        "gzip": {"zipped": True, "serial": SERIAL},
        "bytes": [True, SERIAL],
        "latin-1": ["iso-8859-1", matches("déjà vu live-[0-9a-f]{12}")],
        "reason": ["NON AUTHORITATIVE INFORMATION", True],
        "number": "200",
        "elapsed": True,
        "request": ["GET", "yes"],
        "cookies": {"basket": "tea"},
    }
    for what, value in found.items():
        response = with_reason(detailed(what, value, of="own-reason" if what == "reason" else ""))
        api.get(f"/requests/detail/{what}", f"requests: response, {what}", response, requests=1)
    moved = echoed("GET", "/echo?from=redirect", query={"from": ["redirect"]})
    history = {"history": ["/redirect/2", "/redirect/1"]}
    api.get("/requests/redirect", "requests: redirects", with_reason({**moved, **history}), requests=3)
    api.get("/requests/redirect/body", "requests: body after redirects", moved["body"], requests=3)


def errors(api: Api) -> None:
    created = with_reason(fetched("/status/201", status=201, code=201))
    api.get("/requests/failing/201", "requests: 201", created, requests=1)
    api.get("/requests/failing/503", "requests: 503", {"raised": "HTTPError", "status": 503}, requests=1)
    for how, error in {"refused": "ConnectionError", "timeout": "ReadTimeout"}.items():
        name = "refused connection" if how == "refused" else how
        api.get(f"/requests/failing/{how}", f"requests: {name}", {"raised": error}, requests=1)
