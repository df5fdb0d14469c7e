"""Clients: what they add to each call, what they keep, and which way they go."""

import os
from contextlib import contextmanager
from typing import Any

import httpx
from flask import Blueprint, Response, jsonify
from outside import CALL_LIMIT_S, NOWHERE, TLS, UPSTREAM, asking, client, here, run, shown

bp = Blueprint("clients", __name__, url_prefix="/clients")


@bp.get("/defaults/<any(client, async):way>")
def defaults(way: str) -> Response:
    """What a client adds to all its calls, and what a call adds to that, or puts in its place."""
    options: dict[str, Any] = {
        "headers": {"X-Of": "the client", "X-Both": "of the client", "Accept": "application/json"},
        "params": {"page": "1", "size": "5"},
        "cookies": {"theme": "dark"},
        "auth": ("ada", "secret"),
    }
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("get", "/echo", {"params": {"q": "2", "size": "9"}, "headers": {"x-both": "of the call"}}),
        ("post", "/echo", {"json": {}, "auth": None}),
        ("get", "/echo", {"auth": ("grace", "s")}),
    ]
    if way == "async":

        async def asked(own: httpx.AsyncClient) -> Any:
            return [shown(await getattr(own, verb)(url, **sent)) for verb, url, sent in calls]

        return jsonify(run(asked, **options))
    with client(**options) as own:
        return jsonify([shown(getattr(own, verb)(url, **sent)) for verb, url, sent in calls])


@bp.get("/base-url/<way>")
def base_url(way: str) -> Response:
    """Joined to what the call says, whether or not that begins with a slash; a whole URL stands alone."""
    urls = ["2/comments", "/1/comments", "", f"{UPSTREAM}/users/1"]
    base = f"{UPSTREAM}/posts/" if way == "client" else f"{UPSTREAM}/posts"
    ask = asking(way, base_url=base)
    return jsonify([shown(ask("get", url)) if url else here(str(client(base_url=base).base_url)) for url in urls])


@bp.get("/changed")
def changed() -> Response:
    """A client that is changed between its calls."""
    with client() as own:
        own.headers["X-First"] = "1"
        own.params = own.params.set("page", "1")
        found = [shown(own.get("/echo"))]
        own.headers.update({"X-Second": "2"})
        del own.headers["X-First"]
        own.params = httpx.QueryParams()
        own.cookies.set("theme", "dark")
        own.auth = ("ada", "")
        own.base_url = httpx.URL(f"{UPSTREAM}/posts")
        return jsonify([*found, shown(own.get(f"{UPSTREAM}/echo")), shown(own.get("/2"))])


@bp.get("/kept/<any(once, again):when>")
def kept(when: str) -> Response:
    """One client that is never closed, for calls of several requests."""
    return jsonify(when, shown(KEPT.get("/posts/1")), shown(KEPT.get("/posts/1")))


class Own(httpx.Client):
    """A client of the application's own, as many have."""

    def send(self, request: httpx.Request, **more: Any) -> httpx.Response:
        request.headers["X-Own"] = f"{request.method} {len(request.content)}"
        return super().send(request, **more)

    def user(self, number: int) -> dict[str, Any]:
        return shown(self.get(f"/users/{number}"))


KEPT = client(headers={"X-Kept": "yes"})


@bp.get("/own")
def own_class() -> Response:
    with Own(base_url=UPSTREAM, timeout=CALL_LIMIT_S, verify=TLS) as own:
        return jsonify(shown(own.post("/echo", content=b"four")), own.user(3))


@bp.get("/cookie-jar/<any(client, async):way>")
def cookie_jar(way: str) -> Response:
    """A client keeps the cookies that it is given, and sends them again."""

    async def asked(own: httpx.AsyncClient) -> Any:
        await own.get("/cookie")
        return [dict(own.cookies), (await own.get("/cookie")).json()["cookies"]]

    if way == "async":
        return jsonify(run(asked))
    with client() as own:
        own.get("/cookie")
        return jsonify([dict(own.cookies), own.get("/cookie").json()["cookies"]])


@bp.get("/sent-by-hand/<what>/<any(client, async, told):way>")
def sent_by_hand(what: str, way: str) -> Response:
    """send() takes from its client what it is not told itself."""
    options: dict[str, Any] = {"auth": {"auth": ("ada", "secret")}, "redirects": {"follow_redirects": True}}[what]
    told: dict[str, Any] = {"auth": httpx.BasicAuth("grace", "s"), "follow_redirects": True}
    url = "/private" if what == "auth" else "/redirect/1"

    async def asked(own: httpx.AsyncClient) -> Any:
        return shown(await own.send(own.build_request("GET", url)))

    if way == "async":
        return jsonify(run(asked, **options))
    with client(**options) as own:
        ready = own.build_request("GET", url)
        return jsonify(shown(own.send(ready, **(told if way == "told" else {}))))


@contextmanager
def environment(**names: str) -> Any:
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


@bp.get("/proxy")
def proxy() -> Response:
    """The upstream as a proxy, told by the client and by the environment; and an environment that is not trusted."""
    shop: dict[str, Any] = {"timeout": CALL_LIMIT_S, "verify": TLS}
    with httpx.Client(proxy=UPSTREAM, **shop) as own:
        found = [shown(own.get("http://shop.example/users/1"))]
    with environment(HTTP_PROXY=UPSTREAM, http_proxy=UPSTREAM, NO_PROXY="", no_proxy=""), httpx.Client(**shop) as own:
        found.append(shown(own.get("http://shop.example/users/2")))
    with environment(HTTP_PROXY=NOWHERE, http_proxy=NOWHERE), httpx.Client(trust_env=False, **shop) as own:
        found.append(shown(own.get(f"{UPSTREAM}/users/3")))
    return jsonify(found)


@bp.get("/limits/<way>")
def limits(way: str) -> Response:
    """Few connections, all kinds of time-outs, and a protocol that the upstream does not speak."""
    timeout = httpx.Timeout(CALL_LIMIT_S, connect=4, read=6, write=None)
    few = httpx.Limits(max_connections=1, max_keepalive_connections=0, keepalive_expiry=1)
    ask = asking(way, limits=few, timeout=timeout, http2=True, http1=True, trust_env=False)
    answers = [
        ask("get", "/users/1"),
        ask("get", "/users/2", timeout=None),
        ask("get", "/users/3", timeout=(4, 5, 6, 7)),
    ]
    return jsonify([[shown(answer), answer.http_version] for answer in answers])


@bp.get("/traced")
def traced() -> Response:
    """The steps of a call, as httpcore tells them."""
    steps: list[str] = []
    answer = asking("client")("get", "/users/1", extensions={"trace": lambda name, _: steps.append(name)})
    return jsonify(name=answer.json()["name"], sent="http11.send_request_headers.complete" in steps)
