"""The layers below a session: adapters, retries, pools, proxies; and urllib3 used directly."""

import io
from typing import Any

import requests
import urllib3
from authorized import variables
from flask import Blueprint, Response, jsonify
from requests.adapters import BaseAdapter, HTTPAdapter
from sent import POEM
from urllib3.util import Retry
from wire import CALL_LIMIT_S, ENCODINGS, UPSTREAM, below, fetch, get, shown

bp = Blueprint("transport", __name__, url_prefix="/transport")


class HeaderAdapter(HTTPAdapter):
    def __init__(self, value: str) -> None:
        super().__init__()
        self.value = value

    def add_headers(self, request: requests.PreparedRequest, **_: Any) -> None:
        request.headers["X-Adapter"] = self.value

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = super().send(request, **options)
        response.headers["X-Adapted"] = self.value
        return response


class InMemory(BaseAdapter):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        self.asked.append(request.url)
        response = requests.Response()
        response.status_code, response.reason, response.url, response.request = 200, "Fine", request.url, request
        response.headers["Content-Type"], response.encoding = "application/json", "utf-8"
        response.raw = io.BytesIO(b'{"from": "memory"}')
        return response

    def close(self) -> None:
        self.asked.append("closed")


@bp.get("/adapters")
def adapters() -> Response:
    """The adapter with the longest matching prefix is used."""
    with requests.Session() as session:
        session.mount(UPSTREAM, HeaderAdapter("upstream"))
        session.mount(f"{UPSTREAM}/echo?special", HeaderAdapter("special"))
        responses = [shown(get(f"/echo?{name}", by=session)) for name in ("usual", "special")]
        found = session.get_adapter(f"{UPSTREAM}/echo?special").value
        return jsonify(answers=responses, found=found, mounted=[below(name) for name in session.adapters])


def from_memory(url: str, adapter: BaseAdapter) -> requests.Response:
    with requests.Session() as session:
        session.mount("memory://", adapter)
        return session.get(url, timeout=CALL_LIMIT_S)


@bp.get("/in-memory")
def in_memory() -> Response:
    return jsonify(shown(from_memory("memory://shop/items?id=1", InMemory())))


@bp.get("/odd-port")
def odd_port() -> Response:
    """A URL with a custom scheme whose port is not a number."""
    try:
        return jsonify(from_memory("memory://shop:tea/items", InMemory()).json())
    except RuntimeError as error:
        return jsonify(error=type(error).__name__)


@bp.get("/seen-by-the-adapter")
def seen_by_the_adapter() -> Response:
    adapter = InMemory()
    from_memory("memory://shop/items", adapter)
    return jsonify(adapter.asked)


@bp.get("/retried")
def retried() -> Response:
    with requests.Session() as session:
        retry = Retry(total=3, backoff_factor=0, status_forcelist=[503], allowed_methods=["GET", "POST"])
        session.mount("http://", HTTPAdapter(max_retries=retry))
        first = fetch("/flaky/requests-get/2", by=session)
        return jsonify([first, fetch("/flaky/requests-post/1", "POST", by=session, json={"a": 1})])


@bp.get("/retries-of-an-answer")
def retries_of_an_answer() -> Response:
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(total=3, backoff_factor=0, status_forcelist=[503])))
        response = get("/flaky/requests-history/2", by=session)
        history = response.raw.retries.history if response.raw else ()
        return jsonify(told=shown(response), history=[step.status for step in history])


@bp.get("/pools")
def pools() -> Response:
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=1, pool_block=True))
        return jsonify([fetch(f"/posts/{post}", by=session) for post in (1, 2, 3)])


@bp.get("/proxy")
def proxy() -> Response:
    """The upstream as a proxy for another host: of a request, of a session, from the environment."""
    there = "http://shop.example/echo"
    proxies = {"http": UPSTREAM}
    responses = [requests.get(f"{there}?request", proxies=proxies, timeout=CALL_LIMIT_S)]
    with requests.Session() as session:
        session.proxies.update(proxies)
        responses.append(session.get(f"{there}?session", timeout=CALL_LIMIT_S))
    with variables(HTTP_PROXY=UPSTREAM, http_proxy=UPSTREAM):
        responses.append(requests.get(f"{there}?environment", timeout=CALL_LIMIT_S))
    return jsonify([shown(response) for response in responses])


@bp.get("/no-proxy")
def no_proxy() -> Response:
    """A proxy that does not exist, and calls that bypass it."""
    nowhere = "http://127.0.0.1:9"
    with variables(HTTP_PROXY=nowhere, http_proxy=nowhere, NO_PROXY="127.0.0.1", no_proxy="127.0.0.1"):
        responses = [get("/posts/1")]
    with variables(HTTP_PROXY=nowhere, http_proxy=nowhere), requests.Session() as session:
        session.trust_env = False
        responses.append(get("/posts/2", by=session))
    return jsonify([shown(response) for response in responses])


@bp.get("/certificates")
def certificates() -> Response:
    """TLS settings have no effect on http."""
    with requests.Session() as session:
        session.verify, session.cert = False, (str(POEM), str(POEM))
        first, second = fetch("/posts/1", by=session), fetch("/posts/2", verify="/no/such/bundle.pem")
    return jsonify([first, second, fetch("/posts/3", verify=True, cert=str(POEM))])


@bp.get("/urllib3")
def urllib3_directly() -> Response:
    pool = urllib3.PoolManager()
    direct = pool.request("GET", f"{UPSTREAM}/posts/1", timeout=CALL_LIMIT_S, retries=False)
    headers = {name: value for name, value in direct.headers.items() if name.lower() not in ENCODINGS}
    seen = [direct.status, below(direct.geturl() or ""), headers, direct.json()]
    return jsonify(direct=seen, requests=fetch("/posts/1"))
