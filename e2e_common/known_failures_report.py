"""`make known-failures`: what the SDK, the CLI and the libraries get wrong, by harm and cause, with counts a suite.

`--write` makes docs/known-failures.md of it; `--check` only says whether that is current.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from e2e_common.errors import Code, usage
from e2e_common.known_failures import FILE, HARMS, Cause, Entry, KnownFailuresError, load_causes, load_entries
from e2e_common.paths import KNOWN_CAUSES, ROOT, SUITES, suite_names
from e2e_common.streams import say
from e2e_common.yaml_files import load_document

PATH = ROOT / "docs" / "known-failures.md"
TITLES = dict(
    zip(
        HARMS,
        (
            "The application behaves differently while it is only being recorded",
            "The recording lacks something",
            "The application gets another answer in replay than when it was recorded",
            "A replayed answer differs in what few applications look at",
        ),
    )
)
HEAD = """\
# Known failures

What the suites have found, by harm and cause: made by `scripts/e2e.sh known-failures --write` from
[known_causes.yaml](../drift/instrumentation/known_causes.yaml) and the suites' `known_failures.yaml`, which say what
differs, request by request. The count after a suite's name is of its requests.
"""


@dataclass
class Found:
    """A cause, and suite → the requests that show it, as the suite's file names them."""

    cause: Cause
    requests: dict[str, list[str]] = field(default_factory=dict)

    @property
    def counts(self) -> str:
        """In how many requests of each suite it shows."""
        return ", ".join(f"{suite} {_count(requests)}" for suite, requests in self.requests.items())


def main(argv: Sequence[str]) -> int:
    """Print the list, write it or check it. Returns 0; 1 with `--check` where it is not current; 2 for bad files."""
    try:
        found = collect()
    except KnownFailuresError as error:
        raise usage(str(error)) from None
    text = markdown(found)
    current = PATH.exists() and PATH.read_text() == text
    if "--check" in argv:
        if not current:
            sys.stderr.write("e2e: docs/known-failures.md is not current: scripts/e2e.sh known-failures --write\n")
        return int(Code.PASSED if current else Code.FAILED)
    if "--write" in argv:
        PATH.parent.mkdir(exist_ok=True)
        PATH.write_text(text)
    else:
        say("\n".join(terminal(found)))
    return Code.PASSED


def collect() -> list[Found]:
    """Every cause in the order of the catalogue, those that most requests show first within a harm. Raises HarnessError
    or KnownFailuresError for a file that is not what it should be, and HarnessError for a cause that no suite names."""
    causes = load_causes(load_document(KNOWN_CAUSES))
    found = {id_: Found(cause) for id_, cause in causes.items()}
    for suite in suite_names():
        path = SUITES / suite / "e2e-tests" / FILE
        for entry in load_entries(load_document(path), causes) if path.exists() else ():
            found[entry.cause.id].requests.setdefault(suite, []).extend(_names(entry))
    idle = [id_ for id_, each in found.items() if not each.requests]
    if idle:
        raise usage(f"{KNOWN_CAUSES}: no suite names the cause {', '.join(idle)}: remove it")
    return sorted(found.values(), key=lambda each: HARMS.index(each.cause.harm))


def terminal(found: Iterable[Found]) -> Iterator[str]:
    """The list for a terminal, line by line."""
    for harm, of_harm in _by_harm(found):
        yield f"{TITLES[harm]} ({len(of_harm)} causes, {_requests(of_harm)} requests)"
        for each in of_harm:
            cause = each.cause
            yield ""
            yield f"  {cause.id} ({cause.kind}, {cause.owner}, since {cause.since}): {each.counts}"
            yield from textwrap.wrap(cause.title, 112, initial_indent="    ", subsequent_indent="    ")
            yield from textwrap.wrap(cause.source, 112, initial_indent="    ", subsequent_indent="    ")
            if cause.reported:
                yield f"    {cause.reported}"
        yield ""


def markdown(found: Sequence[Found]) -> str:
    """The list as docs/known-failures.md."""
    lines = [HEAD]
    for harm, of_harm in _by_harm(found):
        lines += [f"## {TITLES[harm]}", "", f"{len(of_harm)} causes, {_requests(of_harm)} requests.", ""]
        for each in of_harm:
            cause = each.cause
            reported = f" [Reported]({cause.reported})." if cause.reported else ""
            lines += [f"### {cause.id}", "", f"{_sentence(cause.title)}{reported}", ""]
            lines += [f"- {cause.kind}, {cause.owner}, since {cause.since}", f"- where: {cause.source}"]
            lines += [f"- {suite}: {', '.join(map(_code, requests))}" for suite, requests in each.requests.items()]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _by_harm(found: Iterable[Found]) -> Iterator[tuple[str, list[Found]]]:
    everything = list(found)
    for harm in HARMS:
        of_harm = [each for each in everything if each.cause.harm == harm]
        if of_harm:
            yield harm, of_harm


def _names(entry: Entry) -> list[str]:
    if isinstance(entry.requests, tuple):
        return list(entry.requests)
    calls, when = entry.requests["calls"], ", ".join(f"{name} {range_}" for name, range_ in entry.when.items())
    who = "every request that calls out" if calls == "out" else f"every request that calls {calls}"
    return [f"({who}{f', {when}' if when else ''})"]


def _count(requests: Iterable[str]) -> int:
    return len(set(requests))


def _requests(found: Iterable[Found]) -> int:
    return sum(_count(requests) for each in found for requests in each.requests.values())


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def _code(text: str) -> str:
    return text if text.startswith("(every") else f"`{text}`"
