"""e2e_common/application.py: what a suite's comparison rules forgive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from e2e_common.application import DYNAMIC, forgiven
from e2e_common.errors import HarnessError

STRICT = dict.fromkeys(DYNAMIC, False)


def suite(folder: Path, config: Any) -> Path:
    (folder / ".tusk").mkdir()
    (folder / ".tusk" / "config.yaml").write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize(
    ("config", "names"),
    [
        (None, list(DYNAMIC)),
        ({"service": {}}, list(DYNAMIC)),
        ({"comparison": None}, list(DYNAMIC)),
        ({"comparison": STRICT}, []),
        ({"comparison": dict.fromkeys(DYNAMIC, "false")}, []),
        ({"comparison": {**STRICT, "ignore_uuids": True, "ignore_dates": "true"}}, ["ignore_uuids", "ignore_dates"]),
        (
            {"comparison": {**STRICT, "ignore_fields": ["id", 7], "ignore_patterns": ["^live-", "(?<a>no Python"]}},
            ["ignore_fields: id", "ignore_fields: 7", "ignore_patterns: ^live-", "ignore_patterns: (?<a>no Python"],
        ),
    ],
    ids=["nothing", "no rules", "empty", "strict", "strict in words", "two", "fields and patterns"],
)
def test_what_is_forgiven_is_named_as_the_suite_does(tmp_path: Path, config: Any, names: list[str]) -> None:
    assert forgiven(suite(tmp_path, config)) == names


@pytest.mark.parametrize("pattern", ["", ".*", "^", "a?", "(live)*"])
def test_a_pattern_that_matches_every_text_is_refused(tmp_path: Path, pattern: str) -> None:
    config = {"comparison": {**STRICT, "ignore_patterns": ["^live-", pattern]}}
    with pytest.raises(HarnessError) as caught:
        forgiven(suite(tmp_path, config))
    assert caught.value.code == 2
    assert f"{pattern!r} matches every text: nothing is compared" in str(caught.value)
