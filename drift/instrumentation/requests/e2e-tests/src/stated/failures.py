"""What the requests of ../failures.py state."""

from __future__ import annotations

from e2e_common.requester import Api
from stated.words import failed, fetched, post, sender

BROKEN = (
    "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n"
    "<p>The server encountered an internal error and was unable to complete your request. "
    "Either the server is overloaded or there is an error in the application.</p>\n"
)
"""What Flask answers where the application does not."""


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "failures")
    urls = ["MissingSchema", "InvalidURL", "InvalidURL", "MissingSchema", "InvalidURL", "InvalidURL"]
    refused = [failed(error, "ValueError", request=None) for error in [*urls, *["InvalidHeader"] * 4]]
    send("never sent", "never-sent", [*refused, failed("InvalidJSONError", request="POST")], 0)
    send("wrong words", "wrong-words", ["TypeError", "ValueError", "TypeError"], 0)
    send("timeout that is none", "timeout-that-is-none", {"said": "ValueError"})
    send("unknown scheme", "unknown-scheme", failed("InvalidSchema", "ValueError", request=None))
    send("refused", "refused", failed("ConnectionError", "ConnectionError"))
    send("refused by a proxy", "no-such-proxy", failed("ProxyError", "ConnectionError"))
    said = ["requests.exceptions.InvalidURL: Invalid URL 'http://': No host supplied"]
    send("error that nobody catches", "not-caught", BROKEN, 0, expect=500, recorded="status", errors=said)
    send("too slow", "too-slow", failed("ReadTimeout", "Timeout"))
    send("fast enough", "fast-enough", [fetched("/slow/0.01", seconds=0.01)] * 4, 4)
    send("unknown host", "unknown-host", failed("ConnectionError", "ConnectionError"))
    send("no TLS", "no-tls", failed("SSLError", "ConnectionError"))
    send("no certificates", "no-certificates", ["OSError", "OSError"], 2)
    send("not compressed", "not-compressed", failed("ContentDecodingError", request=None))
    send("cut off", "cut-off", failed("ChunkedEncodingError", request=None))
    send("retried in vain", "retried-in-vain", failed("RetryError"), reached=["GET /status/503"])
    send("hook that raises", "in-a-hook", failed("RequestException", answer=200))
    first = failed("ConnectionError", "ConnectionError")
    send("failure and what takes its place", "and-then", {"first": first, "then": post(2)}, 2)
    send("message of an error", "message", {"said": "404 Client Error: NOT FOUND for url: /status/404"})
