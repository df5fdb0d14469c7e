from test_wire import echoed, fetched, heading, in_parts, post

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import JSON


def requests(api: Api) -> None:
    secret = echoed(headers={"X-Secret": "s3same", "X-Open": "yes"})
    api.get("/rules/redacted-header", "rule redacts a header", secret, inexact={"$.headers.X-Secret": 1})
    api.get("/rules/masked-answer", "rule masks the response", {"heading": in_parts("/lines/7"), "as_ruled": True})
    api.get("/rules/masked-query", "rule masks a query parameter", fetched("/users/1?token=t0ken", id=1, name="Ada"))
    unmasked = [fetched("/users/2?token=t0ken", id=2, name="Grace"), fetched("/users/1?tokens=t0ken", id=1, name="Ada")]
    api.get("/rules/open-query", "queries that no rule masks", unmasked, requests=2)
    api.get("/rules/left-out", "rule drops a call", {"as_ruled": True}, refused=1)
    made = echoed("POST", headers=JSON, text='{"item": "tea"}')
    api.get(
        "/rules/request-left-out", "rule drops requests", {"post": post(1), "made": made}, requests=2, recorded="rule"
    )
    not_left_out = {"get": post(98), "head": heading("/posts/99", headers=JSON)}
    api.get("/rules/not-left-out", "calls that no rule drops", not_left_out, requests=2)
