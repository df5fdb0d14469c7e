from hashlib import sha256
from typing import Any

from test_wire import echoed, failed, fetched, heading, ordered, post, status_of

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import SERIAL, TEXT

IN_JSON = {"Content_Type": "application/json"}


def statuses(api: Api) -> None:
    statuses = {200: "OK", 201: "CREATED", 202: "Accepted", 203: "Non-Authoritative", 205: "Reset"}
    statuses |= {206: "Partial Content", 226: "IM Used", 299: "Fine, thank you", 300: "Multiple Choices"}
    responses = [ordered("", status, reason) for status, reason in statuses.items()]
    unchanged = {**ordered("", 304, "NOT MODIFIED"), "encoding": "not said", "length": False}
    for name in ("Content-Type", "Content-Length"):
        del unchanged["headers"][name]
    api.get("/answers/statuses", "status codes", [*responses, unchanged], requests=10)
    for status, reason in {404: "NOT FOUND", 418: "I'M A TEAPOT", 503: "SERVICE UNAVAILABLE"}.items():
        raised = failed("HTTPError", "HTTPError", response=status)
        api.get(f"/answers/error/{status}", f"error {status}", {"told": status_of(status, reason), "raised": raised})
    no_error = [[status_of(*fine), None] for fine in ((200, "OK"), (201, "CREATED"), (202, "ACCEPTED"))]
    api.get("/answers/no-error", "raise_for_status() without an error", no_error, requests=3)
    api.get(
        "/answers/status-as-number", "numeric status code", {"told": post(1), "ok": True, "known": True, "sum": 201}
    )
    words = {"words": "answered 200", "shown": "<Response [200]>", "type": "int"}
    api.get("/answers/status-in-words", "status code in a text", words)


def bodies(api: Api) -> None:
    empty = heading("/empty", 204, "NO CONTENT", headers={**TEXT, "X-Serial": SERIAL})
    del empty["headers"]["Content-Length"]
    nothing = {name: value for name, value in ordered("", **IN_JSON).items() if name in empty}
    no_content = [[each, "", "JSONDecodeError"] for each in (empty, nothing)]
    api.get("/answers/no-content", "empty responses", no_content, requests=2)
    values: list[Any] = [[], {}, 7, 1.0, -1e-07, None, True, "text", [1, "1", 1.0, None], {"deep": [{"er": []}]}]
    found = {
        "answers": [[ordered(value, **IN_JSON), repr(value)] for value in values],
        "other": ordered({"a": 1}, Content_Type="application/vnd.tea+json"),
        "exact": [ordered({"a": 0.1, "b": 1}, **IN_JSON), [["a", "0.10"], ["b", 1]]],
    }
    found["other"]["encoding"] = "not said"
    api.get("/answers/json", "JSON responses", found, requests=12)
    in_order = ordered({"b": 1, "a": [2, 3.1], "é": "é"}, **IN_JSON)
    text = '{"b": 1,"a" :[2,  3.10], "é": "\\u00e9"}'
    api.get("/answers/order-of-json", "order and notation of JSON", {"told": in_order, "text": text})
    message = "Expecting value: line 1 column 1 (char 0)"
    no_json = {"told": ordered("nö: {"), "said": message, "at": [0, 1, 1], "is_a": [True, True, True]}
    api.get("/answers/not-json", "json() of a text response", no_json)
    zipped = {**fetched("/gzip", zipped=True), "length": False}
    compressed = {"gzip": zipped, "deflate": {**ordered("tea " * 20), "length": False}}
    api.get("/answers/compressed", "gzip and deflate responses", compressed, requests=2)
    api.get("/answers/coding", "encoding headers", {"coding": "gzip", "transfer": "chunked"}, requests=2)
    octets = heading("/bytes", headers={"Content-Type": "application/x-bytes"})
    api.get("/answers/bytes", "binary response", {"heading": octets, "same": True, "serial": SERIAL})
    lines = "".join(f"{number:07}\n" for number in range(37_500))
    large = {"heading": heading("/much/300000", headers=TEXT), "sha256": sha256(lines.encode()).hexdigest()}
    api.get("/answers/large", "300 kB response", {**large, "serial": SERIAL})


def texts(api: Api) -> None:
    twice = "dHdpY2V0d2ljZXR3aWNldHdpY2V0d2ljZXR3aWNldHdpY2V0d2ljZXR3aWNl"
    texts = ['{"a": 1}', "dGVh", twice, "12", " a\t\r\nb\n", "žluť 馬 🐎", "\ufeffmarked", "\x00"]
    api.get("/answers/text", "text responses", [ordered(text) for text in texts], requests=8)
    by_default = {"text": ["ISO-8859-1", "Ã©"], "other": [None, "é"]}
    api.get("/answers/encoding-by-default", "default encoding", by_default, requests=2)
    latin_1 = heading("/latin-1", headers={"Content-Type": "text/plain; charset=iso-8859-1"})
    seen = {"encoding": "iso-8859-1", "text": "déjà vu", "bytes": "déjà vu".encode("latin-1").hex()}
    api.get("/answers/latin-1", "Latin-1 response", {"heading": latin_1, **seen})
    right = "déjà vu, žluť, 馬"
    wrong = right.encode().decode("latin-1")
    own = {"told": {**ordered(right), "encoding": None}, "guessed": "utf-8", "wrong": wrong}
    api.get("/answers/own-encoding", "encoding set by the application", own)


def attributes(api: Api) -> None:
    headers = {"ETag": 'W/"1"', "X_Empty": "", "X_Tea": "hot", "X_Twice": "a, b", "x_small": "s"}
    found = {"told": ordered("x", **headers), "found": ["hot", "none", True], "kind": "CaseInsensitiveDict"}
    api.get("/answers/headers", "response headers", found)
    letters = "nmlkjihgfedcba"
    many = ordered("x", **{f"X_{letter}": "1" for letter in letters})
    api.get("/answers/order-of-headers", "order of response headers", {"told": many, "order": letters})
    last = {"url": "http://upstream/?page=9", "rel": "last", "title": "the last"}
    links = {"next": {"url": "http://upstream/?page=2", "rel": "next"}, "last": last}
    link = '<http://upstream/?page=2>; rel="next", <http://upstream/?page=9>; rel=last; title="the last"'
    api.get("/answers/links", "response.links", ordered("x", links=links, Link=link))
    echo = echoed("GET", "a=1", headers={"X-Client": "own"})
    api.get("/answers/request", "response.request", {"told": echo, "request": ["GET", "/echo?a=1", "own", None]})
    api.get("/answers/elapsed", "response.elapsed", {"told": post(1), "took_time": True})
    api.get("/answers/copied", "copied and pickled response", [post(1)] * 3)
    api.get("/answers/next", "response.next and history", {"told": post(1), "next": None, "history": []})


def cookies(api: Api) -> None:
    basket, kept = {"basket": "tea"}, {"Set-Cookie": "basket=tea; Path=/"}
    first = fetched("/cookie", headers=kept, cookies={})
    api.get("/answers/cookies", "response.cookies", {"told": first, "cookies": basket})
    api.get("/answers/cookie-headers", "two Set-Cookie headers", ordered("x", Set_Cookie="a=1; Path=/, b=2; HttpOnly"))
    api.get("/answers/kept-cookies", "cookies kept by a Session", {"kept": basket, "cleared": {}})
    sent = [fetched(f"/cookie?{at}", headers=kept, cookies=each) for at, each in enumerate(({}, basket, {}))]
    api.get("/answers/sent-cookies", "cookies sent by a Session", sent, requests=3)


def not_recorded(api: Api) -> None:
    api.get("/answers/too-large", "response over 1 MiB", {"size": 1_100_017}, recorded="size")
    types = {"html": "text/html", "xml": "application/xml", "csv": "text/csv", "octets": "application/octet-stream"}
    for kind, name in types.items():
        found = heading("/answer", headers={"Content-Type": name, "X-Serial": SERIAL})
        api.get(f"/answers/of-type/{kind}", f"response of type {kind}", found, recorded="type")
    after = {"size": 25, "post": post(1)}
    api.get("/answers/after-an-image", "call after an image response", after, requests=2, recorded="type")
