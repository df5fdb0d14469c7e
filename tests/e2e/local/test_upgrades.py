"""The README's one-line edit of a library's version. tests/e2e/docker/test_build_base_image.py has those of images."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Suite


@pytest.mark.slow  # the first run installs that version
def test_a_library(canary: Suite) -> None:
    requirements = canary.folder / "requirements.txt"
    requirements.write_text(re.sub(r"^flask\b.*$", "flask<3.1", requirements.read_text(), count=1, flags=re.MULTILINE))
    finished = canary.run()
    assert (finished.code, finished.result["versions"]["flask"][:4]) == (0, "3.0.")
    assert "flask==3.0." in (canary.folder / "requirements.lock").read_text()
