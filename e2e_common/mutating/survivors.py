"""The facts that nothing depends on: those of a known class, with the reason for it, and the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from e2e_common.mutating.facts import Fact

DATABASES = ("psycopg", "psycopg2", "sqlalchemy")
ENCODINGS = ("response header content-encoding", "response header transfer-encoding")


@dataclass(frozen=True)
class Class:
    """Facts that no answer can depend on, for the same `reason`. They count as not red all the same."""

    name: str
    reason: str
    holds: Callable[[Fact], bool]


CLASSES = (
    Class(
        "reason phrases of answers to httpx",
        "the SDK gives httpx none in replay, which makes them up from the status (instrumentation/httpx, "
        "_create_mock_response)",
        lambda fact: fact.library == "httpx" and fact.what == "reason phrase",
    ),
    Class(
        "Content-Encoding and Transfer-Encoding of answers",
        "the SDK records what is decoded already, and leaves both out in replay (_create_mock_response)",
        lambda fact: fact.what.lower() in ENCODINGS,
    ),
    Class(
        "classes of a database's errors",
        "whatever was recorded, the SDK raises a RuntimeError of the message (_raise_replay_error_if_present)",
        lambda fact: fact.library in DATABASES and fact.what == "errorName",
    ),
    Class(
        "what an application wrote into a COPY",
        "the SDK records it as a result, and nobody is given it back (instrumentation/psycopg, copy)",
        lambda fact: fact.path[:1] == ("data",) and "FROM STDIN" in fact.place,
    ),
)


def class_of(fact: Fact) -> Class | None:
    """The class of a fact that stayed green, if it is of one."""
    return next((each for each in CLASSES if each.holds(fact)), None)
