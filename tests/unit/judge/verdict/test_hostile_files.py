"""Whatever stands in the artifacts, the verdict is one, and no file that is cut is green."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from e2e_common.artifacts.files import Artifacts
from e2e_common.judge.verdict import judge
from tests.unit.judge.good_run import ORDER, GoodRun
from tests.unit.judge.verdict.spoiling import ENTRY

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(ORDER),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(value=JSON, seed=st.integers(0, 2**32))
def test_no_value_anywhere_makes_the_judge_stumble(value: Any, seed: int) -> None:
    """Puts `value` in place of one value somewhere in the artifacts: whatever the verdict, it is one."""
    run, choose = GoodRun(), random.Random(seed)
    run.known = [{**copy.deepcopy(ENTRY), "when": {"sdk": "<1"}}]
    name = choose.choice(["setup", "recording", "requests", "traces", "replay", "results", "touched", "mocks", "known"])
    holder, key = choose.choice(list(_places(getattr(run, name))))
    holder[key] = value
    try:
        artifacts = run.artifacts()
    except (TypeError, AttributeError, ValueError):  # not even this harness could have written it
        return
    verdict = judge(artifacts)
    assert not any("a fault of the judge" in failure.message for failure in verdict.failures)
    json.dumps(verdict.result())


def _places(value: Any) -> Any:
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from _places(value[key])


WITHOUT_AN_END = ("known_failures", "known_causes", "unreadable", "retries", "agent")
LOGS = ("record_log", "upstream_log", "replay_logs")  # nothing says where they end
WITH_AN_END = [field.name for field in fields(Artifacts) if field.name not in (*WITHOUT_AN_END, *LOGS)]


@pytest.mark.parametrize("name", WITH_AN_END)
def test_no_file_may_be_cut_anywhere(name: str) -> None:
    good = GoodRun().artifacts()
    value = getattr(good, name)
    key, data = next(iter(value.items())) if isinstance(value, dict) else ("", value)
    for end in range(0, len(data.rstrip()), 7):
        cut = {**value, key: data[:end]} if isinstance(value, dict) else data[:end]
        changed: dict[str, Any] = {name: cut}
        verdict = judge(replace(good, **changed))
        assert verdict.code != 0, f"{name} cut at byte {end} is green"
        assert not any("a fault of the judge" in failure.message for failure in verdict.failures)
