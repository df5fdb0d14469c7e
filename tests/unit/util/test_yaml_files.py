"""YAML files are parsed once, and are the same to the first run and to all that come after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_common.util import yaml_files
from e2e_common.util.errors import HarnessError
from e2e_common.util.yaml_files import load_document, load_yaml


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(yaml_files, "PARSED", tmp_path / "parsed")
    return tmp_path / "document.yaml"


def test_the_first_to_read_it_sees_what_the_others_see(document: Path) -> None:
    document.write_text("- {request: 2026-01-02, at: [1.5, null, true], when: {1: é}}\n")
    seen = [load_yaml(document), load_yaml(document)]
    assert seen == [[{"request": "2026-01-02", "at": [1.5, None, True], "when": {"1": "é"}}]] * 2
    document.write_text("- other:\n    - 1\n")
    assert load_yaml(document) == [{"other": [1]}]
    places = [load_document(document).place(*keys) for keys in ((), (0, "other", 0), (0, "other", 9))]
    assert places == ["document.yaml", "document.yaml:2", "document.yaml:1"]


@pytest.mark.parametrize(
    ("text", "says"), [("- [", "not YAML"), ("2026-01-02: x", "put it in quotes"), ("", "No such")]
)
def test_what_is_no_yaml_or_has_no_json_or_is_missing_is_reported(document: Path, text: str, says: str) -> None:
    if text:
        document.write_text(text)
    for _ in range(2):
        with pytest.raises(HarnessError, match=f"^{document}: .*{says}") as error:
            load_yaml(document)
        assert error.value.code == 2
