from errno import ECONNREFUSED
from typing import Any

from test_outside import CLIENTS, WAYS, echoed, status_of, user

from e2e_common.record.client import Api

NEVER_SENT = {
    "port": "InvalidURL: Invalid port: 'port'",
    "control character": "InvalidURL: Invalid non-printable ASCII character in URL, '\\x00' at position 17.",
    "host name": "InvalidURL: Invalid IDNA hostname: 'xn--ü'",
    "too long": "InvalidURL: URL too long",
    "JSON": "TypeError",
    "file": "TypeError",
    "header": "UnicodeEncodeError",
    "query": "AttributeError",
    "content": "TypeError",
    "argument": "TypeError",
}
REFUSED = f"ConnectError: [Errno {ECONNREFUSED}] Connection refused"
UNSUPPORTED = "UnsupportedProtocol: Request URL"
CUT = "peer closed connection without sending complete message body (received 5 bytes, expected 500)"
CODING = "DecodingError: Error -3 while decompressing data: invalid block type"
FAILED = {
    "refused": ("http://127.0.0.1:9/", REFUSED),
    "no-scheme": ("/upstream/echo", f"{UNSUPPORTED} is missing an 'http://' or 'https://' protocol."),
    "no-protocol": ("ftp://upstream/echo", f"{UNSUPPORTED} has an unsupported protocol 'ftp://'."),
    "slow": ("/slow/3.0", "ReadTimeout: timed out"),
    "slow-body": ("/drip/3.0", "ReadTimeout: timed out"),
    "redirects": ("/redirect/1", "TooManyRedirects: Exceeded maximum allowed redirects."),
    "cut": ("/answer?body=short&header=Content-Length%3A+500", f"RemoteProtocolError: {CUT}"),
    "coding": ("/answer?body=not+deflated&header=Content-Encoding%3A+deflate", CODING),
    "header": ("/echo", "LocalProtocolError: Illegal header value b'one\\ntwo'"),
    "proxy": ("/echo", REFUSED),
    "socks": ("/echo", REFUSED),
}
"""URL and error."""
OF_ASYNC = {"refused": "ConnectError: All connection attempts failed", "slow": "ReadTimeout: "}
"""The errors of an async client that differ."""


def requests(api: Api) -> None:
    for way in WAYS:
        api.get(f"/failing/never-sent/{way}", f"unsent calls, {way}", NEVER_SENT)
    for what, (url, error) in FAILED.items():
        for way in CLIENTS if what in ("refused", "slow", "redirects", "cut") else ("client",):
            response = {"raised": OF_ASYNC.get(what, error) if way == "async" else error, "of": f"GET {url}"}
            followed = ["GET /redirect/2"] if what == "redirects" else []
            api.get(f"/failing/{way}/{what}", f"failed: {what}, {way}", response, httpx=1, reached=followed)
    auth = {"raised": "TypeError: Invalid \"auth\" argument: 'ada'"}
    api.get("/failing/client/authentication", "failed: authentication, client", auth, httpx=1)
    closed: dict[str, Any] = {"raised": "RuntimeError: Cannot send a request, as the client has been closed."}
    for way in CLIENTS:
        found = [closed, True] if way == "client" else closed
        api.get(f"/failing/closed/{way}", f"closed client, {way}", found, httpx=1)
    twice = {"raised": "RuntimeError: Cannot open a client instance more than once.", **user(1)}
    api.get("/failing/opened-twice", "client opened twice", twice, httpx=1)
    none_left = {"raised": "PoolTimeout: ", "of": "GET /users/1"}
    api.get("/failing/no-connection-left", "PoolTimeout", none_left, httpx=2)
    conflict: dict[str, Any] = {"raised": "CookieConflict: Multiple cookies exist with name=theme"}
    conflict.update(echoed(headers={"Cookie": "theme=/echo; theme=/"}))
    api.get("/failing/cookie-conflict", "CookieConflict", conflict, httpx=1)
    api.get("/failing/given-up", "cancelled call", ["given up", user(1)], httpx=2)
    api.get("/failing/then-again", "fallback after status 503", [status_of(503), user(1)], httpx=2)
