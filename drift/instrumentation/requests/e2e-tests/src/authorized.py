"""Authorization: of a request, of a session, of the URL, of a file, and of the application's own kind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import requests
from flask import Blueprint, Response, jsonify
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth, HTTPProxyAuth
from wire import CALL_LIMIT_S, UPSTREAM, fetch, told

bp = Blueprint("authorized", __name__, url_prefix="/authorized")
NETRC = Path(__file__).with_name("netrc.txt")


class Signed(AuthBase):
    """An authorization of the application's own, which goes by what is sent."""

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["X-Signature"] = f"{prepared.method} {prepared.path_url} {len(prepared.body or b'')}"
        return prepared


@contextmanager
def variables(**values: str) -> Iterator[None]:
    """While entered, these stand in the environment."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@bp.get("/basic")
def basic() -> Response:
    """As a pair, as an object, not ASCII, in bytes, and empty."""
    given = [("Ada", "pass:word"), HTTPBasicAuth("Grace", ""), ("Édith", "clé"), (b"by", b"tes"), ("", "")]
    return jsonify([fetch(f"/echo?number={number}", auth=each) for number, each in enumerate(given)])


@bp.get("/own")
def own() -> Response:
    """An object, a function, one for a proxy; and a header of its own, which an authorization comes before."""

    def bearer(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        prepared.headers["Authorization"] = "Bearer t0ken"
        return prepared

    return jsonify(
        [
            fetch("/echo?a=1", "POST", auth=Signed(), data="signed"),
            fetch("/echo?b", auth=bearer, headers={"Authorization": "of the header"}),
            fetch("/echo?c", auth=HTTPProxyAuth("Ada", "p")),
        ]
    )


@bp.get("/asked-for")
def asked_for() -> Response:
    """The upstream asks for it, and gets it at once."""
    return jsonify(fetch("/private", auth=("Grace", "")))


@bp.get("/of-the-url")
def of_the_url() -> Response:
    """Name and password in the URL."""
    url = UPSTREAM.replace("://", f"://{quote('Ada@home')}:{quote('p/w', safe='')}@")
    answer = requests.get(f"{url}/private", timeout=CALL_LIMIT_S)
    return jsonify({**told(answer), "url": answer.url.replace(url, "url")})


@bp.get("/of-a-file")
def of_a_file() -> Response:
    """A .netrc, which a session that trusts its environment reads; another does not."""
    answers = []
    with variables(NETRC=str(NETRC)), requests.Session() as session:
        for trusting in (True, False):
            session.trust_env = trusting
            answers.append(told(session.get(f"{UPSTREAM}/echo?{trusting}", timeout=CALL_LIMIT_S)))
    return jsonify(answers)


@bp.get("/digest")
def digest() -> Response:
    """The upstream asks with a 401, and `requests` asks again, with an answer to its challenge."""
    challenge = quote('Digest realm="upstream", nonce="n0nce", qop="auth", algorithm=MD5')
    with requests.Session() as session:
        session.auth = HTTPDigestAuth("Ada", "pass")
        answer = session.get(f"{UPSTREAM}/private?challenge={challenge}", timeout=CALL_LIMIT_S)
        return jsonify(told(answer))


@bp.get("/digest-history")
def digest_history() -> Response:
    """The 401 before it is the answer's history."""
    challenge = quote('Digest realm="upstream", nonce="n0nce"')
    auth = HTTPDigestAuth("Ada", "pass")
    answer = requests.get(f"{UPSTREAM}/private?challenge={challenge}", auth=auth, timeout=CALL_LIMIT_S)
    return jsonify(status=answer.status_code, history=[each.status_code for each in answer.history])
