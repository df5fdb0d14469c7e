from test_wire import echoed, fetched, heading, in_parts, post

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import JSON


def requests(api: Api) -> None:
    secret = echoed(headers={"X-Secret": "s3same", "X-Open": "yes"})
    api.get("/rules/redacted-header", "redacted header", secret, inexact={"$.headers.X-Secret": 1})
    api.get("/rules/masked-answer", "masked answer", {"heading": in_parts("/lines/7"), "as_ruled": True})
    api.get("/rules/masked-query", "masked query", fetched("/users/1?token=t0ken", id=1, name="Ada"))
    unmasked = [fetched("/users/2?token=t0ken", id=2, name="Grace"), fetched("/users/1?tokens=t0ken", id=1, name="Ada")]
    api.get("/rules/open-query", "query that no rule masks", unmasked, requests=2)
    api.get("/rules/left-out", "call left out", {"as_ruled": True}, refused=1)
    made = echoed("POST", headers=JSON, text='{"item": "tea"}')
    api.get("/rules/request-left-out", "request left out", {"post": post(1), "made": made}, requests=2, recorded="rule")
    not_left_out = {"get": post(98), "head": heading("/posts/99", headers=JSON)}
    api.get("/rules/not-left-out", "calls that no rule leaves out", not_left_out, requests=2)
