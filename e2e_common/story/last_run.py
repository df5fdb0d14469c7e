"""The last run of a suite, for the verbs that tell of it (explaining.py, trace_table.py): what must be known
of it before anything of it is read."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from pathlib import Path

from e2e_common.errors import Code, did_you_mean, usage
from e2e_common.failure import shorten
from e2e_common.paths import ROOT
from e2e_common.run_folder import RunFolder
from e2e_common.story import model
from e2e_common.story.in_words import below, cut
from e2e_common.story.model import RequestStory, Story
from e2e_common.suites import name_of

SHOWN_PROBLEMS = 5


def load(suite_dir: Path, port: int, knobs: Mapping[str, str]) -> Story:
    """Its story. Raises HarnessError (2) where there is no run, or one that sent nothing."""
    story = model.load(RunFolder(ROOT / knobs["E2E_OUT"] / f"{name_of(suite_dir)}-{port}"), suite_dir)
    if not story.by_name:
        raise usage(f"the last run sent no request ({below(story.folder.root)}): {story.result['reason']}")
    return story


def chosen(story: Story, pattern: str) -> list[RequestStory]:
    """The request of this name, else those whose name the pattern matches. Raises HarnessError (2) where there is
    none."""
    if pattern in story.by_name:
        return [story.by_name[pattern]]
    found = [each for name, each in story.by_name.items() if fnmatch.fnmatchcase(name, pattern)]
    if not found:
        nearest = did_you_mean(pattern, story.by_name)
        listed = f"make traces-{story.result['suite']} lists them"
        raise usage(f"E2E_ONLY={pattern}: the last run sent no such request{nearest} ({listed})")
    return found


def about(story: Story) -> Iterator[str]:
    """What must be known of the run before anything of it is read."""
    result, problems = story.result, story.evidence.problems
    if story.under_way:
        yield "A run is under way; what follows is what it has left so far."
        yield ""
    elif story.is_older:
        yield f"The last run ended before it sent anything: {shorten(result['reason'], 300)}"
        yield "What follows is of the run before it."
        yield ""
    elif result["code"] not in (Code.PASSED, Code.FAILED):
        yield f"The run ended with {result['code']}: {shorten(result['reason'], 300)}"
        yield ""
    yield from (cut(f"Not readable: {problem.line()}") for problem in problems[:SHOWN_PROBLEMS])
    if len(problems) > SHOWN_PROBLEMS:
        yield f"… and {len(problems) - SHOWN_PROBLEMS} more"
    if problems:
        yield ""
