"""result.json: its types. docs/result.schema.json is generated from them (`python -m e2e_common.judge.result_json`)."""

import json
import re
from typing import Any, Literal, Optional, Union

import msgspec
from msgspec import UNSET, Struct, UnsetType, field

from e2e_common.artifacts.strict_json import Malformed, decode, json_object

Phase = Literal["total", "prepare", "services", "record", "flush", "replay", "check", "cleanup"]
Verdict = Literal["passed", "failed", "error"]
OfRequest = Literal["passed", "failed", "known failure", "by design"]
Check = Literal["ok", "failed", "unknown"]


class Counts(Struct, frozen=True):
    """How many requests; `floats`: passed but for whole numbers that came as floats; `by_design`: left out."""

    sent: int
    recorded: int
    replayed: int
    passed: int
    floats: int
    known_failures: int
    by_design: int


class ReplayedBy(Struct, frozen=True):
    """Which CLI replayed; `name` is empty where none did."""

    name: str
    version: str


class Isolation(Struct, frozen=True):
    """`network`: nothing but an own loopback was there, by probe; `files`: /tmp, /var/tmp and /dev/shm were its own;
    `sentinels`: they stood in place of the services."""

    network: bool
    files: bool
    sentinels: bool


class Checks(Struct, frozen=True):
    """Rules 5 (warnings), 6 (leaks), 7 and 9 (mocks)."""

    warnings: Check
    leaks: Check
    mocks: Check


class Fixed(Struct, frozen=True):
    """A known failure that does not show; `place`: its entry of known_failures.yaml."""

    request: str
    stage: str
    cause: str
    fact: str
    place: str


class LeakRow(Struct, frozen=True):
    """What reached a service in replay; `request` is null where that is not known."""

    request: Optional[str]
    service: str
    what: str
    expected: bool


class Warned(Struct, frozen=True):
    """What the SDK or the CLI warned of. A test whose clock stalled was retried; it has no method."""

    request: Optional[str]
    kind: Literal["unpatched", "background", "time travel stall"]
    method: str
    trace_id: Optional[str]
    expected: bool


class TestRow(Struct, frozen=True):
    """A request; `request`: its number; `duration_ms`: of the replay."""

    request: int
    name: str
    method: str
    path: str
    trace_id: Optional[str]
    verdict: OfRequest
    reason: str
    duration_ms: Optional[int]


class RerunCommands(Struct, frozen=True):
    """What to type. `options`: those that made the run what it is (`E2E_PYTHON=3.12`); `out`: E2E_OUT, where it is
    set; `only`: the pattern of E2E_ONLY that the run had; `run` and `explain`: the commands after them; `sends`:
    whether the run sends requests, and so can send one of them alone."""

    options: str
    out: str
    only: str
    run: str
    explain: str
    sends: bool = True


class ResultJson(Struct, frozen=True):
    """The verdict over one run. `code`: the exit code; `reason`: the first cause in one line; `partial`: E2E_ONLY left
    requests out; `with`: E2E_WITH; `seconds`: null for a phase that was not measured; `locked`: SDK, libraries, Python
    and CLI are the locked ones; `forgives`: the comparison rules of the suite."""

    schema: Literal[2]
    suite: str
    port: Optional[int]
    runtime: str
    verdict: Verdict
    code: int
    reason: str
    partial: bool
    requests: Counts
    cli: ReplayedBy
    versions: dict[str, Optional[str]]
    sdk_source: str
    overlay: str = field(name="with")
    isolation: Isolation
    checks: Checks
    seconds: dict[Phase, Optional[float]]
    locked: bool
    forgives: list[str]
    fixed: list[Fixed]
    leaks: list[LeakRow]
    warnings: list[Warned]
    tests: list[TestRow]
    rerun: Union[RerunCommands, UnsetType] = UNSET


def read(data: bytes) -> Optional[dict[str, Any]]:
    """Returns the document in `data`, or None if it does not match the types."""
    try:
        document = json_object(data)
        decode(document, ResultJson)
    except Malformed:
        return None
    return document


def schema() -> str:
    """The JSON Schema of result.json."""
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    text = json.dumps({**draft, **msgspec.json.schema(ResultJson)}, indent=2) + "\n"
    return re.sub(r"\\n *", " ", text)  # joins docstring lines: Python versions indent them differently


if __name__ == "__main__":
    print(schema(), end="")
