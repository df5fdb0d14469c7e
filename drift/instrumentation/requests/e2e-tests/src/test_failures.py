from test_wire import failed, fetched, post

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import FLASK_BROKEN


def requests(api: Api) -> None:
    urls = ["MissingSchema", "InvalidURL", "InvalidURL", "MissingSchema", "InvalidURL", "InvalidURL"]
    refused = [failed(error, "ValueError", request=None) for error in [*urls, *["InvalidHeader"] * 4]]
    api.get("/failures/never-sent", "never sent", [*refused, failed("InvalidJSONError", request="POST")], requests=0)
    api.get("/failures/wrong-words", "wrong words", ["TypeError", "ValueError", "TypeError"], requests=0)
    api.get("/failures/timeout-that-is-none", "timeout that is none", {"said": "ValueError"})
    api.get("/failures/unknown-scheme", "unknown scheme", failed("InvalidSchema", "ValueError", request=None))
    api.get("/failures/refused", "refused", failed("ConnectionError", "ConnectionError"))
    api.get("/failures/no-such-proxy", "refused by a proxy", failed("ProxyError", "ConnectionError"))
    errors = ["requests.exceptions.InvalidURL: Invalid URL 'http://': No host supplied"]
    not_caught = {"expect": 500, "recorded": "status", "errors": errors}
    api.get("/failures/not-caught", "error that nobody catches", FLASK_BROKEN, requests=0, **not_caught)
    api.get("/failures/too-slow", "too slow", failed("ReadTimeout", "Timeout"))
    api.get("/failures/fast-enough", "fast enough", [fetched("/slow/0.01", seconds=0.01)] * 4, requests=4)
    api.get("/failures/unknown-host", "unknown host", failed("ConnectionError", "ConnectionError"))
    api.get("/failures/no-tls", "no TLS", failed("SSLError", "ConnectionError"))
    api.get("/failures/no-certificates", "no certificates", ["OSError", "OSError"], requests=2)
    api.get("/failures/not-compressed", "not compressed", failed("ContentDecodingError", request=None))
    api.get("/failures/cut-off", "cut off", failed("ChunkedEncodingError", request=None))
    api.get("/failures/retried-in-vain", "retried in vain", failed("RetryError"), reached=["GET /status/503"])
    api.get("/failures/in-a-hook", "hook that raises", failed("RequestException", answer=200))
    first = failed("ConnectionError", "ConnectionError")
    api.get("/failures/and-then", "failure and what takes its place", {"first": first, "then": post(2)}, requests=2)
    api.get("/failures/message", "message of an error", {"said": "404 Client Error: NOT FOUND for url: /status/404"})
