from typing import Any

from test_outside import CLIENTS, WAYS, echoed, fetched, user

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import FLASK_BROKEN, SERIAL

CLASSES = {
    "status": ["HTTPStatusError", "HTTPError"],
    "refused": ["ConnectError", "NetworkError", "TransportError", "RequestError", "HTTPError"],
    "slow": ["ReadTimeout", "TimeoutException", "TransportError", "RequestError", "HTTPError"],
}
OF = {"status": "/status/404", "refused": "http://127.0.0.1:9/", "slow": "/slow/3.0"}


def requests(api: Api) -> None:
    for way in WAYS:
        _in_each_way(api, way)
    for way in CLIENTS:
        _by_clients(api, way)
    errors = ["httpx.InvalidURL: Invalid port: 'port'"]
    path = "/guide/not-caught"
    api.get(path, "error not caught", FLASK_BROKEN, expect=500, recorded="status", errors=errors)
    _transports(api)
    asked = [echoed(headers={"X-Own": "GET"}), echoed("POST", text="tea", headers={"X-Own": "POST"})]
    api.get("/guide/own-async", "subclass of AsyncClient", asked, httpx=2)
    api.get("/guide/anyio", "anyio.run", [user(1), False], httpx=1)
    api.get("/guide/encoding-found", "attribute: encoding-found", {"text": "déjà vu"}, httpx=1)


def _in_each_way(api: Api, way: str) -> None:
    read = {"body": {"city": "Oslo", "celsius": "12 degrees", "serial": SERIAL}, "name": "Grace"}
    api.get(f"/guide/json/{way}", f"json() with parameters, {way}", read, httpx=2)
    kind = {"Content-Type": "multipart/form-data; boundary=here"}
    form = echoed("POST", form={"note": ["hot"], "json": ['{"n":1}']}, headers=kind)
    api.get(f"/guide/form-in-parts/{way}", f"multipart form, {way}", form, httpx=1)
    url = f"/flaky/{way}/2"
    until = [[n == 3, fetched(url, of={"status": 200 if n == 3 else 503}, name=way, asked=n)] for n in (1, 2, 3)]
    api.get(f"/guide/asked-until/{way}", f"retried until it succeeds, {way}", until, httpx=3)


def _by_clients(api: Api, way: str) -> None:
    for what, classes in CLASSES.items():
        found = {"classes": classes, "of": OF[what]}
        api.get(f"/guide/caught/{what}/{way}", f"caught: {what}, {way}", found, httpx=1)
    size = {"size": 300_017, "grew": True}
    api.get(f"/guide/download/{way}", f"progress of a download, {way}", size, httpx=1)
    sent: list[Any] = [echoed("POST", text="one two three"), [4, 4, 5]]
    api.get(f"/guide/upload/{way}", f"progress of an upload, {way}", sent, httpx=1)
    api.get(f"/guide/explicit/{way}", f"explicit transport, {way}", user(1), httpx=1)
    line = 'HTTP Request: GET /users/1 "HTTP/1.1 200 OK"'
    api.get(f"/guide/logged/{way}", f"log of a call, {way}", [line], httpx=1)


def _transports(api: Api) -> None:
    shop = "http://shop.example/users/1"
    through = [{**user(1), "url": shop}, user(2)]
    api.get("/guide/proxy-by-mount", "proxy in mounts", through, httpx=2, reached=[f"GET {shop}"])
    sent = fetched("/target/of-url", target="/target/of-extension?q=1", path="of-extension")
    api.get("/guide/target", "target extension", sent, httpx=1, reached=["GET /target/of-extension"])
