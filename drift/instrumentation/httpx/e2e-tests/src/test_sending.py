import json
from typing import Any

from test_outside import CLIENTS, IN_JSON, LENGTH, WAYS, echoed, fetched, heading, post

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import FORM, JSON, TEXT

MULTIPART = {"Content-Type": "multipart/form-data; boundary=here"}


def requests(api: Api) -> None:
    for way in WAYS:
        _similar(api, way)
    for way in CLIENTS:
        _in_other_forms(api, way)
    built = [
        echoed("POST", "/echo?a=1", text="[1,null,true]", headers={**JSON, "X-Built": "yes"}),
        *[_bare("PUT", text="plain", headers={"X-Built": "by hand"})] * 2,
    ]
    two = [*(echoed("POST", text=text, headers=TEXT) for text in ("one", "two")), 2]
    for way in CLIENTS:
        # The responses are swapped. Their dates are not, because all are from the same second.
        path = f"/send/parts-told-apart/{way}"
        api.get(path, f"iterators that differ in content, {way}", two, httpx=2, early_in_second=True)
        api.get(f"/send/built/{way}", f"build_request and send, {way}", built, httpx=3)
    verbs = {"module": "POST", "client": "POST", "async": "POST", "stream": "POST", "async-stream": "GET"}
    once = [fetched(f"/count/{name}", of={"asked": verb}, name=name, count=1) for name, verb in verbs.items()]
    api.get("/send/once", "each call is sent once", once, httpx=5)


def _bare(asked: str, *, headers: Any, **came: Any) -> dict[str, Any]:
    """Returns the echo of a request without a client's default headers."""
    response = echoed(asked, **came)
    response["body"]["headers"] = headers
    return response


def _similar(api: Api, way: str) -> None:
    verbs = [
        echoed("GET", "/echo?q=a+b&tag=x&tag=y"),
        echoed("OPTIONS", headers={"X-Reason": "to know"}),
        echoed("POST", text='{"name":"Zoë","price":2.5}', headers=JSON),
        echoed("PUT", text="name=Zo%C3%AB&tag=a&tag=b", form={"name": ["Zoë"], "tag": ["a", "b"]}, headers=FORM),
        echoed("PATCH", text="plain ü", headers=TEXT),
        echoed("DELETE", headers={"X-Reason": "too old"}),
        echoed("DELETE", text='["with a body"]', headers=JSON),
    ]
    api.get(f"/send/verbs/{way}", f"methods, {way}", verbs, httpx=7)
    head = [{**heading("/echo", asked="HEAD", **IN_JSON, x_answer="of the upstream"), "length": LENGTH}, 0]
    api.get(f"/send/head/{way}", f"HEAD, {way}", head, httpx=1)
    queries = ("tag=a&tag=b", "tag=b&tag=a", "tag=a&none=&empty=&yes=true&n=7&x=0.5", "raw=%C3%BC&flag=", "of=bytes")
    echoes = [echoed(url=f"/echo?{query}") for query in (*queries, "city=Jun%C3%ADn&city=S%C3%A3o+Paulo")]
    api.get(f"/send/queries/{way}", f"calls that differ in the query, {way}", [echoed(), *echoes], httpx=7)
    api.get(f"/send/bodies/{way}", f"calls that differ in the body, {way}", _bodies(), httpx=11)
    api.get(f"/send/paths/{way}", f"calls that differ in the path, {way}", [post(1), post(2), post(3)], httpx=3)
    of_url = [echoed(url="/echo?a=1&a=%26&b"), echoed(url="/echo?b=2&c=%C3%BC%26%3D")]
    api.get(f"/send/query-of-url/{way}", f"query in the URL, {way}", of_url, httpx=2)


def _bodies() -> list[dict[str, Any]]:
    form = {"tag": ["a", "b"], "n": ["1"], "none": [""], "yes": ["true"]}
    return [
        echoed("POST", text='{"count":1}', headers=JSON),
        echoed("POST", text='{"count":"1"}', headers=JSON),
        echoed("POST", text='[null,true,1.5,"žluťoučký 馬 🐎"]', headers=JSON),
        echoed("POST", text='"text"', headers=JSON),
        echoed("POST", text="tag=a&tag=b&n=1&none=&yes=true", form=form, headers=FORM),
        echoed("POST", text="tag=b&tag=a", form={"tag": ["b", "a"]}, headers=FORM),
        echoed("POST", text="x" * 5000 + "1"),
        echoed("POST", text="x" * 5000 + "2"),
        echoed("POST", text="bytes \ufffd\0"),
        echoed("POST", text='{"broken": ', headers=JSON),
        echoed("POST"),
    ]


def _in_other_forms(api: Api, way: str) -> None:
    large = {"text": "ü" * 50_000, "list": list(range(20_000)), "end": True}
    text = json.dumps(large, ensure_ascii=False, separators=(",", ":"))
    api.get(f"/send/large/{way}", f"200 kB body, {way}", echoed("POST", text=text, headers=JSON), httpx=1)
    parts = [echoed("POST", text="one, zwölf", headers=TEXT)]
    parts += [echoed("PUT", text=text, headers=TEXT) for text in ("a list", "of a file")]
    sent = 1 if way == "async" else 3
    api.get(f"/send/parts/{way}", f"body of an iterator, {way}", parts[:sent], httpx=sent)
    kinds = "an sync request with an AsyncClient" if way == "async" else "an async request with a sync Client"
    wrong = {"raised": f"RuntimeError: Attempted to send {kinds} instance."}
    api.get(f"/send/wrong-parts/{way}", f"body iterator of the wrong kind, {way}", wrong, httpx=1)
    api.get(f"/send/files/{way}", f"files, {way}", _files(), httpx=6)
    new = {"form": {"note": ["hot"]}, "files": {"file": ["a.txt", 3]}}
    api.get(f"/send/new-boundary/{way}", f"files, new boundary, {way}", new, httpx=1)
    api.get(f"/send/headers/{way}", f"headers, {way}", _headers(), httpx=5)
    cookies = [
        echoed(headers={"Cookie": "basket=tea; theme=dark"}),
        echoed(headers={"Cookie": "one=1; two=2"}),
        fetched("/cookie", headers={"set-cookie": "basket=tea; Path=/"}, cookies={"three": "3"}),
    ]
    api.get(f"/send/cookies/{way}", f"cookies, {way}", cookies, httpx=3)
    api.get(f"/send/urls/{way}", f"URLs, {way}", _urls(), httpx=6)
    of_url = {**fetched("/private", user="ada"), "password": "s@crét"}
    api.get(f"/send/user-of-url/{way}", f"credentials in the URL, {way}", of_url, httpx=1)


def _files() -> list[dict[str, Any]]:
    files = (["upload", 5], ["a.txt", 16], ["a.txt", 16], ["ü.txt", 9], ["a.bin", 256])
    two = {"one": ["1.txt", 1], "two": ["2.txt", 2]}
    form = {"note": ["with it"], "tag": ["a", "b"]}
    echoes = [echoed("POST", files={"file": file}, headers=MULTIPART) for file in files]
    return [*echoes, echoed("POST", files=two, form=form, headers=MULTIPART)]


def _headers() -> list[dict[str, Any]]:
    return [
        echoed(headers={"Accept": "text/plain", "X-Lower": "1", "X-Upper": "2"}),
        echoed(headers={"X-Twice": "one,two,three"}),
        echoed(headers={"X-Bytes": "cafÃ©", "X-Empty": ""}),
        echoed(headers={"X-Own": 'kept  apart, "quoted"; q=1', "Authorization": "Bearer t0ken"}),
        echoed(headers={"Content-Type": "text/x-own", "X-Long": "h" * 3000}),
    ]


def _urls() -> list[dict[str, Any]]:
    def target(sent: str, path: str, fragment: str = "") -> dict[str, Any]:
        return fetched(sent + fragment, target=sent, path=path)

    return [
        target("/target/pl%61in/a%20b/%C3%BC/%2F/%25/100%", "plain/a b/ü///%/100%"),
        target("/target/a//b/d;p=1,2", "a//b/d;p=1,2"),
        target("/target/x?q=%C3%BC%20b&r=%26&s='%22%3C%3E|{}", "x"),
        target("/target/emoji/%F0%9F%90%8E?%F0%9F%90%8E=%E9%A6%AC", "emoji/🐎", "#fragment,%20not%20sent"),
        target("/target/plus+sign?a+b=c+d&e=%2B", "plus+sign"),
        target("/target/built?q=1", "built", "#end"),
    ]
