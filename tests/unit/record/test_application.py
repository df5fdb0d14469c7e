"""e2e_common/record/application.py: the application's environment, and what a suite's comparison rules forgive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from e2e_common.record.application import DYNAMIC, forgiven, passed_on, variables
from e2e_common.util.errors import HarnessError

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


def test_of_the_callers_environment_the_application_has_what_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    steering = {
        "WEB_CONCURRENCY": "4", "DJANGO_SETTINGS_MODULE": "mine", "WERKZEUG_RUN_MAIN": "true", "FLASK_DEBUG": "1",
        "OTEL_SDK_DISABLED": "true", "PYTHONPATH": "/mine", "PGHOST": "mine", "https_proxy": "http://mine",
        "TUSK_DRIFT_MODE": "DISABLED", "UPSTREAM_URL": "http://mine",
    }  # fmt: skip
    passes = {"TERM": "dumb", "LC_ALL": "C", "PYTHONBREAKPOINT": "0", "TUSK_SKIP_PROTO_VALIDATION": "1"}
    for name, value in {**steering, **passes}.items():
        monkeypatch.setenv(name, value)
    env = variables(Path("/work"), Path("/venv/bin"), 8123, {"REDIS_URL": "redis://here"})
    assert not steering.keys() & env.keys()
    assert {**passes, "PORT": "8123", "REDIS_URL": "redis://here"}.items() <= env.items()
    assert env["PATH"].startswith("/venv/bin:")


def test_what_is_passed_on() -> None:
    assert passed_on("", {"A": "1"}) == {}
    assert passed_on("A B C='x y' D=", {"A": "1"}) == {"A": "1", "C": "x y", "D": ""}


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("a-b", "'a-b' is no name of a variable"),
        ("=1", "'' is no name of a variable"),
        ("PORT=1", "PORT is set by the run"),
        ("TUSK_DRIFT_MODE", "TUSK_DRIFT_MODE is set by the run"),
        ("REDIS_URL", "REDIS_URL is set by the run"),
        ("A='x", "No closing quotation"),
    ],
)
def test_what_cannot_be_passed_on(wanted: str, says: str) -> None:
    with pytest.raises(HarnessError, match=says) as caught:
        passed_on(wanted, {})
    assert caught.value.code == 2
