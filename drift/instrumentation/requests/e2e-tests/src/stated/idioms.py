"""What the requests of ../idioms.py state."""

from __future__ import annotations

from e2e_common.requester import Api, matches
from stated.words import SERIAL, echoed, fetched, in_parts, post, sender


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "idioms")
    echo = echoed("GET", "prepared", query={"prepared": [""]})
    merged = {"told": {**echo, "url": "http://shop.example/echo?prepared"}, "settings": [False, "poem.txt", None]}
    send(
        "prepared request with the environment's settings",
        "merged-settings",
        merged,
        reached=["GET http://shop.example/echo"],
    )
    send("verbs of the application's own", "verbs", ["MKCOL", "PROPFIND", "REPORT"], 3)
    asked = fetched("/flaky/requests-backoff/3", name="requests-backoff", asked=4)
    send("retries that wait", "backoff", asked, reached=["GET /flaky/requests-backoff/3"] * 3)
    answers = [
        echoed("GET", "first", query={"first": [""]}, headers={"Cookie": "tasty=yum"}),
        echoed("GET", "second", query={"second": [""]}),
    ]
    said = [["/echo", "/elsewhere", "/"], "yum", {"gross": "blech"}]
    send("cookies by domain and path", "jar", {"answers": answers, "said": said, "left": ["gross", "other"]}, 2)
    named = [
        fetched(f"/status/{s}", status=s, reason=words, code=s) for s, words in ((201, "CREATED"), (202, "ACCEPTED"))
    ]
    send("status by its names", "codes", {"answers": named, "same": [True, True], "known": True}, 2)
    pages = [matches(f"{number} live-[0-9a-f]{{12}}") for number in ("one", "two", "three")]
    send("pages by their links", "pages", pages, 3)
    send("credentials that are renewed", "renewed", fetched("/private", user="Ada"), reached=["GET /private"])
    send("adapter with TLS and a time limit of its own", "own-adapter", post(1))
    kept = {"heading": in_parts("/lines/3"), "lines": ["line 1", "line 2", "line 3", SERIAL]}
    send("stream kept in a file", "kept", kept)
