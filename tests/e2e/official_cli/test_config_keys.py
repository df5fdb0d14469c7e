"""A run writes only configuration keys that the official CLI or the SDK knows: both ignore unknown keys silently."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e_common.record.application import lay_out
from e2e_common.util.paths import SUITES, suite_names

CLI = {
    "service.id", "service.name", "service.port", "service.start.command", "service.stop.command",
    "service.readiness_check.command", "service.readiness_check.timeout", "service.readiness_check.interval",
    "test_execution.concurrency", "test_execution.timeout",
    *(f"comparison.ignore_{name}" for name in ("fields", "patterns", "uuids", "timestamps", "dates", "jwt_fields")),
    "comparison.ignore_epoch_timestamps",
    "recording.sampling_rate", "recording.export_spans", "recording.enable_env_var_recording",
    *(f"recording.sampling.{name}" for name in ("mode", "base_rate", "min_rate", "log_transitions")),
    "replay.sandbox.mode",
}  # fmt: skip
SDK = {"transforms", "recording.exclude_paths", "recording.enable_analytics"}


def keys(values: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, value in values.items():
        key = f"{above}{name}"
        if isinstance(value, dict) and key not in SDK:
            yield from keys(value, f"{key}.")
        else:
            yield key


@pytest.mark.parametrize("name", suite_names())
def test_every_key_is_known(tmp_path: Path, name: str) -> None:
    lay_out(tmp_path / "work", SUITES / name / "e2e-tests", 8000, tmp_path, {})
    config = json.loads((tmp_path / "work" / ".tusk" / "config.yaml").read_text())
    found = set(keys(config))
    assert found >= {"service.readiness_check.command", "replay.sandbox.mode"}
    assert found - CLI - SDK == set()
