import json
from typing import Any

from test_calls import echoed

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import digest, heading

CARD = {"X-Card": "4000 1234"}


def _seen(sent: Any, body: bytes) -> dict[str, Any]:
    return {"sent": sent, **digest(body)}


def requests(api: Api) -> None:
    api.get(
        "/rules/left-out", "rule drops the request", "Post 1, Post 2, in a span: False", recorded="rule", requests=2
    )
    body = "Post 1, Post 2, in a span: False"
    api.get("/rules/not-sampled", "dropped by sampling", body, recorded="sampling", requests=2)
    api.get("/rules/masked-header", "rule masks a header", {"length": 9, "card": "4000 1234"}, send_headers=CARD)
    api.get("/rules/kept-length", "length of a masked header", {"length": 9}, send_headers=CARD)
    sent = {"user": {"name": "Ada"}, "items": [1]}
    api.post("/rules/replaced-field", "rule replaces a JSON field", _seen(sent, json.dumps(sent).encode()), json=sent)
    api.post("/rules/replaced-field", "JSON rule and a binary body", _seen(None, b"\xff\xfe"), data=b"\xff\xfe")
    body = _seen({"items": [1]}, b'{"items": [1]}')
    api.post("/rules/replaced-field", "JSON rule and a body without the field", body, json={"items": [1]})
    api.post("/rules/replaced-field", "JSON rule and a text body", _seen(None, b"no JSON"), data="no JSON")
    # The rule redacts the header in the recording.
    body = echoed(headers={"X-Secret": "s3same", "X-Open": "yes"})
    api.get("/rules/call-with-secret", "redacted call header", body, inexact={"$.headers.X-Secret": 1}, requests=1)
    body = {"as_ruled": True, **heading(Content_Type="text/plain; charset=utf-8", Content_Length=None)}
    api.get("/rules/call-with-masked-answer", "rule masks a call's response", body, requests=1)
    api.get("/rules/call-left-out", "rule drops a call", {"as_ruled": True}, refused=1, requests=1)
