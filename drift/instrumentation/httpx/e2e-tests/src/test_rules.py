from test_outside import CLIENTS, echoed, fetched, plainly

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import PLAIN


def requests(api: Api) -> None:
    seen = echoed(headers={"X-Secret": "s3same", "X-Open": "yes"})
    redacted = {"$.headers.x-secret": 3}
    api.get("/rules/secret-header", "redacted header of a call", [seen] * 3, httpx=3, inexact=redacted)
    masked = {**plainly("/lines/2", content_type=PLAIN), "as_ruled": True, "size": 32}
    api.get("/rules/masked-answer", "masked answer", masked, httpx=1)
    replaced = {**fetched("/posts/9", id=9, author=1), "as_ruled": True}
    api.get("/rules/replaced-field", "replaced field of an answer", replaced, httpx=1)
    url = "/target/query?key=s3same&open=yes"
    api.get("/rules/secret-in-query", "masked query of a call", fetched(url, target=url, path="query"), httpx=1)
    for way in CLIENTS:
        api.get(f"/rules/left-out/{way}", f"call left out by a rule, {way}", {"as_ruled": True}, httpx=1, refused=1)
