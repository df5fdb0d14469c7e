"""What the requests of ../transports.py state."""

from __future__ import annotations

from typing import Any

from stated.words import Send, echoed, user


def requests(send: Send) -> None:
    """Send them all."""
    json = {"content-type": "application/json"}
    wsgi, asgi = ({"content-type": "text/plain", "x-of": of} for of in ("WSGI", "ASGI"))
    inside = [
        _inside("POST", "/mock?q=%C3%BC", json, text='{"path":"/mock","sent":"tea"}'),
        _inside("POST", "/mock-async?q=%C3%BC", json, text='{"path":"/mock-async","sent":"tea"}'),
        _inside("PUT", "/wsgi?q=%C3%BC", wsgi, status=202, text="PUT /wsgi?q=%C3%BC tea"),
        _inside("PATCH", "/asgi?q=%C3%BC", asgi, status=202, text="/asgi tea"),
        _inside("GET", "/spelled", {"x-of": "GET"}, text="letters"),
    ]
    send("transports inside the process", "/transports/inside", inside, httpx=5)
    around = [echoed(headers={"X-Count": "1"}), echoed(headers={"X-Count": "2"})]
    send("transport around another", "/transports/around", around, httpx=2)
    send("transport that counts", "/transports/run", {"count": 1}, httpx=1)
    send("transport that calls", "/transports/calls", {"name": "Ada"}, httpx=2)
    sized = {**json, "content-length": "32"}
    mounted = _inside("POST", "/mounted", sized, body={"path": "/mounted", "sent": "tea"})
    send("mounts", "/transports/mounts", [mounted, user(2)], httpx=2)
    seen = _inside("GET", "", {**json, "content-length": "58"}, hops=1, url="http://two.example/after")
    seen["body"] = {"authorization": None, "x-kept": "yes", "host": "two.example"}
    send("redirect to another host", "/transports/another-host", seen, httpx=1)


def _inside(asked: str, path: str, headers: dict[str, str], **more: Any) -> dict[str, Any]:
    """What is said of an answer of the process itself."""
    url = f"http://inside.example{path}"
    return {"asked": asked, "url": url, "status": 200, "hops": 0, "headers": headers, **more}
