"""Features from requests' Quickstart and Advanced Usage that no other module covers."""

import io
import json
import ssl
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from authorized import variables
from flask import Blueprint, Response, jsonify
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from sent import POEM
from transport import InMemory
from urllib3.util import Retry
from wire import CALL_LIMIT_S, UPSTREAM, fetch, get, heading, in_any_order, shown

bp = Blueprint("idioms", __name__, url_prefix="/idioms")


@bp.get("/merged-settings")
def merged_settings() -> Response:
    """A prepared request with the settings of the environment, which `send` would not merge."""
    with variables(REQUESTS_CA_BUNDLE=str(POEM), http_proxy=UPSTREAM), requests.Session() as session:
        request = session.prepare_request(requests.Request("GET", "http://shop.example/echo?prepared"))
        settings = session.merge_environment_settings(request.url, {}, None, None, None)
        response = session.send(request, timeout=CALL_LIMIT_S, **settings)
    verified_by = Path(settings["verify"]).name
    return jsonify(told=shown(response), settings=[settings["stream"], verified_by, settings["cert"]])


class MethodEcho(InMemory):
    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = super().send(request, **options)
        response.raw = io.BytesIO(json.dumps({"verb": request.method}).encode())
        return response


@bp.get("/verbs")
def verbs() -> Response:
    """Methods without a function in `requests`, on one URL, in upper and lower case."""
    with requests.Session() as session:
        session.mount("memory://", MethodEcho())

        def ask(verb: str) -> Any:
            return session.request(verb, "memory://shop/items", timeout=CALL_LIMIT_S).json()["verb"]

        return jsonify(in_any_order(ask, ("MKCOL", "propfind", "REPORT")))


@bp.get("/backoff")
def backoff() -> Response:
    with requests.Session() as session:
        retry = Retry(total=4, backoff_factor=0.02, status_forcelist=[500, 502, 503], respect_retry_after_header=True)
        session.mount("http://", HTTPAdapter(max_retries=retry))
        return jsonify(fetch("/flaky/requests-backoff/3", by=session))


@bp.get("/jar")
def jar() -> Response:
    """A session's cookies by domain and path: which ones are sent, and the jar's methods."""
    host = urlsplit(UPSTREAM).hostname
    with requests.Session() as session:
        session.cookies.set("tasty", "yum", domain=host, path="/echo")
        session.cookies.set("gross", "blech", domain=host, path="/elsewhere")
        session.cookies.set("other", "crumbs", domain="shop.example", path="/")
        first = fetch("/echo?first", by=session)
        by_path = session.cookies.get_dict(domain=host, path="/elsewhere")
        jar = [session.cookies.list_paths(), session.cookies.get("tasty", domain=host), by_path]
        session.cookies.clear(host, "/echo", "tasty")
        responses = [first, fetch("/echo?second", by=session)]
        return jsonify(answers=responses, said=jar, left=sorted(session.cookies.keys()))


@bp.get("/codes")
def codes() -> Response:
    responses = [get(f"/status/{status}") for status in (201, 202)]
    created, accepted = (response.status_code for response in responses)
    same = [created == requests.codes.created, accepted == requests.codes["accepted"]]
    known = {created, accepted} <= {requests.codes.CREATED, requests.codes.ACCEPTED}
    return jsonify(answers=[shown(response) for response in responses], same=same, known=known)


def page(body: str, following: str = "") -> str:
    """Returns the path of a page whose response links to the next one."""
    link = {"header": f'Link: <{following}>; rel="next"'} if following else {}
    return f"/answer?{urlencode({'body': body, **link})}"


@bp.get("/pages")
def pages() -> Response:
    """Follows the links from page to page."""
    path, found = page("one *", page("two *", page("three *"))), []
    while path:
        response = get(path)
        found.append(response.text)
        path = response.links.get("next", {}).get("url", "")
    return jsonify(found)


class Renewing(AuthBase):
    """Calls without credentials. After a 401, its hook sends the call with them."""

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.register_hook("response", self.renew)
        return prepared

    def renew(self, response: requests.Response, **options: Any) -> requests.Response:
        if response.status_code != requests.codes.unauthorized:
            return response
        response.close()
        renewed = response.connection.send(HTTPBasicAuth("Ada", "new")(response.request.copy()), **options)
        renewed.history.append(response)
        return renewed


@bp.get("/renewed")
def renewed() -> Response:
    return jsonify(fetch("/private", auth=Renewing()))


class CustomAdapter(HTTPAdapter):
    """An adapter with its own TLS context and a default time-out."""

    def init_poolmanager(self, *words: Any, **options: Any) -> None:
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        super().init_poolmanager(*words, ssl_context=context, **options)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        return super().send(request, **{**options, "timeout": options.get("timeout") or CALL_LIMIT_S})


@bp.get("/own-adapter")
def own_adapter() -> Response:
    with requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, CustomAdapter())
        return jsonify(shown(session.get(f"{UPSTREAM}/posts/1")))


@bp.get("/kept")
def kept() -> Response:
    with tempfile.TemporaryFile() as file, get("/lines/3", stream=True) as response:
        for part in response.iter_content(chunk_size=128):
            file.write(part)
        file.seek(0)
        return jsonify(heading=heading(response), lines=file.read().decode().splitlines())
