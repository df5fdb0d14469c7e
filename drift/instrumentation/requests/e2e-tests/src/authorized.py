"""Authentication: of a request, of a session, in the URL, from .netrc, and custom."""

import os
from functools import partial
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import requests
from flask import Blueprint, Response, jsonify
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth, HTTPProxyAuth
from wire import CALL_LIMIT_S, UPSTREAM, fetch, get, shown

variables = partial(mock.patch.dict, os.environ)
"""A context manager that sets these environment variables."""
bp = Blueprint("authorized", __name__, url_prefix="/authorized")


class Signed(AuthBase):
    """A custom authentication that depends on the body."""

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["X-Signature"] = f"{prepared.method} {prepared.path_url} {len(prepared.body or b'')}"
        return prepared


@bp.get("/basic")
def basic() -> Response:
    given = [("Ada", "pass:word"), HTTPBasicAuth("Grace", ""), ("Édith", "clé"), (b"by", b"tes"), ("", "")]
    return jsonify([fetch(f"/echo?number={number}", auth=each) for number, each in enumerate(given)])


@bp.get("/own")
def own() -> Response:
    """As an object, as a function, for a proxy; and with an Authorization header that the authentication overrides."""

    def bearer(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Authorization"] = "Bearer t0ken"
        return prepared

    signed = fetch("/echo?a=1", "POST", auth=Signed(), data="signed")
    borne = fetch("/echo?b", auth=bearer, headers={"Authorization": "of the header"})
    return jsonify([signed, borne, fetch("/echo?c", auth=HTTPProxyAuth("Ada", "p"))])


@bp.get("/asked-for")
def asked_for() -> Response:
    return jsonify(fetch("/private", auth=("Grace", "")))


@bp.get("/of-the-url")
def of_the_url() -> Response:
    url = UPSTREAM.replace("://", f"://{quote('Ada@home')}:{quote('p/w', safe='')}@")
    response = requests.get(f"{url}/private", timeout=CALL_LIMIT_S)
    return jsonify({**shown(response), "url": response.url.replace(url, "url")})


@bp.get("/of-a-file")
def of_a_file() -> Response:
    """A .netrc file. A session reads it only if it trusts its environment."""
    with variables(NETRC=str(Path(__file__).with_name("netrc.txt"))), requests.Session() as session:
        trusting = fetch("/echo?True", by=session)
        session.trust_env = False
        return jsonify([trusting, fetch("/echo?False", by=session)])


@bp.get("/digest")
def digest() -> Response:
    """The upstream sends a challenge with 401; `requests` sends the call a second time with the response to it."""
    challenge = quote('Digest realm="upstream", nonce="n0nce", qop="auth", algorithm=MD5')
    with requests.Session() as session:
        session.auth = HTTPDigestAuth("Ada", "pass")
        return jsonify(fetch(f"/private?challenge={challenge}", by=session))


@bp.get("/digest-history")
def digest_history() -> Response:
    challenge = quote('Digest realm="upstream", nonce="n0nce"')
    response = get(f"/private?challenge={challenge}", auth=HTTPDigestAuth("Ada", "pass"))
    return jsonify(status=response.status_code, history=[each.status_code for each in response.history])
