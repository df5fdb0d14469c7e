import json
import re
from typing import Any

from words import echoed, fetched, post

from e2e_common.requester import Api, Matches, matches


def requests(api: Api) -> None:
    comments = fetched("/posts/2/comments", post=2, comments=["Comment 1 on 2", "Comment 2 on 2"])
    found = [post(1), post(2), fetched("/users/1", id=1, name="Ada"), comments]
    api.get("/parallel/with-context", "threads with the context", found, requests=4)
    shared = [
        echoed("GET", f"number={number}", query={"number": [str(number)]}, headers={"X-Client": "shared"})
        for number in range(6)
    ]
    api.get("/parallel/one-session", "threads that share a session", shared, requests=6)
    api.get("/parallel/same-call", "same call in threads", requests=3).answers(
        [fetched("/count/requests-parallel", name="requests-parallel", count=number) for number in (1, 2, 3)]
    )
    asked = {"asked": ["/users/1", "/users/2"], "fine": [[True, "OK", "utf-8"]] * 2}
    api.get("/parallel/without-context", "threads without the context", asked, requests=0, background=2)
    read = {"kinds": [True, True], "again": True, "closed": None}
    api.get("/parallel/parts-without-context", "parts without the context", read, requests=0, background=3)
    lines = ["line 1", "line 2", "line 3"]
    api.get("/parallel/lines-without-context", "lines without the context", lines, requests=0, background=1)
    api.get("/parallel/while-answering", "calls while answering", matches("".join(map(_line, (1, 2, 3)))), requests=3)
    api.get("/parallel/generator", "calls of a generator", [post(number) for number in range(1, 7)], requests=6)


def _line(number: int) -> str:
    """The pattern of an answer in one line (`in_text` in parallel.py)."""

    def pattern(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ", ".join(f'"{name}": {pattern(value[name])}' for name in sorted(value)) + "}"
        if isinstance(value, Matches):
            return f'"{value.pattern}"'
        return re.escape(json.dumps(value))

    return pattern(post(number)).replace('{"', '\\{"').replace("{}", "\\{\\}") + "\n"
