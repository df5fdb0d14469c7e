"""What the requests of ../parallel.py state."""

from __future__ import annotations

import json
import re
from typing import Any

from e2e_common.requester import Api, Matches, matches
from stated.words import echoed, fetched, post, sender


def requests(api: Api) -> None:
    """Send them all."""
    send = sender(api, "parallel")
    comments = fetched("/posts/2/comments", post=2, comments=["Comment 1 on 2", "Comment 2 on 2"])
    found = [post(1), post(2), fetched("/users/1", id=1, name="Ada"), comments]
    send("threads with the context", "with-context", found, 4)
    shared = [
        echoed("GET", f"number={number}", query={"number": [str(number)]}, headers={"X-Client": "shared"})
        for number in range(6)
    ]
    send("threads that share a session", "one-session", shared, 6)
    send(
        "same call in threads",
        "same-call",
        [fetched("/count/requests-parallel", name="requests-parallel", count=number) for number in (1, 2, 3)],
        3,
    )
    asked = {"asked": ["/users/1", "/users/2"], "fine": [[True, "OK", "utf-8"]] * 2}
    send("threads without the context", "without-context", asked, 0, background=2)
    read = {"kinds": [True, True], "again": True, "closed": None}
    send("parts without the context", "parts-without-context", read, 0, background=3)
    lines = ["line 1", "line 2", "line 3"]
    send("lines without the context", "lines-without-context", lines, 0, background=1)
    send("calls while answering", "while-answering", matches("".join(map(_line, (1, 2, 3)))), 3)
    send("calls of a generator", "generator", [post(number) for number in range(1, 7)], 6)


def _line(number: int) -> str:
    """The pattern of an answer in one line (`in_text` in ../parallel.py)."""

    def pattern(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f'"{name}": {pattern(value[name])}' for name in sorted(value)) + "}"
        if isinstance(value, Matches):
            return f'"{value.pattern}"'
        return re.escape(json.dumps(value))

    return pattern(post(number)).replace('{"', '\\{"').replace("{}", "\\{\\}") + "\n"
