"""`make known-failures`: the faults of SDK, CLI and libraries by harm and cause, with the requests that show them.

`--write` generates docs/known-failures.md; `--check` checks whether that file is current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence

from e2e_common.judge.known_failures import FILE, HARMS, Cause, Entry, load_causes, load_entries
from e2e_common.util.errors import Code, usage
from e2e_common.util.paths import KNOWN_CAUSES, ROOT, SUITES, suite_names
from e2e_common.util.streams import say
from e2e_common.util.yaml_files import load_document

PATH = ROOT / "docs" / "known-failures.md"
TITLES = {
    "changes-the-application": "The application behaves differently while it is only being recorded",
    "not-recorded": "The recording lacks something",
    "wrong-replay": "The application gets another answer in replay than when it was recorded",
    "fidelity": "A replayed answer differs in what few applications look at",
}
HEAD = """\
# Known failures

What the suites have found, by harm and cause: made by `scripts/e2e.sh known-failures --write` from
[known_causes.yaml](../drift/instrumentation/known_causes.yaml) and the suites' `known_failures.yaml`, which say what
differs, request by request.
"""


def main(argv: Sequence[str]) -> int:
    """Print, write or check the list. Returns 0, or 1 with `--check` where the file is not current."""
    text = markdown(*collect())
    if "--write" in argv:
        PATH.write_text(text)
    elif "--check" not in argv:
        say(text)
    elif not PATH.exists() or PATH.read_text() != text:
        sys.stderr.write("e2e: docs/known-failures.md is not current: scripts/e2e.sh known-failures --write\n")
        return Code.FAILED
    return Code.PASSED


def collect() -> tuple[dict[str, Cause], dict[str, dict[str, list[str]]]]:
    """Returns id → cause for all causes, and cause id → suite → requests. Raises HarnessError (2) for an invalid file,
    and for a cause that no suite uses."""
    causes = load_causes(load_document(KNOWN_CAUSES))
    requests_of: dict[str, dict[str, list[str]]] = {id_: {} for id_ in causes}
    for suite in suite_names():
        path = SUITES / suite / "e2e-tests" / FILE
        for entry in load_entries(load_document(path), causes) if path.exists() else ():
            requests_of[entry.cause.id].setdefault(suite, []).extend(_names(entry))
    if idle := [id_ for id_, requests in requests_of.items() if not requests]:
        raise usage(f"{KNOWN_CAUSES}: no suite names the cause {', '.join(idle)}: remove it")
    return causes, requests_of


def markdown(causes: Mapping[str, Cause], requests_of: Mapping[str, Mapping[str, list[str]]]) -> str:
    parts = [HEAD]
    for harm in HARMS:
        of_harm = [cause for cause in causes.values() if cause.harm == harm]
        count = sum(len(set(names)) for cause in of_harm for names in requests_of[cause.id].values())
        parts += [f"## {TITLES[harm]}\n\n{len(of_harm)} causes, {count} requests.\n"] if of_harm else []
        for cause in of_harm:
            reported = f" [Reported]({cause.reported})." if cause.reported else ""
            parts.append(f"### {cause.id}\n\n{cause.title[0].upper()}{cause.title[1:]}.{reported}\n")
            parts += [f"- {cause.kind}, {cause.owner}, since {cause.since}", f"- where: {cause.source}"]
            parts += [f"- {suite}: {', '.join(names)}" for suite, names in requests_of[cause.id].items()]
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _names(entry: Entry) -> Iterable[str]:
    if not isinstance(entry.requests, Mapping):
        return [f"`{name}`" for name in entry.requests]
    when = "".join(f", {name} {range_}" for name, range_ in entry.when.items())
    return [f"(every request that calls {entry.requests['calls']}{when})"]
