"""Where the upstream is, and how a handler shows what it answered."""

import os
import ssl
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Union

import httpx
import requests

UPSTREAM = os.environ.get("UPSTREAM_URL", "http://127.0.0.1:9180")
NOWHERE = "http://127.0.0.1:9/"
"""Nothing listens on port 9 of loopback."""
CALL_LIMIT_S = 5
MODE = os.environ.get("TUSK_DRIFT_MODE", "")
ENCODINGS = ("content-encoding", "transfer-encoding")
"""Which the SDK leaves out in replay: it has undone them."""
TLS = ssl.create_default_context()
"""Of all httpx clients: each would make its own, which costs more than all the rest of a request."""

Answer = Union[httpx.Response, requests.Response]


def heading(answer: Answer, *left_out: str) -> dict[str, Any]:
    """What every call to the upstream shows of its answer, before its body. Not httpx's reason, which it makes up from
    the status in replay: `reason of an answer` and `own-reason of an answer` are about that. `left_out`: what else of
    the headers is not shown."""
    without = (*ENCODINGS, *left_out)
    headers = {name.title(): value for name, value in answer.headers.items() if name.lower() not in without}
    return {
        "status": answer.status_code,
        "reason": answer.reason if isinstance(answer, requests.Response) else None,
        "headers": headers,
    }


def shown(answer: Answer) -> dict[str, Any]:
    """The same, and its body in JSON."""
    body = answer.json() if answer.content else None
    return {**heading(answer), "url": here(str(answer.url)), "body": body}


def here(text: str) -> str:
    """`text` without the upstream's address, which is another one in every run."""
    return text.replace(UPSTREAM, "")


def in_any_order(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the calls give, in their order. In replay they are made in the reverse order, as a scheduler might: answers
    that were handed out in the order of the recording would be mixed up."""
    found = [calls[number]() for number in order_of(calls)]
    return found[::-1] if backwards() else found


def order_of(calls: Sequence[Any]) -> list[int]:
    """The order in which to make `calls`."""
    return list(range(len(calls)))[:: -1 if backwards() else 1]


def backwards() -> bool:
    return MODE == "REPLAY"


def raised(error: BaseException) -> str:
    return f"{type(error).__name__}: {here(str(error))}"


def joined(parts: Iterable[Any]) -> str:
    """Parts of a text that came one by one; where they were cut says nothing, since TCP decides that."""
    parts = list(parts)
    return b"".join(parts).decode() if parts and isinstance(parts[0], bytes) else "".join(parts)
