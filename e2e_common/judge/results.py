"""Strict decoder for the CLI's output: results on stdout, totals on stderr, and the official CLI's reports."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple, Optional

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from e2e_common.artifacts.failure import shorten
from e2e_common.artifacts.strict_json import decode, no_constant

LONGEST_MS = 10**9  # eleven days
FLAGS = ("cancelled", "crashed_server", "retried_after_crash")
_BLANK = re.compile(r"[ \t\r\n]*")
_TOTALS = re.compile(
    r"Tests: (?P<total>\d{1,9}) total, (?P<passed>\d{1,9}) passed, (?P<failed>\d{1,9}) failed"
    r"(?:, (?P<crashed>\d{1,9}) crashed server)?[ \t\r]*$",
    re.MULTILINE,
)
_STRANGE = re.compile(r"[\x00-\x08\x0e-\x1a\x7f\ufeff]")  # for instance a byte order mark; terminal colours are allowed
_STALL = re.compile(r'msg="Failed to set time travel"(?:.*?\btraceID=([0-9a-f]{32})\b)?')
_REPORT = re.compile(r"deviation-([0-9a-f]{32})\.md")
_SECTION = re.compile(r"^## Mock Not Found Events$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_EVENT = re.compile(r"^- (.+)$", re.MULTILINE)


class Result(Struct, frozen=True):
    """The result of one test. `duration_ms`: until the response's headers. A deviation is a dict of `field`,
    `expected`, `actual`, `description`."""

    test_id: Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
    passed: bool
    cancelled: bool
    duration_ms: Annotated[int, Meta(ge=0, lt=LONGEST_MS)] = field(name="duration")
    crashed_server: bool = False
    retried_after_crash: bool = False
    deviations: tuple[dict[str, Any], ...] = ()
    error: str = ""

    def flags(self) -> list[str]:
        """The flags that mark the test itself as faulty."""
        return [name for name in FLAGS if getattr(self, name)]

    def complaint(self) -> str:
        """Returns on one line why it is not a clean pass; an empty string for a clean pass."""
        flags = self.flags()
        parts = [name.replace("_", " ") for name in flags]
        parts += [_deviation(item) for item in self.deviations]
        parts += [shorten(self.error)] if self.error else []
        if self.passed and not flags:
            return f"passed in spite of: {'; '.join(parts)}" if parts else ""
        return "; ".join(parts) or "did not pass (the CLI gives no reason)"

    def beyond_the_clock(self) -> "Result":
        """Returns a copy without deviations that a wrong clock may explain: a different response and, for a response
        with status 400 or more, the missing inbound span, which the SDK does not send then."""
        if self.passed:
            return self
        fields = {str(item.get("field")) for item in self.deviations}
        explained = {"response.status", "response.body"}
        explained |= {"replay.inbound_span"} if "response.status" in fields else set()
        left = tuple(item for item in self.deviations if str(item.get("field")) not in explained)
        is_all = bool(fields) and not left and not self.error and not self.flags()
        return replace(self, passed=is_all, deviations=left)


def _deviation(item: dict[str, Any]) -> str:
    expected, actual = (shorten(json.dumps(item.get(key), ensure_ascii=False), 80) for key in ("expected", "actual"))
    field, description = shorten(item.get("field", "?")), shorten(item.get("description", "?"))
    return f"{field}: {description} (expected {expected}, got {actual})"


class Totals(Struct, frozen=True):
    """The line `Tests: N total, N passed, N failed[, N crashed server]`."""

    total: int
    passed: int
    failed: int
    crashed: int


class Call(Struct, frozen=True):
    """A call of the CLI, which began at `started` (seconds since the epoch). `stalled`: ids of the tests whose clock
    could not be set; `log`: its standard error, in the file `log_name`; `problems`: rule, file and text (or empty)."""

    started: float
    exit_status: Optional[int]
    results: list[Result]
    totals: Optional[Totals]
    stalled: list[str]
    log: Optional[bytes]
    log_name: str
    problems: tuple[tuple[int, str, str], ...]


def read_call(id_: str, started: float, status: Optional[int], output: Optional[bytes], log: Optional[bytes]) -> Call:
    """`id_`: of the test that was retried, or empty; `output`, `log`: standard output and error."""
    name = f"retries/{id_}/results.json" if id_ else "results.json"
    log_name = f"logs/tusk-cli-retry-{id_}.log" if id_ else "logs/tusk-cli.log"
    results, problem = parse_results(output or b"", name)
    totals, problem_of_log = parse_totals(log or b"", log_name)
    problems = (3, name, problem), (4, log_name, problem_of_log)
    return Call(started, status, results, totals, parse_stalls(log or b""), log, log_name, problems)


class Missing(NamedTuple):
    """The calls of one test without a recorded answer, as listed in `file`."""

    file: str
    calls: tuple[str, ...]


def parse_results(data: bytes, name: str = "results.json") -> tuple[list[Result], str]:
    """Returns the results in order, up to the first fault, and the text of that fault (or empty), which names the file
    `name`. There is no result if the output contains no object: no bytes, `[]` ("no tests"), or only the CLI's first
    lines. Everything before the first `{` is skipped."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return [], f"{name} is not UTF-8: byte {error.start}"
    position = text.find("{")
    if strange := _STRANGE.search(text, 0, max(position, 0)):
        return [], f"{name} holds {strange[0]!r} before the first result: no CLI prints that"
    results: list[Result] = []
    while 0 <= position < len(text):
        try:
            result, position = _object(text, position)
        except ValueError as error:
            return results, f"{name}, line {text.count(chr(10), 0, position) + 1}: {error}"
        results.append(result)
    return results, ""


def _object(text: str, position: int) -> tuple[Result, int]:
    """Returns the result at `position`, and the position of what follows it. Raises ValueError."""
    if text[position] != "{":
        raise ValueError(f"text that is no result: {shorten(text[position : position + 400], 40)!r}")
    try:
        raw, end = _DECODER.raw_decode(text, position)
        return decode(raw, Result), _BLANK.match(text, end).end()  # type: ignore[union-attr]
    except json.JSONDecodeError as error:
        problem = f"broken or cut off ({error.msg} in line {error.lineno})"
    except (ValueError, RecursionError) as error:
        problem = shorten(error)
    raise ValueError(f"the result that begins here: {problem}")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    raw = dict(pairs)
    if len(raw) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(key for key in keys if keys.count(key) > 1)!r} is there twice")
    return raw


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=no_constant)


def parse_totals(data: bytes, name: str = "logs/tusk-cli.log") -> tuple[Optional[Totals], str]:
    """Returns the totals in the CLI's standard error, or None, and what is wrong if there are two different ones. Only
    white space may precede them on their line; the pattern does not say so, and is fast because it begins with a
    literal."""
    text = data.decode(errors="replace")
    found = [(match, text.rfind("\n", 0, match.start()) + 1) for match in _TOTALS.finditer(text)]
    totals = {match.groups("0") for match, begin in found if not text[begin : match.start()].strip()}
    if len(totals) > 1:
        return None, f"{name} holds several totals lines ('Tests: N total, …') that differ"
    return Totals(*map(int, totals.pop())) if totals else None, ""


def parse_stalls(data: bytes) -> list[str]:
    """Returns the trace ids of the tests whose clock the official CLI could not set, in order, each once; an empty
    string where stderr does not name the test. The CLI waits 5 s for an answer for which it was not listening yet, then
    continues (in its source, internal/runner/executor.go, RunSingleTest)."""
    return list(dict.fromkeys(_STALL.findall(data.decode(errors="replace"))))


def missing_mocks(files: Mapping[str, bytes]) -> tuple[dict[str, Missing], dict[str, Missing]]:
    """Returns trace id → calls, for the first run and for the retries, from the official CLI's reports of failed tests
    (`--save-results agent`). `files`: path below the run's folder → Markdown."""
    first: dict[str, Missing] = {}
    again: dict[str, Missing] = {}
    for path, data in files.items():
        name = _REPORT.fullmatch(path.rpartition("/")[2])
        sections = _SECTION.findall(data.decode(errors="replace"))
        events = _EVENT.findall(sections[-1]) if sections else []  # a body may contain one, too
        if name and events:
            found = again if path.startswith("retries/") else first
            found[name[1]] = Missing(path, tuple(dict.fromkeys(shorten(event, 200) for event in events)))
    return first, again
