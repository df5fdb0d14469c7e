from typing import Any

from test_outside import echoed, user

from e2e_common.record.client import Api


def requests(api: Api) -> None:
    json = {"content-type": "application/json"}
    wsgi, asgi = ({"content-type": "text/plain", "x-of": of} for of in ("WSGI", "ASGI"))
    inside = [
        _inside("POST", "/mock?q=%C3%BC", json, text='{"path":"/mock","sent":"tea"}'),
        _inside("POST", "/mock-async?q=%C3%BC", json, text='{"path":"/mock-async","sent":"tea"}'),
        _inside("PUT", "/wsgi?q=%C3%BC", wsgi, status=202, text="PUT /wsgi?q=%C3%BC tea"),
        _inside("PATCH", "/asgi?q=%C3%BC", asgi, status=202, text="/asgi tea"),
        _inside("GET", "/spelled", {"x-of": "GET"}, text="letters"),
    ]
    api.get("/transports/inside", "in-process transports", inside, httpx=5)
    around = [echoed(headers={"X-Count": "1"}), echoed(headers={"X-Count": "2"})]
    api.get("/transports/around", "transport that wraps another", around, httpx=2)
    api.get("/transports/run", "state of a transport", {"count": 1}, httpx=1)
    api.get("/transports/calls", "transport with a call", {"name": "Ada"}, httpx=2)
    sized = {**json, "content-length": "32"}
    mounted = _inside("POST", "/mounted", sized, body={"path": "/mounted", "sent": "tea"})
    api.get("/transports/mounts", "mounted transports", [mounted, user(2)], httpx=2)
    seen = _inside("GET", "", {**json, "content-length": "58"}, hops=1, url="http://two.example/after")
    seen["body"] = {"authorization": None, "x-kept": "yes", "host": "two.example"}
    api.get("/transports/another-host", "redirect to another host", seen, httpx=1)


def _inside(asked: str, path: str, headers: dict[str, str], **more: Any) -> dict[str, Any]:
    """Returns the expected response of a transport inside the process."""
    url = f"http://inside.example{path}"
    return {"asked": asked, "url": url, "status": 200, "hops": 0, "headers": headers, **more}
