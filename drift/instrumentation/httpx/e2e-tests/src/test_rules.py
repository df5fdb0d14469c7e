from test_outside import CLIENTS, echoed, fetched, heading

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import PLAIN


def requests(api: Api) -> None:
    seen = echoed(headers={"X-Secret": "s3same", "X-Open": "yes"})
    redacted = {"$.headers.x-secret": 3}
    api.get("/rules/secret-header", "rule redacts a header", [seen] * 3, httpx=3, inexact=redacted)
    masked = {**heading("/lines/2", content_type=PLAIN), "as_ruled": True, "size": 32}
    api.get("/rules/masked-answer", "rule masks the response", masked, httpx=1)
    replaced = {**fetched("/posts/9", id=9, author=1), "as_ruled": True}
    api.get("/rules/replaced-field", "rule replaces a JSON field", replaced, httpx=1)
    url = "/target/query?key=s3same&open=yes"
    api.get("/rules/secret-in-query", "rule masks a query parameter", fetched(url, target=url, path="query"), httpx=1)
    for way in CLIENTS:
        api.get(f"/rules/left-out/{way}", f"rule drops a call, {way}", {"as_ruled": True}, httpx=1, refused=1)
