"""What the requests of ../authorized.py state."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from e2e_common.requester import Api
from stated.words import echoed, fetched, sender

CHALLENGE = 'Digest realm="upstream", nonce="n0nce", qop="auth", algorithm=MD5'


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "authorized")
    basic: list[Any] = ["QWRhOnBhc3M6d29yZA==", "R3JhY2U6", "yWRpdGg6Y2zp", "Ynk6dGVz", "Og=="]
    answers = [
        echoed("GET", f"number={at}", query={"number": [str(at)]}, headers={"Authorization": f"Basic {each}"})
        for at, each in enumerate(basic)
    ]
    send("Basic", "basic", answers, 5)
    own = [
        echoed("POST", "a=1", query={"a": ["1"]}, headers={"X-Signature": "POST /echo?a=1 6"}, text="signed"),
        echoed("GET", "b", query={"b": [""]}, headers={"Authorization": "Bearer t0ken"}),
        echoed("GET", "c", query={"c": [""]}),
    ]
    send("authorization of the application's own", "own", own, 3)
    send("authorization that is asked for", "asked-for", fetched("/private", user="Grace"))
    send("authorization of the URL", "of-the-url", fetched("url/private", user="Ada@home"))
    netrc = {"Authorization": "Basic QWRhOm9mLXRoZS1maWxl"}
    files = [
        echoed("GET", "True", query={"True": [""]}, headers=netrc),
        echoed("GET", "False", query={"False": [""]}),
    ]
    send("authorization of a file", "of-a-file", files, 2)
    send("Digest", "digest", fetched(f"/private?challenge={quote(CHALLENGE)}", user="Ada"), reached=["GET /private"])
    send("history of a Digest", "digest-history", {"status": 200, "history": [401]}, reached=["GET /private"])
