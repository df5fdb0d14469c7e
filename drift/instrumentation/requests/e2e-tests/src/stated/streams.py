"""What the requests of ../streams.py state."""

from __future__ import annotations

from e2e_common.requester import Api
from stated.words import JSON, SERIAL, TEXT, failed, fetched, heading, in_parts, post, sender


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "streams")
    here = {"Content-Type": TEXT, "X-Serial": SERIAL}
    lines = {
        "plain": [in_parts("/lines/3"), ["line 1", "line 2", "line 3", SERIAL]],
        "decoded": [heading("/answer", headers=here), ["ä", "ö"]],
        "parted": [heading("/answer", headers=here), ["a", "b", "", "c"]],
    }
    send("lines", "lines", lines, 3)
    comments = fetched("/posts/2/comments", post=2, comments=["Comment 1 on 2", "Comment 2 on 2"])
    body = comments["body"]
    head = heading("/posts/2/comments", headers=JSON)
    sizes = {"16": [6, 16, 7, head, body], "1": [87, 1, 1, head, body], "1000": [1, 87, 87, head, body]}
    send("parts", "parts", {"sizes": sizes, "text": [heading("/answer", headers=here), "žluť"]}, 4)
    much = "".join(f"{number:07}\n" for number in range(38))[:300]
    send(
        "parts of the answer itself",
        "itself",
        [heading("/much/300", headers={"Content-Type": TEXT}), [128, 128, 61], much],
    )
    zipped = [heading("/gzip", headers=JSON), {"zipped": True, "serial": SERIAL}]
    send("compressed in parts", "compressed", zipped)
    send("streamed and read at once", "whole", {"told": post(1), "again": True})
    unread = heading("/posts/1", headers=JSON)
    send("not read to its end", "unread", [unread, unread, post(1)], 3)
    send("session that streams", "session", [in_parts("/lines/2"), ["line 1", "line 2", SERIAL]])
    send("raw stream", "raw", {"heading": unread, "raw": True})
    send("raw stream to a file", "to-a-file", {"heading": in_parts("/lines/2"), "kept": ["line 1"]})
    twice = {"heading": unread, "once": [16, 16, 16, 16, 2], "again": "StreamConsumedError"}
    send("read twice", "read-twice", twice)
    broken = failed("ContentDecodingError", request=None)
    send("stream that breaks", "broken", {"heading": heading("/answer", headers=here), "read": broken})
