import json
from typing import Any

from test_calls_requests import post, with_reason
from test_incoming import BYTES, CLOSE

from e2e_common.record.client import Api, matches
from e2e_common.services.upstream.answers import JSON, TEXT, in_text

NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def table(rows: int) -> list[dict[str, Any]]:
    return [{"number": number, "square": number**2, "word": NUMBERS[number % 10]} for number in range(rows)]


def bodies(api: Api) -> None:
    api.get("/accounts/ada", "response model", {"name": "ada"}, headers=JSON)
    for name, shown in {"ada": {"name": "ada"}, "zoe": {"name": "zoe", "nickname": None}}.items():
        fields = "one field set" if name == "ada" else "field set to None"
        api.get(f"/accounts/{name}/set", f"exclude_unset, {fields}", shown)
    values = {"at": "2024-02-29T12:30:00Z", "lasts": "PT1H30M", "price": "9.990"}
    rest = {"id": "00000000-0000-0000-0000-000000000007", "letters": ["a"], "data": "tea", "none": None}
    api.get("/values", "Pydantic types", {**values, **rest})
    other = "00000000-0000-0000-0000-000000000008"
    sent = {"values": {**values, **rest}, "kept": {other: "P1DT1H"}}
    found = {"values": sent["values"], "later": {other: "2024-03-01T13:30:00+00:00"}, "double": "19.980"}
    api.post("/values", "Pydantic types in the body", found, json=sent)
    _models(api)
    scalars = {"null": None, "number": 7, "text": '"Grüß Gott"', "list": [1, [2, [3]]]}
    for kind, value in scalars.items():
        api.get(f"/scalar/{kind}", f"JSON {kind}", value, headers=JSON)
    api.get("/plain", "text response", "plain, with an ü and a ✓\n", headers=TEXT)
    api.get("/latin-1", "Latin-1 response", "déjà vu".encode("latin-1"))
    api.get("/bytes", "binary response", BYTES, headers={"Content-Type": "application/x-bytes"})
    api.get("/untyped", "response without a type", b"no type at all")
    body = "Roses are red,\nviolets are blue,\nnaïve, über, ✓.\n"
    api.get("/file", "FileResponse", body, headers={"Content-Length": "53", **TEXT})
    big = len(json.dumps(table(2000), separators=(",", ":")))
    api.get("/large?rows=2000", "100 kB response", table(2000), headers={"Content-Length": str(big)})
    api.get("/empty", "204", expect=204)
    api.get("/accepted", "202", {"accepted": True}, expect=202)
    two = matches("one=1; Path=/; SameSite=strict, two=2; Path=/two; SameSite=lax")
    headers = {"X-Answer": "of the handler", "Set-Cookie": two}
    api.get("/answer-headers", "response headers and cookies", {"headers": 2}, headers=headers)


def _models(api: Api) -> None:
    new = {"sender": "ada", "weight": 1.5}
    api.post("/parcels", "dataclass", {**new, "stamps": [3, 5]}, json={**new, "stamps": [3]})
    put: dict[str, Any] = {"json": new}
    made: dict[str, Any] = {"expect": 201, "headers": {"Location": "/parcels/zoe"}}
    api.put("/parcels/zoe", "response.status_code set", {**new, "stamps": []}, **put, **made)
    api.put("/parcels/ada", "response.status_code not set", {**new, "stamps": []}, **put)


def streams(api: Api) -> None:
    api.get("/stream/sync", "streamed response", "".join(f"{number}\n" for number in NUMBERS), headers=TEXT)
    api.get(
        "/stream/async", "streamed response, async", headers={"Content-Type": "application/x-ndjson", "X-Lines": "10"}
    ).answers("".join(f'{{"number": "{number}"}}\n' for number in NUMBERS))
    called = matches("".join(f"{in_text(with_reason(post(number)))}\n" for number in (1, 2)))
    api.get("/stream/calls", "calls while the response is streamed", called, requests=2)
    passed_on = matches("line 1\nline 2\nline 3\nlive-[0-9a-f]{12}\n")
    api.get("/stream/passed-on", "streamed response of the upstream", passed_on, headers=TEXT, httpx=1)
    api.get("/events", "server-sent events", "".join(f"event: count\ndata: {number}\n\n" for number in NUMBERS[:3]))


def others(api: Api) -> None:
    api.get("/html", "HTML response", "<h1>Hello</h1>", recorded="type")
    api.get("/moved", "redirect", expect=307, headers={"Location": "/items"}, replayed=False)
    api.get("/over-a-mebibyte", "response over 1 MiB", "0123456789abcdef" * 65536, recorded="size")
    body = {"detail": {"what": "no such thing"}}
    api.get("/missing", "404", body, expect=404, headers={"X-Error": "yes"}, recorded="status")
    api.get(
        "/broken",
        "500 by an exception",
        expect=500,
        headers={"X-Stamp": None},
        send_headers=CLOSE,
        recorded="status",
        errors=["ZeroDivisionError: on purpose"],
    ).answers("Internal Server Error")
