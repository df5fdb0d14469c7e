"""What the requests of ../answers.py state."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from e2e_common.requester import Api
from stated.words import SERIAL, TEXT, Send, echoed, failed, fetched, heading, ordered, post, sender

ERRORS = {404: "NOT FOUND", 418: "I'M A TEAPOT", 503: "SERVICE UNAVAILABLE"}
IN_JSON = {"Content_Type": "application/json"}


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "answers")
    _statuses(send)
    _bodies(send)
    _texts(send)
    _beside_the_body(send)
    _cookies(send)
    _blocked(send)


def _statuses(send: Send) -> None:
    statuses = {
        200: "OK",
        201: "CREATED",
        202: "Accepted",
        203: "Non-Authoritative",
        205: "Reset",
        206: "Partial Content",
        226: "IM Used",
        299: "Fine, thank you",
        300: "Multiple Choices",
    }
    answers = [ordered("", status, said) for status, said in statuses.items()]
    unchanged = {**ordered("", 304, "NOT MODIFIED"), "encoding": "not said", "length": False}
    for name in ("Content-Type", "Content-Length"):
        del unchanged["headers"][name]
    send("statuses", "statuses", [*answers, unchanged], 10)
    for status, reason in ERRORS.items():
        raised = failed("HTTPError", "HTTPError", answer=status)
        told = fetched(f"/status/{status}", status=status, reason=reason, code=status)
        send(f"error {status}", f"error/{status}", {"told": told, "raised": raised})
    fine = {200: "OK", 201: "CREATED", 202: "ACCEPTED"}
    no_error = [[fetched(f"/status/{s}", status=s, reason=reason, code=s), None] for s, reason in fine.items()]
    send("no error", "no-error", no_error, 3)
    send("status as a number", "status-as-number", {"told": post(1), "ok": True, "known": True, "sum": 201})
    words = {"words": "answered 200", "shown": "<Response [200]>", "type": "int"}
    send("status in words", "status-in-words", words)


def _bodies(send: Send) -> None:
    empty = heading("/empty", 204, "NO CONTENT", headers={"Content-Type": TEXT, "X-Serial": SERIAL})
    del empty["headers"]["Content-Length"]
    nothing = {name: value for name, value in ordered("", **IN_JSON).items() if name in empty}
    send("no content", "no-content", [[each, "", "JSONDecodeError"] for each in (empty, nothing)], 2)
    values: list[Any] = [[], {}, 7, 1.0, -1e-07, None, True, "text", [1, "1", 1.0, None], {"deep": [{"er": []}]}]
    found = {
        "answers": [[ordered(value, **IN_JSON), repr(value)] for value in values],
        "other": ordered({"a": 1}, Content_Type="application/vnd.tea+json"),
        "exact": [ordered({"a": 0.1, "b": 1}, **IN_JSON), [["a", "0.10"], ["b", 1]]],
    }
    found["other"]["encoding"] = "not said"
    send("answers in JSON", "json", found, 12)
    in_order = {
        "told": ordered({"b": 1, "a": [2, 3.1], "é": "é"}, **IN_JSON),
        "text": '{"b": 1,"a" :[2,  3.10], "é": "\\u00e9"}',
    }
    send("order of JSON", "order-of-json", in_order)
    said = "Expecting value: line 1 column 1 (char 0)"
    no_json = {"told": ordered("nö: {"), "said": said, "at": [0, 1, 1], "is_a": [True, True, True]}
    send("answer that is no JSON", "not-json", no_json)
    zipped = {**fetched("/gzip", zipped=True), "length": False}
    send("compressed answers", "compressed", {"gzip": zipped, "deflate": {**ordered("tea " * 20), "length": False}}, 2)
    send("coding of an answer", "coding", {"coding": "gzip", "transfer": "chunked"}, 2)
    octets = heading("/bytes", headers={"Content-Type": "application/x-bytes"})
    send("answer in bytes", "bytes", {"heading": octets, "same": True, "serial": SERIAL})
    lines = "".join(f"{number:07}\n" for number in range(37_500))
    large = heading("/much/300000", headers={"Content-Type": TEXT})
    send("300 kB of text", "large", {"heading": large, "sha256": sha256(lines.encode()).hexdigest(), "serial": SERIAL})


def _texts(send: Send) -> None:
    twice = "dHdpY2V0d2ljZXR3aWNldHdpY2V0d2ljZXR3aWNldHdpY2V0d2ljZXR3aWNl"
    texts = ['{"a": 1}', "dGVh", twice, "12", " a\t\r\nb\n", "žluť 馬 🐎", "\ufeffmarked", "\x00"]
    send("answers in text", "text", [ordered(text) for text in texts], 8)
    send("encoding by default", "encoding-by-default", {"text": ["ISO-8859-1", "Ã©"], "other": [None, "é"]}, 2)
    latin_1 = {
        "heading": heading("/latin-1", headers={"Content-Type": "text/plain; charset=iso-8859-1"}),
        "encoding": "iso-8859-1",
        "text": "déjà vu",
        "bytes": "déjà vu".encode("latin-1").hex(),
    }
    send("answer in Latin-1", "latin-1", latin_1)
    right = "déjà vu, žluť, 馬"
    wrong = right.encode().decode("latin-1")
    own = {"told": {**ordered(right), "encoding": None}, "guessed": "utf-8", "wrong": wrong}
    send("encoding of the application's own", "own-encoding", own)


def _beside_the_body(send: Send) -> None:
    headers = {"ETag": 'W/"1"', "X_Empty": "", "X_Tea": "hot", "X_Twice": "a, b", "x_small": "s"}
    found = {"told": ordered("x", **headers), "found": ["hot", "none", True], "kind": "CaseInsensitiveDict"}
    send("headers of an answer", "headers", found)
    letters = "nmlkjihgfedcba"
    many = ordered("x", **{f"X_{letter}": "1" for letter in letters})
    send("order of headers", "order-of-headers", {"told": many, "order": letters})
    links = {
        "next": {"url": "http://upstream/?page=2", "rel": "next"},
        "last": {"url": "http://upstream/?page=9", "rel": "last", "title": "the last"},
    }
    link = '<http://upstream/?page=2>; rel="next", <http://upstream/?page=9>; rel=last; title="the last"'
    send("links", "links", ordered("x", links=links, Link=link))
    echo = echoed("GET", "a=1", query={"a": ["1"]}, headers={"X-Client": "own"})
    send("request of an answer", "request", {"told": echo, "request": ["GET", "/echo?a=1", "own", None]})
    send("elapsed time", "elapsed", {"told": post(1), "took_time": True})
    send("copied answers", "copied", [post(1)] * 3)
    send("nothing before and after", "next", {"told": post(1), "next": None, "history": []})


def _cookies(send: Send) -> None:
    basket, kept = {"basket": "tea"}, {"Set-Cookie": "basket=tea; Path=/"}
    send("cookies of an answer", "cookies", {"told": fetched("/cookie", headers=kept, cookies={}), "cookies": basket})
    send("headers of two cookies", "cookie-headers", ordered("x", Set_Cookie="a=1; Path=/, b=2; HttpOnly"))
    send("cookies that are kept", "kept-cookies", {"kept": basket, "cleared": {}})
    sent = [fetched(f"/cookie?{at}", headers=kept, cookies=each) for at, each in enumerate(({}, basket, {}))]
    send("cookies that are sent again", "sent-cookies", sent, 3)


def _blocked(send: Send) -> None:
    """What the SDK does not record."""
    send("answer of more than 1 MiB", "too-large", {"size": 1_100_017}, recorded="size")
    types = {"html": "text/html", "xml": "application/xml", "csv": "text/csv", "octets": "application/octet-stream"}
    for kind, name in types.items():
        found = heading("/answer", headers={"Content-Type": name, "X-Serial": SERIAL})
        send(f"answer of type {kind}", f"of-type/{kind}", found, recorded="type")
    send("call after an image", "after-an-image", {"size": 25, "post": post(1)}, 2, recorded="type")
