from test_wire import comments, failed, heading, in_parts, post

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import JSON, SERIAL, TEXT


def requests(api: Api) -> None:
    here = {**TEXT, "X-Serial": SERIAL}
    lines = {
        "plain": [in_parts("/lines/3"), ["line 1", "line 2", "line 3", SERIAL]],
        "decoded": [heading("/answer", headers=here), ["ä", "ö"]],
        "parted": [heading("/answer", headers=here), ["a", "b", "", "c"]],
    }
    api.get("/streams/lines", "iter_lines()", lines, requests=3)
    body, head = comments()["body"], heading("/posts/2/comments", headers=JSON)
    sizes = {"16": [6, 16, 7, head, body], "1": [87, 1, 1, head, body], "1000": [1, 87, 87, head, body]}
    api.get(
        "/streams/parts",
        "iter_content()",
        {"sizes": sizes, "text": [heading("/answer", headers=here), "žluť"]},
        requests=4,
    )
    much = "".join(f"{number:07}\n" for number in range(38))[:300]
    api.get("/streams/itself", "iteration over a response", [heading("/much/300", headers=TEXT), [128, 128, 61], much])
    zipped = [heading("/gzip", headers=JSON), {"zipped": True, "serial": SERIAL}]
    api.get("/streams/compressed", "iter_content() of gzip", zipped)
    api.get("/streams/whole", "content of a stream", {"told": post(1), "again": True})
    unread = heading("/posts/1", headers=JSON)
    api.get("/streams/unread", "streams closed unread", [unread, unread, post(1)], requests=3)
    api.get("/streams/session", "Session with stream=True", [in_parts("/lines/2"), ["line 1", "line 2", SERIAL]])
    api.get("/streams/raw", "response.raw", {"heading": unread, "raw": True})
    api.get(
        "/streams/to-a-file", "response.raw copied to a file", {"heading": in_parts("/lines/2"), "kept": ["line 1"]}
    )
    twice = {"heading": unread, "once": [16, 16, 16, 16, 2], "again": "StreamConsumedError"}
    api.get("/streams/read-twice", "stream read twice", twice)
    broken = failed("ContentDecodingError", request=None)
    api.get("/streams/broken", "stream that fails", {"heading": heading("/answer", headers=here), "read": broken})
