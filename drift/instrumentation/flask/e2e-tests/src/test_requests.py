"""The flask suite's requests. Each states its full answer and its outbound calls; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from e2e_common.requester import Api, matches

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
SERIAL = matches("live-[0-9a-f]{12}")
NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
BINARY = bytes(range(256))


def seen(method: str, **fields: Any) -> dict[str, Any]:
    return {"method": method, "json": None, "form": {}, "size": 0, **fields}


def fetched(status: int = 200, **body: Any) -> dict[str, Any]:
    return {"status": status, "type": "application/json", "body": {**body, "serial": SERIAL}}


def post(number: int) -> dict[str, Any]:
    return fetched(id=number, author=number % 3 + 1, title=f"Post {number}")


with Api() as api:
    # Methods and what comes in
    api.get("/items", body={"query": {}, "limit": 10}, headers=JSON)
    api.get(
        "/items?limit=2&tag=a&tag=b%20c&empty=",
        name="query string",
        body={"query": {"limit": ["2"], "tag": ["a", "b c"], "empty": [""]}, "limit": 2},
    )
    api.post(
        "/items",
        name="JSON body",
        json={"name": "tea", "price": 2.5, "tags": ["hot", None, True]},
        expect=201,
        headers={"Location": "/items/7", **JSON},
        body=seen("POST", json={"name": "tea", "price": 2.5, "tags": ["hot", None, True]}, size=58),
    )
    api.get("/items/7", name="path parameter", body={"id": 7, "method": "GET"})
    api.head("/items/7", headers=JSON)
    api.options("/echo", headers={"Allow": "OPTIONS, POST"}, body={"methods": ["OPTIONS", "POST"]})
    api.options(
        "/items/7",
        name="automatic OPTIONS",
        headers={"Allow": matches("((DELETE|GET|HEAD|OPTIONS|PATCH|PUT)(, )?){6}")},
    )
    api.put("/items/7", json={"name": "mate"}, body={"id": 7, **seen("PUT", json={"name": "mate"}, size=16)})
    api.patch("/items/7", json=[1, 2], body={"id": 7, **seen("PATCH", json=[1, 2], size=6)})
    api.delete("/items/7", body={"deleted": 7})
    api.get("/files/a/b/c.txt", name="path with slashes", body={"name": "a/b/c.txt", "parts": ["a", "b", "c.txt"]})
    api.get("/files/na%C3%AFve", name="unicode path", body={"name": "naïve", "parts": ["naïve"]})
    api.post(
        "/form",
        name="form body",
        data={"name": "Zoë", "tag": ["a", "b"]},
        body=seen("POST", form={"name": ["Zoë"], "tag": ["a", "b"]}, size=0),
    )
    api.post(
        "/upload",
        name="file upload",
        files={"file": ("bytes.bin", BINARY, "application/x-bytes")},
        body={"name": "bytes.bin", "type": "application/x-bytes", "size": 256, "sha256": sha256(BINARY).hexdigest()},
    )
    api.post(
        "/raw",
        name="non-UTF-8 body",
        data=BINARY,
        send_headers={"Content-Type": "application/x-bytes"},
        body={"size": 256, "sha256": sha256(BINARY).hexdigest()},
    )
    api.get(
        "/headers",
        send_headers={"X-Token": "s3same", "Accept-Language": "de, en;q=0.5"},
        headers={"X-Answer": "of the handler"},
        body={"token": "s3same", "languages": ["de", "en"]},
    )
    api.get(
        "/cookies",
        cookies={"theme": "dark", "lang": "de"},
        headers={"Set-Cookie": matches("visited=yes; Expires=.*; Max-Age=60; HttpOnly; Path=/; SameSite=Lax")},
        body={"theme": "dark", "lang": "de"},
    )
    api.post("/echo", name="unicode", json={"text": "žluťoučký 馬 🐎"}, body={"text": "žluťoučký 馬 🐎", "length": 13})

    # What goes out
    api.get("/text", headers=TEXT, body="plain, with an ü and a ✓\n")
    api.get("/latin-1", name="non-UTF-8 answer", body="déjà vu".encode("latin-1"))
    api.get("/stream", name="streamed answer", headers=TEXT, body="".join(f"{number}\n" for number in NUMBERS))
    api.get(
        "/large",
        name="100 kB answer",
        body={
            "rows": [{"number": number, "square": number**2, "word": NUMBERS[number % 10]} for number in range(2000)]
        },
    )
    api.get("/empty", expect=204)
    api.get("/html", name="HTML answer", body="<h1>Hello</h1>")
    api.get("/moved", name="redirect", expect=302, headers={"Location": "/items"}, body="moved\n")
    api.get("/missing", name="404 by abort", expect=404, body={"error": "no such thing"})
    api.get("/broken", name="500 by exception", expect=500, body={"error": "on purpose"})

    # Blueprint and hooks
    api.get(
        "/shop/price/10.5",
        name="blueprint and hooks",
        headers={"X-Steps": "before shop.price, handler, after"},
        body={"amount": 10.5, "gross": 12.6, "steps": ["before shop.price", "handler"]},
    )

    # Outbound calls
    api.get("/weather/Oslo", name="one call", body=fetched(city="Oslo", celsius=12), calls={"requests": 1})
    api.get("/weather/Jun%C3%ADn", name="unicode call", body=fetched(city="Junín", celsius=15), calls={"requests": 1})
    api.get(
        "/author-of/2",
        name="calls in sequence",
        body={
            "post": post(2),
            "author": fetched(id=3, name="Édith"),
            "comments": fetched(post=2, comments=["Comment 1 on 2", "Comment 2 on 2"]),
        },
        calls={"requests": 3},
    )
    api.get(
        "/dashboard",
        name="calls in parallel",
        body=[post(1), post(2), fetched(id=1, name="Ada")],
        calls={"requests": 3},
    )
    api.post(
        "/users", name="POST call", json={"name": "Lin"}, body=fetched(201, id=4, name="Lin"), calls={"requests": 1}
    )
    api.delete("/users/2", name="DELETE call", body=fetched(deleted=2), calls={"requests": 1})
    api.get("/refused", name="refused call", body={"outcome": "no connection"}, calls={"requests": 1})
    api.get("/unavailable", name="failed call", body={"outcome": "answered 503"}, calls={"requests": 1})

    # What no instrumentation sees, and the clock
    api.get(
        "/leak",
        name="raw socket",
        body={"leaked": True},
        expect_unpatched=True,
        leaks=["upstream: GET /weather?city=Rome"],
    )
    api.get("/clock", name="clock", body={"second": matches("[a-z]+-[a-z]+")}, early_in_second=True)
