"""The psycopg suite's requests. Each states how many statements it runs and its full answer; none depends on another.

By hand: python src/test_requests.py [http://localhost:8000]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# By hand, e2e_common is found by walking up to the top of the checkout.
sys.path += [str(folder) for folder in Path(__file__).resolve().parents if (folder / "Makefile").exists()]

from stated import (
    asynchronous,
    batches,
    changing,
    connections,
    copying,
    errors,
    factories,
    options,
    parameters,
    pipelines,
    pools,
    queries,
    rows,
    starting,
    transactions,
    unseen,
    values,
)
from stated.words import Send

from e2e_common.requester import Api


def sender(send: Send) -> Send:
    """`answer`: the whole body, or the part of it that a helper states; `fields`: the rest of it. `leaks`: what reaches
    the server in replay; `recorded`: why nothing is recorded of it; `inexact` and `unanswered`: the calls that are not
    those of the recording (see e2e_common/requester.py)."""

    def request(
        path: str,
        answer: Any = None,
        *,
        statements: int = 1,
        leaks: Sequence[str] = (),
        recorded: str = "",
        inexact: Mapping[str, int] | None = None,
        unanswered: Sequence[str] = (),
        **fields: Any,
    ) -> None:
        body = {**(answer or {}), **fields} if fields else answer
        reached = [f"postgres: {what}" for what in leaks]
        calls = {"psycopg": statements}
        send(path, body=body, calls=calls, leaks=reached, recorded=recorded, inexact=inexact, unanswered=unanswered)

    return request


with Api() as api:
    get, post = sender(api.get), sender(api.post)
    for module in (
        queries,
        parameters,
        batches,
        rows,
        values,
        transactions,
        errors,
        copying,
        pipelines,
        connections,
        options,
        pools,
        asynchronous,
        factories,
        starting,
        changing,
        unseen,
    ):
        module.requests(get, post)
