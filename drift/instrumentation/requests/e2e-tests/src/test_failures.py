from test_wire import failed, fetched, post

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import FLASK_BROKEN


def requests(api: Api) -> None:
    urls = ["MissingSchema", "InvalidURL", "InvalidURL", "MissingSchema", "InvalidURL", "InvalidURL"]
    refused = [failed(error, "ValueError", request=None) for error in [*urls, *["InvalidHeader"] * 4]]
    api.get("/failures/never-sent", "unsent calls", [*refused, failed("InvalidJSONError", request="POST")], requests=0)
    api.get("/failures/wrong-words", "arguments of a wrong type", ["TypeError", "ValueError", "TypeError"], requests=0)
    api.get("/failures/timeout-that-is-none", "timeout of a wrong type", {"said": "ValueError"})
    api.get("/failures/unknown-scheme", "unsupported scheme", failed("InvalidSchema", "ValueError", request=None))
    api.get("/failures/refused", "refused connection", failed("ConnectionError", "ConnectionError"))
    api.get("/failures/no-such-proxy", "refused connection to a proxy", failed("ProxyError", "ConnectionError"))
    errors = ["requests.exceptions.InvalidURL: Invalid URL 'http://': No host supplied"]
    not_caught = {"expect": 500, "recorded": "status", "errors": errors}
    api.get("/failures/not-caught", "error not caught", FLASK_BROKEN, requests=0, **not_caught)
    api.get("/failures/too-slow", "read timeout", failed("ReadTimeout", "Timeout"))
    api.get("/failures/fast-enough", "timeouts not reached", [fetched("/slow/0.01", seconds=0.01)] * 4, requests=4)
    api.get("/failures/unknown-host", "unknown host", failed("ConnectionError", "ConnectionError"))
    api.get("/failures/no-tls", "https to a server without TLS", failed("SSLError", "ConnectionError"))
    api.get("/failures/no-certificates", "missing certificate files", ["OSError", "OSError"], requests=2)
    api.get("/failures/not-compressed", "invalid gzip response", failed("ContentDecodingError", request=None))
    api.get("/failures/cut-off", "response cut off", failed("ChunkedEncodingError", request=None))
    api.get("/failures/retried-in-vain", "retries exhausted", failed("RetryError"), reached=["GET /status/503"])
    api.get("/failures/in-a-hook", "hook that raises", failed("RequestException", response=200))
    first = failed("ConnectionError", "ConnectionError")
    api.get("/failures/and-then", "call after a refused connection", {"first": first, "then": post(2)}, requests=2)
    api.get("/failures/message", "message of HTTPError", {"said": "404 Client Error: NOT FOUND for url: /status/404"})
