"""Where an option's value comes from, and what is said of a typo."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from e2e_common.setup.options import OPTIONS, load_options, read_options, sdk_around
from e2e_common.util import container
from e2e_common.util.errors import HarnessError
from e2e_common.util.paths import ROOT

NO_SECONDS = ("soon", "-1", "0", "1e6", "nan")


def test_environment_comes_before_dotenv_before_default() -> None:
    dotenv = "# comment\n\nE2E_TIMEOUT = 7\nE2E_ONLY='a $(b) `id`*'\nE2E_VERBOSE=1\nE2E_RUNTIME=\n"  # never sourced
    values = read_options({"E2E_TIMEOUT": "9", "E2E_VERBOSE": ""}, dotenv)  # what is empty is not set
    found = [values[name] for name in ("E2E_TIMEOUT", "E2E_ONLY", "E2E_VERBOSE", "E2E_RUNTIME")]
    assert found == ["9", "a $(b) `id`*", "1", "auto"]


def test_a_container_of_a_run_does_not_read_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands there was read outside, and passed on in a container's terms."""
    monkeypatch.setattr("e2e_common.setup.options.ROOT", tmp_path)
    for name in ("E2E_TIMEOUT", container.RERUN):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text("E2E_TIMEOUT=7\n")
    assert load_options()["E2E_TIMEOUT"] == "7"
    (tmp_path / ".env").write_bytes(b"E2E_WITH=\xff\xfe\n")
    with pytest.raises(HarnessError, match=r"\.env cannot be read as text: .* position 9") as error:
        load_options()
    assert error.value.code == 2
    monkeypatch.setenv(container.RERUN, "1.5")
    assert load_options()["E2E_TIMEOUT"] == "300"


@pytest.mark.parametrize(
    ("environ", "dotenv", "message"),
    [
        ({"E2E_RUNTIMES": "local"}, "", "no option E2E_RUNTIMES; did you mean E2E_RUNTIME?"),
        ({"E2E_RUNTIME": "dockr"}, "", "E2E_RUNTIME=dockr is not a choice; did you mean docker?"),
        ({"TUSK_CLI": "offical"}, "", "did you mean official?"),
        *(({"E2E_TIMEOUT": text}, "", f"E2E_TIMEOUT={text} must be a positive number") for text in NO_SECONDS),
        ({}, "E2E_TIMEOUTS=3", ".env, line 1: there is no option E2E_TIMEOUTS; did you mean E2E_TIMEOUT?"),
        ({}, "\nE2E_ONLY", ".env, line 2: expected KEY=value"),
        ({}, "E2E_SENTINELS=of", ".env: E2E_SENTINELS=of is not a choice; did you mean off?"),
    ],
)
def test_a_typo_is_reported_with_the_nearest_name(environ: dict[str, str], dotenv: str, message: str) -> None:
    with pytest.raises(HarnessError) as error:
        read_options(environ, dotenv)
    assert message in str(error.value)
    assert error.value.code == 2


def test_env_example_lists_every_option_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text()
    listed = dict(re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", text, re.MULTILINE))
    defaults = {name: option.default for name, option in OPTIONS.items()}
    assert listed == defaults == read_options({}) == read_options({}, text)


@pytest.mark.parametrize(
    ("project", "is_sdk"),
    [
        ('[project]\nname = "tusk-drift-python-sdk" # ours\n', True),
        ("[project]\nname='tusk-drift-python-sdk'\n", True),
        ('[project]\nname = "another"\ndependencies = ["tusk-drift-python-sdk"]\n', False),
        (None, False),
    ],
)
def test_the_sdk_around_the_harness_is_the_default(tmp_path: Path, project: str | None, is_sdk: bool) -> None:
    if project:
        (tmp_path / "pyproject.toml").write_text(project)
    assert sdk_around(tmp_path) == "", "without the package there is nothing to test"
    (tmp_path / "drift").mkdir()
    (tmp_path / "drift" / "__init__.py").touch()
    assert sdk_around(tmp_path) == (str(tmp_path) if is_sdk else "")
