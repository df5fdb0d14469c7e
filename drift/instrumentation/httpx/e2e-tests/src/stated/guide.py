"""What the requests of ../guide.py state."""

from __future__ import annotations

from typing import Any

from stated.words import CLIENTS, SERIAL, WAYS, Send, echoed, fetched, user

CLASSES = {
    "status": ["HTTPStatusError", "HTTPError"],
    "refused": ["ConnectError", "NetworkError", "TransportError", "RequestError", "HTTPError"],
    "slow": ["ReadTimeout", "TimeoutException", "TransportError", "RequestError", "HTTPError"],
}
OF = {"status": "/status/404", "refused": "http://127.0.0.1:9/", "slow": "/slow/3.0"}
BROKEN = (
    "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n"
    "<p>The server encountered an internal error and was unable to complete your request. "
    "Either the server is overloaded or there is an error in the application.</p>\n"
)


def requests(send: Send) -> None:
    """Send them all."""
    for way in WAYS:
        _in_each_way(send, way)
    for way in CLIENTS:
        _by_clients(send, way)
    said = ["httpx.InvalidURL: Invalid port: 'port'"]
    path = "/guide/not-caught"
    send("error that nobody catches", path, BROKEN, expect=500, recorded="status", errors=said)
    _transports(send)
    own = {"X-Own": "GET"}, {"X-Own": "POST"}
    asked = [echoed(headers=own[0]), echoed("POST", text="tea", headers=own[1])]
    send("async class of its own", "/guide/own-async", asked, httpx=2)
    send("run by anyio", "/guide/anyio", [user(1), False], httpx=1)
    send("detail: encoding-found", "/guide/encoding-found", {"text": "déjà vu"}, httpx=1)


def _in_each_way(send: Send, way: str) -> None:
    weather = {"city": "Oslo", "celsius": "12 degrees", "serial": SERIAL}
    read = {"body": weather, "name": "Grace"}
    send(f"JSON with parameters, {way}", f"/guide/json/{way}", read, httpx=2)
    kind = {"Content-Type": "multipart/form-data; boundary=here"}
    form = echoed("POST", form={"note": ["hot"], "json": ['{"n":1}']}, headers=kind)
    send(f"form in parts, {way}", f"/guide/form-in-parts/{way}", form, httpx=1)
    url = f"/flaky/{way}/2"
    until = [[n == 3, fetched(url, of={"status": 200 if n == 3 else 503}, name=way, asked=n)] for n in (1, 2, 3)]
    send(f"asked until it is there, {way}", f"/guide/asked-until/{way}", until, httpx=3)


def _by_clients(send: Send, way: str) -> None:
    for what, classes in CLASSES.items():
        found = {"classes": classes, "of": OF[what]}
        send(f"caught: {what}, {way}", f"/guide/caught/{what}/{way}", found, httpx=1)
    size = {"size": 300_017, "grew": True}
    send(f"progress of a download, {way}", f"/guide/download/{way}", size, httpx=1)
    sent: list[Any] = [echoed("POST", text="one two three"), [4, 4, 5]]
    send(f"progress of an upload, {way}", f"/guide/upload/{way}", sent, httpx=1)
    send(f"transport that is named, {way}", f"/guide/explicit/{way}", user(1), httpx=1)
    line = 'HTTP Request: GET /users/1 "HTTP/1.1 200 OK"'
    send(f"log of a call, {way}", f"/guide/logged/{way}", [line], httpx=1)


def _transports(send: Send) -> None:
    through = {**user(1), "url": "http://shop.example/users/1"}
    send(
        "proxy for some addresses",
        "/guide/proxy-by-mount",
        [through, user(2)],
        httpx=2,
        reached=["GET http://shop.example/users/1"],
    )
    sent = fetched("/target/of-url", target="/target/of-extension?q=1", path="of-extension")
    send("target of its own", "/guide/target", sent, httpx=1, reached=["GET /target/of-extension"])
